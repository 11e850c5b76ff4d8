"""Reservations of bookings that calendars tell: opened, followed, erased, and cancelled in several rooms."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.channels.models import Channel, ChannelBooking
from core.conflicts.commands import SameBooking, UndoDecision
from core.imports import answers, commands
from core.inventory import availability
from core.inventory import service as inventory
from core.inventory.commands import SetKeepBack
from core.stays.reasons import StayState
from tests.core.conflicts.counter import Counter
from tests.core.reservations.front import Front
from tests.support.calendars import ChannelCalendar, reserved
from tests.support.desk import day, in_room, nights

CODE = "HMX8XQ5R5A"


@pytest.fixture
def airbnb(front: Front) -> ChannelCalendar:
    """Give the calendar that Airbnb serves for room 3."""
    return ChannelCalendar(front.desk, "airbnb", "3")


def _words(front: Front) -> list[tuple[str, str]]:
    with front.desk.store.reading() as session:
        query = select(ChannelBooking.summary, ChannelBooking.raw).order_by(ChannelBooking.id)
        return [(summary, raw) for summary, raw in session.execute(query)]


def test_a_calendars_booking_is_a_reservation_that_follows_it(front: Front, airbnb: ChannelCalendar) -> None:
    airbnb.look(reserved(nights(2, 2), CODE[2:]))
    [row] = front.rows()
    assert (row.source, row.reference, row.arrival, row.number) == ("airbnb", CODE, day(2), 1)
    airbnb.look(reserved(nights(2, 3), CODE[2:]))
    assert (front.row(row.id).departure, front.row(row.id).number) == (day(5), 2)
    airbnb.looks(6, after=timedelta(hours=2))
    assert front.row(row.id).state == "cancelled"
    assert front.kinds() == ["reservations.booked", "reservations.modified", "reservations.cancelled"]


def test_a_booking_names_the_channel_that_sold_it_and_one_of_the_house_none(
    front: Front, airbnb: ChannelCalendar
) -> None:
    airbnb.look(reserved(nights(2, 2), CODE[2:]))
    front.book(front.room("4", nights(2, 2)), source="booking_com", reference="1234567890")
    front.book(front.room("4", nights(6, 2)))
    front.book(front.room("4", nights(9, 2)), source="vrbo", reference="not a channel here")
    with front.desk.store.reading() as session:
        channels = {row.platform: row.id for row in session.scalars(select(Channel))}
    assert [row.channel_id for row in front.rows()] == [channels["airbnb"], channels["booking_com"], None, None]


def test_r05_what_a_channel_sold_beyond_what_was_kept_back_of_it_is_held_and_counts_against_it(
    front: Front, airbnb: ChannelCalendar
) -> None:
    desk = front.desk
    with desk.store.unit_of_work() as work:
        channel = work.session.scalars(select(Channel.id).where(Channel.platform == "airbnb")).one()
        keep = SetKeepBack(desk.hotel.types["DBL"], nights(2, 2), 2, channel)
        inventory.set_keep_back(work, keep, desk.by)
    airbnb.look(reserved(nights(2, 2), CODE[2:]))
    assert airbnb.stay(CODE[2:]).state == StayState.HOLDING
    with desk.store.reading() as session:
        left = [
            availability.check(session, desk.hotel.property_id, desk.hotel.types["DBL"], nights(2, 1), channel_id=which)
            for which in (None, front.rows()[0].channel_id)
        ]
    assert [one.days[0].available for one in left] == [1, 0], "room 4 is for the desk"


def test_r09_an_unchanged_calendar_changes_no_reservation(front: Front, airbnb: ChannelCalendar) -> None:
    airbnb.look(reserved(nights(2, 2), CODE[2:]))
    before = len(front.desk.events())
    airbnb.looks(3, reserved(nights(2, 2), CODE[2:]))
    assert (len(front.desk.events()), front.rows()[0].number) == (before, 1)


def test_what_a_channel_wrote_of_an_erased_guest_is_not_kept_again(front: Front, airbnb: ChannelCalendar) -> None:
    airbnb.look(reserved(nights(2, 2), CODE[2:]))
    assert all(raw for _, raw in _words(front))
    front.erase(front.rows()[0].id)
    assert _words(front) == [("", "")]
    airbnb.look(reserved(nights(2, 3), CODE[2:]))
    assert _words(front) == [("", "")]
    assert front.rows()[0].departure == day(5)


def test_r16_a_block_that_was_a_booking_gets_a_reservation(front: Front, airbnb: ChannelCalendar) -> None:
    block = front.desk.block("3", nights(2, 2), guest="Mary").stay.id
    airbnb.look(reserved(nights(2, 2), CODE[2:]))
    with front.desk.store.unit_of_work() as work:
        answers.join_previews(work, commands.JoinPreviews(airbnb.link_id, join=True), front.desk.by)
    [row] = front.rows()
    assert (front.desk.stay(block).reservation_id, row.source, row.reference) == (row.id, "airbnb", CODE)


def test_r24_both_parts_of_a_split_booking_wait_to_be_dropped(front: Front) -> None:
    counter = Counter(front.desk)
    stay = front.desk.stay(counter.sell("3", nights(1, 4)))
    number = stay.reservation_id or 0
    front.split(number, stay.id, day(3), "4")
    front.cancel(number)
    head, tail = front.stays(number)
    assert {head.state, tail.state} == {StayState.SHADOWED}
    assert (front.row(number).state, len(counter.tasks())) == ("cancelled", 2)
    assert front.desk.held(tail.id) == in_room("4", nights(3, 2))
    counter.drop(stay.id)
    assert (counter.tasks(), front.desk.held(head.id), front.desk.held(tail.id)) == ((), set(), set())


def test_r20_who_lost_the_room_is_expected_until_somebody_cancels(front: Front) -> None:
    counter = Counter(front.desk)
    done = front.book(front.room("3", nights(1, 2)))
    winner = counter.sell("3", nights(1, 2))
    counter.keep(winner)
    assert front.row(done.reservation.id).state == "confirmed"
    front.cancel(done.reservation.id)
    assert front.row(done.reservation.id).state == "cancelled"
    assert (counter.tasks(), counter.cases()) == ((), ())
    assert front.desk.held(winner) == in_room("3", nights(1, 2))


def test_r16_of_two_reservations_that_are_one_booking_one_stands(front: Front) -> None:
    counter = Counter(front.desk)
    done = front.book(front.room("3", nights(1, 2)))
    told = front.desk.stay(counter.sell("3", nights(1, 2)))
    case = counter.case()
    counter.decide(SameBooking(case.conflict_id, case.revision))
    states = [front.row(number).state for number in (done.reservation.id, told.reservation_id or 0)]
    assert states == ["confirmed", "cancelled"]
    shown = counter.view(case.conflict_id)
    counter.decide(UndoDecision(shown.conflict_id, shown.revision))
    assert front.row(told.reservation_id or 0).state == "confirmed"
