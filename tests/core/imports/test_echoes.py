"""Our own closures come back through a channel, and are told from sales (R10)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.channels.models import Channel
from core.feeds import service as feeds
from core.stays.reasons import StayState
from tests.support.calendars import ChannelCalendar, closed, not_available, reserved
from tests.support.desk import Desk, day, in_room, nights

HOUR = timedelta(hours=1)
FAR = closed(nights(60, 2))


def test_r10_a_reservation_that_a_dialect_tells_is_never_an_echo(desk: Desk, airbnb: ChannelCalendar) -> None:
    desk.block("3", nights(3, 2))
    airbnb.has_read()
    airbnb.look()
    airbnb.look(reserved(nights(3, 2), "ABCD1234"))
    assert airbnb.stay("ABCD1234").state == StayState.CONTESTED


def test_r10_a_block_of_such_a_dialect_on_nights_we_show_it_is_an_echo(desk: Desk, airbnb: ChannelCalendar) -> None:
    desk.block("3", nights(3, 2))
    airbnb.look(not_available(nights(3, 2)))
    assert airbnb.rows()[0].taken_as == "echo"
    assert desk.counted(day(3)) == (0, 1, 0)


def test_r10_preparation_nights_round_our_closure_are_trimmed(desk: Desk, airbnb: ChannelCalendar) -> None:
    desk.block("3", nights(3, 2))
    airbnb.look(not_available(nights(2, 4)))
    assert airbnb.rows()[0].taken_as == "echo"


def test_r10_a_block_on_nights_we_do_not_show_is_no_echo(desk: Desk, airbnb: ChannelCalendar) -> None:
    desk.block("3", nights(3, 2))
    airbnb.look(not_available(nights(10, 4)))
    assert airbnb.rows()[0].taken_as == "closure"


def test_r10_where_the_dialect_cannot_tell_it_is_an_echo_after_a_counted_read_and_a_look_without_it(
    desk: Desk, booking: ChannelCalendar
) -> None:
    booking.look(FAR)
    desk.block("3", nights(3, 2))
    booking.has_read()
    booking.look(FAR, after=timedelta(seconds=40))
    booking.look(FAR, closed(nights(3, 2)))
    assert booking.rows()[-1].taken_as == "echo"
    assert len(booking.stays()) == 1


@pytest.mark.parametrize(("exports", "taken_as"), [("reservations", "stay"), ("everything", "echo"), (None, "echo")])
def test_r10_of_a_channel_that_exports_reservations_only_all_that_shows_was_sold(
    desk: Desk, booking: ChannelCalendar, exports: str | None, taken_as: str
) -> None:
    with desk.store.unit_of_work() as work:
        channel = work.session.scalars(select(Channel).where(Channel.platform == "booking_com")).one()
        channel.exports = exports
    booking.look(FAR)
    desk.block("3", nights(3, 2))
    booking.has_read()
    booking.look(FAR, after=timedelta(seconds=40))
    booking.look(FAR, closed(nights(3, 2)))
    assert booking.rows()[-1].taken_as == taken_as


@pytest.mark.parametrize("read", [False, True])
def test_r10_without_the_read_or_without_the_look_after_it_it_is_a_sale(
    desk: Desk,
    booking: ChannelCalendar,
    read: bool,  # noqa: FBT001 - a case.
) -> None:
    booking.look(FAR)
    desk.block("3", nights(3, 2))
    if read:
        booking.has_read()
    booking.look(FAR, closed(nights(3, 2)))
    row = booking.rows()[-1]
    assert row.taken_as == "stay"
    assert booking.stays()[-1].state == StayState.CONTESTED


def test_r10_a_read_of_an_older_version_proves_nothing(desk: Desk, booking: ChannelCalendar) -> None:
    booking.look(FAR)
    booking.has_read()
    desk.block("3", nights(3, 2))
    booking.look(FAR)
    booking.look(FAR, closed(nights(3, 2)))
    assert booking.rows()[-1].taken_as == "stay"


def test_r10_an_echo_that_outlives_its_original_by_two_good_looks_becomes_a_stay(
    desk: Desk, booking: ChannelCalendar
) -> None:
    booking.look(FAR)
    block = desk.block("3", nights(3, 2)).stay
    booking.has_read()
    booking.look(FAR, after=timedelta(seconds=40))
    shown = (FAR, closed(nights(3, 2)))
    booking.look(*shown)
    desk.unblock(block.id)
    booking.looks(3, *shown, after=HOUR)
    assert booking.rows()[-1].taken_as == "echo", "the channel has not read us without it"
    with desk.store.unit_of_work() as work:
        feeds.open_due(work, desk.hotel.rooms["3"])
    booking.has_read()
    booking.look(*shown)
    booking.look(*shown)
    assert booking.rows()[-1].taken_as == "echo"
    booking.look(*shown)
    assert booking.rows()[-1].taken_as == "stay"
    assert booking.stays()[-1].state == StayState.HOLDING


def test_r10_what_carries_our_uid_is_always_an_echo(desk: Desk, booking: ChannelCalendar) -> None:
    booking.look(FAR)
    desk.block("3", nights(3, 2))
    mine = closed(nights(3, 2))
    booking.look(FAR, type(mine)(mine.nights, "abc.3@dauda", mine.summary))
    assert len(booking.rows()) == 1


def test_r11_events_of_one_link_on_the_same_nights_are_no_echoes_of_each_other(
    desk: Desk, booking: ChannelCalendar
) -> None:
    booking.look(FAR, closed(nights(3, 2)))
    booking.has_read()
    booking.look(FAR, closed(nights(3, 2)), after=timedelta(seconds=40))
    assert desk.counted(day(3)) == (1, 0, 0)


def test_r11_an_event_that_shares_nights_with_another_of_its_link_waits_for_nobody(
    desk: Desk, booking: ChannelCalendar
) -> None:
    booking.look(FAR, closed(nights(3, 3)))
    booking.look(FAR, closed(nights(3, 3)), closed(nights(4, 4)))
    first, second = booking.stays()[0], booking.stays()[-1]
    assert desk.held(second.id) == in_room("3", nights(6, 2))
    assert desk.counted(day(4)) == (1, 0, 0)
    booking.looks(3, FAR, closed(nights(4, 4)), after=3 * HOUR)
    assert desk.stay(first.id).state == StayState.RELEASED
    assert desk.held(second.id) >= in_room("3", nights(4, 4))
    assert desk.counted(day(4)) == (1, 0, 0)


def test_r11_an_event_within_another_of_its_link_is_no_stay_of_its_own_until_that_goes(
    desk: Desk, booking: ChannelCalendar
) -> None:
    booking.look(FAR, closed(nights(3, 6)))
    booking.look(FAR, closed(nights(3, 6)), closed(nights(4, 2)))
    assert len(booking.stays()) == 2
    assert desk.counted(day(4)) == (1, 0, 0)
