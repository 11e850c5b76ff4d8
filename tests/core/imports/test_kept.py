"""How a booking ends that its calendar lost and a person kept (R12, R13, R15)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.channels.models import ChannelBooking
from core.conflicts import service
from core.conflicts.commands import TickFollowUp
from core.conflicts.models import FollowUp
from core.feeds.told.values import State
from core.imports import answers, commands
from core.outbox.models import Due
from core.stays.reasons import StayState
from tests.support.calendars import ChannelCalendar, reserved
from tests.support.desk import Desk, in_room, nights

HOUR = timedelta(hours=1)
FAR = reserved(nights(60, 2), "FARAWAY1")
LOST = tuple(reserved(nights(5 * n, 2), f"ABCD000{n}") for n in range(1, 4))


def keep(desk: Desk, airbnb: ChannelCalendar) -> int:
    """Let three of four bookings vanish and a person keep them; the stay of the first."""
    airbnb.look(FAR, *LOST)
    airbnb.look(FAR)
    with desk.store.unit_of_work() as work:
        assert answers.answer_mass(work, commands.AnswerMass(airbnb.link_id, gone=False), desk.by) == len(LOST)
    return airbnb.stay("ABCD0001").id


def told(airbnb: ChannelCalendar, code: str = "ABCD0001") -> ChannelBooking:
    """Return what the channel told of a booking."""
    return next(row for row in airbnb.rows() if row.code == f"HM{code}")


def times_asked(desk: Desk) -> int:
    """Return how often staff were asked about a mass."""
    with desk.store.reading() as session:
        rows = session.scalars(select(Due).where(Due.kind == "imports.tell"))
        return sum(row.facts["about"] == "mass" for row in rows)


def open_tasks(desk: Desk, stay_id: int) -> int:
    """Return how many tasks about a stay are open."""
    with desk.store.reading() as session:
        query = select(FollowUp).where(FollowUp.stay_id == stay_id, FollowUp.done_at.is_(None))
        return len(session.scalars(query).all())


def test_r12_a_kept_booking_ends_with_its_dates_and_is_no_cancellation(desk: Desk, airbnb: ChannelCalendar) -> None:
    stay_id = keep(desk, airbnb)
    airbnb.unchanged(after=timedelta(days=6))
    assert told(airbnb).state == State.KEPT, "its last night begins"
    airbnb.unchanged(after=timedelta(days=1))
    assert told(airbnb).state == State.ENDED
    assert desk.held(stay_id) == in_room("3", nights(5, 2))
    assert "stays.dropped" not in {event.kind for event in desk.events()}


def test_r12_a_kept_booking_that_shows_again_and_goes_again_gets_a_new_grace(
    desk: Desk, airbnb: ChannelCalendar
) -> None:
    stay_id = keep(desk, airbnb)
    airbnb.looks(6, FAR, after=2 * HOUR)
    airbnb.look(FAR, *LOST)
    assert told(airbnb).state == State.THERE
    airbnb.look(FAR, *LOST[1:])
    assert (told(airbnb).state, desk.stay(stay_id).state) == (State.MISSING, StayState.HOLDING)
    airbnb.looks(2, FAR, *LOST[1:], after=2 * HOUR)
    assert (told(airbnb).state, desk.stay(stay_id).state) == (State.GONE, StayState.RELEASED)


def test_r13_kept_bookings_that_show_again_and_go_again_are_asked_about_anew(
    desk: Desk, airbnb: ChannelCalendar
) -> None:
    keep(desk, airbnb)
    airbnb.look(FAR, *LOST)
    airbnb.looks(5, FAR, after=2 * HOUR)
    assert (times_asked(desk), told(airbnb).state) == (2, State.ASKED)


def test_r15_a_kept_booking_that_is_cancelled_here_goes_after_a_grace_of_its_own(
    desk: Desk, airbnb: ChannelCalendar
) -> None:
    stay_id = keep(desk, airbnb)
    airbnb.looks(6, FAR, after=2 * HOUR)
    desk.unblock(stay_id)
    assert (desk.stay(stay_id).state, open_tasks(desk, stay_id)) == (StayState.SHADOWED, 1), "R24: cancel it there"
    airbnb.look(FAR)
    airbnb.look(FAR, after=3 * HOUR)
    assert desk.held(stay_id) == in_room("3", nights(5, 2)), "that it was missing before proved nothing"
    airbnb.unchanged(after=HOUR)
    assert (told(airbnb).state, desk.stay(stay_id).state) == (State.GONE, StayState.RELEASED)
    assert open_tasks(desk, stay_id) == 0
    assert told(airbnb, "ABCD0002").state == State.KEPT, "the others stand"


def test_r15_a_kept_booking_that_shows_again_after_it_was_cancelled_here_is_not_let_go(
    desk: Desk, airbnb: ChannelCalendar
) -> None:
    stay_id = keep(desk, airbnb)
    desk.unblock(stay_id)
    airbnb.look(FAR)
    airbnb.looks(4, FAR, LOST[0], after=3 * HOUR)
    assert (told(airbnb).state, desk.stay(stay_id).state) == (State.THERE, StayState.SHADOWED)
    assert open_tasks(desk, stay_id) == 1


def test_r13_kept_bookings_that_are_cancelled_here_are_not_asked_about_again(
    desk: Desk, airbnb: ChannelCalendar
) -> None:
    keep(desk, airbnb)
    kept = [airbnb.stay(f"ABCD000{n}") for n in (1, 2, 3)]
    for stay in kept:
        desk.unblock(stay.id)
    airbnb.looks(4, FAR, after=2 * HOUR)
    assert {desk.stay(stay.id).state for stay in kept} == {StayState.RELEASED}
    assert times_asked(desk) == 1


def test_r15_a_kept_booking_whose_task_is_ticked_goes_with_the_next_look(desk: Desk, airbnb: ChannelCalendar) -> None:
    stay_id = keep(desk, airbnb)
    desk.unblock(stay_id)
    with desk.store.unit_of_work() as work:
        [task] = work.session.scalars(select(FollowUp).where(FollowUp.stay_id == stay_id))
        service.decide(work, TickFollowUp(task.id), desk.by)
    assert told(airbnb).state == State.KEPT
    airbnb.unchanged()
    assert told(airbnb).state == State.GONE, "a person and the calendar say the same"
    airbnb.look(FAR, LOST[0])
    assert desk.held(stay_id) == in_room("3", nights(5, 2)), "a later event is a sale"


@pytest.mark.parametrize("code", ["ABCD0001", "ABCD0002", "ABCD0003"])
def test_r13_a_kept_booking_that_is_wanted_stands(desk: Desk, airbnb: ChannelCalendar, code: str) -> None:
    keep(desk, airbnb)
    airbnb.looks(20, FAR, after=3 * HOUR)
    assert (told(airbnb, code).state, airbnb.stay(code).state) == (State.KEPT, StayState.HOLDING)
