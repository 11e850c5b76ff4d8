"""Reservations registered one by one are idempotent and end only by their own word (R18, R12)."""

from datetime import timedelta

import pytest

from core.channels.models import ChannelBooking
from core.feeds.reading import Status
from core.imports.errors import BadEvent
from core.imports.registering import Registered, register
from core.stays.reasons import StayState
from core.values.nights import Nights
from tests.support.calendars import ChannelCalendar, closed
from tests.support.desk import Desk, in_room, nights
from tests.support.hotel import SEALER


def registers(desk: Desk, held: Nights, uid: str = "B-1", status: Status = Status.CONFIRMED) -> ChannelBooking:
    """Register one reservation of Booking.com for room 3."""
    room = desk.hotel.rooms["3"]
    event = Registered(room, "booking_com", uid, held.arrival, held.departure, "A guest", status)
    with desk.store.unit_of_work() as work:
        return register(work, SEALER, event, desk.by)


def test_r18_a_registered_reservation_is_a_stay_and_the_same_one_again_is_nothing(desk: Desk) -> None:
    first = registers(desk, nights(3, 2))
    events = len(desk.events())
    assert registers(desk, nights(3, 2)).id == first.id
    assert len(desk.events()) == events
    assert first.stay_id is not None
    assert desk.held(first.stay_id) == in_room("3", nights(3, 2))


def test_r18_other_dates_change_it_and_cancelled_ends_it(desk: Desk) -> None:
    row = registers(desk, nights(3, 2))
    assert row.stay_id is not None
    assert registers(desk, nights(3, 4)).id == row.id
    assert desk.held(row.stay_id) == in_room("3", nights(3, 4))
    registers(desk, nights(3, 4), status=Status.CANCELLED)
    assert desk.stay(row.stay_id).state == StayState.RELEASED
    registers(desk, nights(3, 4), status=Status.CANCELLED)


def test_r18_a_uid_seen_after_its_cancellation_is_a_new_booking(desk: Desk) -> None:
    first = registers(desk, nights(3, 2))
    registers(desk, nights(3, 2), status=Status.CANCELLED)
    second = registers(desk, nights(3, 2))
    assert second.id != first.id
    assert second.stay_id is not None
    assert desk.held(second.stay_id) == in_room("3", nights(3, 2))


def test_r18_a_cancellation_that_comes_first_is_kept_on_record(desk: Desk) -> None:
    row = registers(desk, nights(3, 2), status=Status.CANCELLED)
    assert row.stay_id is None
    assert row.forgotten_at is not None


def test_r18_on_a_taken_night_it_is_kept_and_waits(desk: Desk) -> None:
    desk.block("3", nights(3, 1))
    row = registers(desk, nights(3, 2))
    assert row.stay_id is not None
    assert desk.stay(row.stay_id).state == StayState.CONTESTED


def test_r12_no_feed_ends_what_no_feed_has_shown(desk: Desk, booking: ChannelCalendar) -> None:
    row = registers(desk, nights(3, 2))
    assert row.stay_id is not None
    booking.looks(6, closed(nights(20, 2)), after=timedelta(hours=3))
    assert desk.held(row.stay_id) == in_room("3", nights(3, 2))


def test_r17_the_feed_that_shows_it_later_adopts_it(desk: Desk, booking: ChannelCalendar) -> None:
    row = registers(desk, nights(3, 2))
    booking.look(closed(nights(3, 2)), closed(nights(20, 2)))
    assert booking.stays()[0].id == row.stay_id
    assert desk.counted(nights(3, 2).arrival) == (1, 0, 0)


@pytest.mark.parametrize("uid", [" ", ""])
def test_r18_an_event_without_a_uid_is_refused(desk: Desk, uid: str) -> None:
    with pytest.raises(BadEvent):
        registers(desk, nights(3, 2), uid)
