"""Blocks that recur are made as ordinary blocks, up to the horizon, and end from a day on."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.db.work import UnitOfWork
from core.errors import DaudaError
from core.outbox import service as outbox
from core.outbox.effects import FollowRecurring
from core.stays import recurring
from core.stays.errors import InThePast
from core.stays.models import Stay
from core.stays.reasons import Reason, StayState
from core.stays.recurring import Followed, RepeatBlock
from tests.support.desk import Desk, day, nights

MONDAYS = "FREQ=WEEKLY;BYDAY=MO"
FIRST = day(3)
"""A Monday."""


def in_work(desk: Desk, act: Callable[[UnitOfWork], Followed]) -> Followed:
    """Do something in a unit of work."""
    with desk.store.unit_of_work() as work:
        return act(work)


def repeat(desk: Desk, rule: str = MONDAYS, **more: Any) -> Followed:  # noqa: ANN401 - fields of several kinds.
    """Let room 3 be blocked again and again, at first until four weeks from now."""
    order = RepeatBlock(desk.hotel.rooms["3"], rule, **{"first": day(0), "until": day(28), **more})
    return in_work(desk, lambda work: recurring.repeat(work, order, desk.by))


def arrivals(desk: Desk) -> list[date]:
    """Return when the blocks of room 3 begin that hold it."""
    query = select(Stay.arrival).where(Stay.room_id == desk.hotel.rooms["3"], Stay.state == StayState.HOLDING)
    with desk.store.reading() as session:
        return sorted(session.scalars(query))


def test_every_monday_is_blocked(desk: Desk) -> None:
    followed = repeat(desk)
    assert arrivals(desk) == [FIRST + timedelta(weeks=n) for n in range(4)]
    stay = desk.stay(followed.made[0])
    assert (stay.reason, stay.made_by, desk.held(stay.id)) == (Reason.MAINTENANCE, desk.by.person_id, {("3", FIRST)})
    assert not followed.more


def test_r05_blocks_go_up_to_the_horizon_in_portions_and_follow_it(desk: Desk) -> None:
    followed = repeat(desk, "FREQ=MONTHLY;BYMONTHDAY=1,8,15,22", until=None)
    assert (len(followed.made), followed.more) == (recurring.PORTION, True)
    rounds = 0
    while followed.more:
        with desk.store.unit_of_work() as work:
            (lease,) = outbox.lease(work, 5)
            assert lease.effect == FollowRecurring(followed.recurring_id)
            followed, rounds = recurring.follow(work, followed.recurring_id), rounds + 1
            outbox.done(work, lease)
    assert (rounds, len(arrivals(desk))) == (2, 96)
    assert arrivals(desk)[-1] == date(2028, 11, 15)
    desk.advance(timedelta(days=3))
    followed = in_work(desk, lambda work: recurring.follow(work, followed.recurring_id))
    assert len(followed.made) == 1
    assert arrivals(desk)[-1] == date(2028, 11, 22)


def test_nights_that_somebody_has_are_left_to_him_and_told(desk: Desk) -> None:
    guest = desk.block("3", nights(9, 3), Reason.GUEST).stay
    followed = repeat(desk, reason=Reason.OWNER)
    assert (len(followed.made), followed.skipped) == (3, (FIRST + timedelta(weeks=1),))
    assert desk.stay(guest.id).state == StayState.HOLDING
    skipped = [event for event in desk.events() if event.kind == "stays.recurring_skipped"]
    assert [event.facts["skipped"] for event in skipped] == [[str(FIRST + timedelta(weeks=1))]]
    # Asked once: when the nights are free later, it is for a person to block them.
    desk.unblock(guest.id)
    assert in_work(desk, lambda work: recurring.follow(work, followed.recurring_id)).made == ()


def test_r23_out_of_order_is_a_fact_each_time(desk: Desk) -> None:
    guest = desk.block("3", nights(9, 3), Reason.GUEST).stay
    assert len(repeat(desk).made) == 4
    assert desk.stay(guest.id).state == StayState.CONTESTED


def test_it_ends_from_a_day_on(desk: Desk) -> None:
    followed = repeat(desk)
    ended = in_work(desk, lambda work: recurring.end(work, followed.recurring_id, day(10), desk.by))
    assert ended.ended == followed.made[1:]
    assert arrivals(desk) == [FIRST]
    with pytest.raises(recurring.EndedBefore):
        in_work(desk, lambda work: recurring.end(work, followed.recurring_id, day(10), desk.by))
    assert in_work(desk, lambda work: recurring.follow(work, followed.recurring_id)).made == ()


def test_a_block_that_a_person_ended_does_not_come_back_and_one_moved_ends_with_the_others(desk: Desk) -> None:
    followed = repeat(desk, reason=Reason.OWNER)
    desk.unblock(followed.made[1])
    desk.move(followed.made[2], "4")
    assert in_work(desk, lambda work: recurring.follow(work, followed.recurring_id)).made == ()
    ended = in_work(desk, lambda work: recurring.end(work, followed.recurring_id, day(0), desk.by))
    assert set(ended.ended) == {followed.made[0], followed.made[2], followed.made[3]}
    assert desk.held(followed.made[2]) == set()


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        ({"rule": "every monday"}, recurring.NoRule),
        ({"rule": "FREQ=HOURLY"}, recurring.NoRule),
        ({"rule": "FREQ=WEEKLY;BYDAY=MO;BYHOUR=3"}, recurring.NoRule),
        ({"rule": "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31"}, recurring.NoRule),
        ({"rule": "FREQ=DAILY", "until": None}, recurring.TooOften),
        ({"nights": 0}, recurring.TooLongToRepeat),
        ({"nights": 31}, recurring.TooLongToRepeat),
        ({"reason": Reason.GUEST}, recurring.GuestsDoNotRecur),
        ({"first": day(-1)}, InThePast),
        ({"until": day(0)}, recurring.NoRule),
    ],
)
def test_what_makes_no_sense_is_refused(desk: Desk, more: dict[str, Any], refused: type[DaudaError]) -> None:
    with pytest.raises(refused):
        repeat(desk, **more)
    assert arrivals(desk) == []


def test_what_does_not_recur_is_not_followed(desk: Desk) -> None:
    with pytest.raises(recurring.NoSuchRecurring):
        in_work(desk, lambda work: recurring.follow(work, 9))
