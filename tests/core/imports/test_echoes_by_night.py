"""Calendars lay closures together and take them apart again: each night of theirs is judged by itself (R10)."""

from datetime import timedelta

import pytest

from core.feeds import service as feeds
from core.stays.reasons import StayState
from core.values.nights import Nights
from tests.support.calendars import ChannelCalendar, Shown, closed, not_available, reserved
from tests.support.desk import Desk, day, in_room, nights

HOUR = timedelta(hours=1)
AT_ONCE = timedelta(seconds=40)
FAR = closed(nights(60, 2))


@pytest.fixture
def block(desk: Desk, booking: ChannelCalendar) -> int:
    """Give a block of nights 3 to 6 that Booking.com has read and shows again."""
    booking.look(FAR)
    made = desk.block("3", nights(3, 4)).stay
    read(booking, FAR)
    booking.look(FAR, closed(nights(3, 4)))
    assert told(booking) == [(3, 4, "echo")]
    return made.id


def read(booking: ChannelCalendar, *shown: Shown) -> None:
    """Let Booking.com read our feed, and look at once what it showed until then."""
    booking.has_read()
    booking.look(*shown, after=AT_ONCE)


def told(booking: ChannelCalendar) -> list[tuple[int, int, str]]:
    """What the calendar shows but for the far event: its first night, how many, and what was made of it."""
    rows = [
        row for row in booking.rows() if row.forgotten_at is None and row.state == "there" and row.arrival < day(50)
    ]
    found = [((row.arrival - day(0)).days, (row.departure - row.arrival).days, row.taken_as) for row in rows]
    return sorted(found)


def open_(desk: Desk, stay_id: int, given_up: Nights | None = None) -> None:
    """Give up a block or some nights of it, and let the undo time pass."""
    desk.unblock(stay_id, given_up)
    desk.advance(feeds.UNDO_TIME)
    with desk.store.unit_of_work() as work:
        feeds.open_due(work, desk.hotel.rooms["3"])


@pytest.mark.usefixtures("block")
def test_r10_nights_that_an_echo_grows_by_and_we_never_showed_are_a_sale_of_exactly_those(
    desk: Desk, booking: ChannelCalendar
) -> None:
    booking.look(FAR, closed(nights(3, 6)))
    assert told(booking) == [(3, 4, "echo"), (7, 2, "stay")]
    assert desk.held(booking.stays()[-1].id) == in_room("3", nights(7, 2))
    assert booking.stays()[-1].state == StayState.HOLDING


@pytest.mark.usefixtures("block")
def test_r10_nights_that_an_echo_grows_by_and_the_channel_had_read_are_ours(
    desk: Desk, booking: ChannelCalendar
) -> None:
    desk.block("3", nights(7, 2))
    read(booking, FAR, closed(nights(3, 4)))
    booking.look(FAR, closed(nights(3, 6)))
    assert told(booking) == [(3, 6, "echo")]
    assert len(booking.stays()) == 1


def test_r10_a_sale_on_some_nights_of_an_echo_that_went_is_one_at_the_first_look(
    desk: Desk, booking: ChannelCalendar, block: int
) -> None:
    open_(desk, block)
    booking.has_read()
    booking.look(FAR, closed(nights(4, 2)))
    assert told(booking) == [(4, 2, "stay")]
    assert desk.held(booking.stays()[-1].id) == in_room("3", nights(4, 2))


def test_r10_a_sale_across_an_echo_that_went_is_one_at_the_first_look(
    desk: Desk, booking: ChannelCalendar, block: int
) -> None:
    open_(desk, block)
    booking.has_read()
    booking.look(FAR, closed(nights(5, 4)))
    assert told(booking) == [(5, 4, "stay")]


def test_r10_a_sale_that_came_right_after_the_channel_had_read_us_open_is_no_echo(
    desk: Desk, booking: ChannelCalendar
) -> None:
    booking.look(FAR)
    block = desk.block("3", nights(3, 2)).stay
    read(booking, FAR)
    open_(desk, block.id)
    booking.has_read()
    booking.look(FAR, closed(nights(3, 2)), after=AT_ONCE)
    assert told(booking) == [(3, 2, "stay")]


def test_r10_only_the_nights_that_outlive_their_original_become_a_stay(
    desk: Desk, booking: ChannelCalendar, block: int
) -> None:
    open_(desk, block, nights(3, 2))
    booking.has_read()
    booking.looks(2, FAR, closed(nights(3, 4)))
    assert told(booking) == [(3, 4, "echo")]
    booking.look(FAR, closed(nights(3, 4)))
    assert told(booking) == [(3, 2, "stay"), (5, 2, "echo")]
    booking.looks(2, FAR, closed(nights(3, 4)))
    assert told(booking) == [(3, 2, "stay"), (5, 2, "echo")]
    assert desk.held(booking.stays()[-1].id) == in_room("3", nights(3, 2))


@pytest.mark.usefixtures("block")
def test_r10_an_echo_that_goes_waits_for_no_grace_and_is_no_mass_disappearance(
    desk: Desk, booking: ChannelCalendar
) -> None:
    desk.block("3", nights(10, 2))
    desk.block("3", nights(20, 2))
    read(booking, FAR, closed(nights(3, 4)))
    shown = (FAR, closed(nights(3, 4)), closed(nights(10, 2)), closed(nights(20, 2)))
    booking.look(*shown)
    assert len(told(booking)) == 3
    booking.look(FAR)
    assert told(booking) == []
    assert booking.memory().question_at is None
    booking.look(*shown)
    assert [taken for *_, taken in told(booking)] == ["echo"] * 3


def test_r10_an_empty_calendar_that_lost_all_it_had_proves_nothing(desk: Desk, booking: ChannelCalendar) -> None:
    booking.look(FAR)
    desk.block("3", nights(3, 2))
    read(booking)
    booking.look(FAR, closed(nights(3, 2)))
    assert told(booking) == [(3, 2, "stay")]
    assert booking.stays()[-1].state == StayState.CONTESTED


def test_r11_a_closure_that_grows_by_our_nights_keeps_its_own_and_gives_them_back(
    desk: Desk, airbnb: ChannelCalendar
) -> None:
    airbnb.look(not_available(nights(5, 4)))
    made = desk.block("3", nights(3, 2)).stay
    airbnb.has_read()
    airbnb.look(not_available(nights(3, 6)))
    assert told(airbnb) == [(3, 2, "echo"), (5, 4, "closure")]
    open_(desk, made.id)
    airbnb.has_read()
    airbnb.look(not_available(nights(5, 4)))
    assert told(airbnb) == [(5, 4, "closure")]


def test_r10_a_reservation_of_a_dialect_that_tells_them_is_never_taken_apart(
    desk: Desk, airbnb: ChannelCalendar
) -> None:
    desk.block("3", nights(3, 2))
    airbnb.has_read()
    airbnb.look(reserved(nights(3, 4), "ABCD1234"))
    assert told(airbnb) == [(3, 4, "stay")]
    assert airbnb.stay("ABCD1234").state == StayState.CONTESTED
