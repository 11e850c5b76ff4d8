"""What a channel sold arrives, changes and goes: told is kept apart from ours, and only changes are followed (R9)."""

from datetime import timedelta

from core.feeds.fetch.answers import Fetched, Trouble
from core.imports import service
from core.imports.reading import prepare, read
from core.stays.models import Stay
from core.stays.reasons import StayState
from tests.support.calendars import ChannelCalendar, calendar, closed, not_available, reserved
from tests.support.desk import Desk, day, in_room, nights
from tests.support.hotel import SEALER

HOUR = timedelta(hours=1)
FAR = reserved(nights(60, 2), "FARAWAY1")
"""Something that stays, so that a calendar is never empty."""


def test_a_reservation_takes_its_nights_and_names_its_source(desk: Desk, airbnb: ChannelCalendar) -> None:
    applied = airbnb.look(reserved(nights(3, 2), "ABCD1234"))
    stay = airbnb.stay("ABCD1234")
    assert (applied.appeared, stay.state, stay.source, stay.reference) == (1, "holding", "airbnb", "HMABCD1234")
    assert desk.held(stay.id) == in_room("3", nights(3, 2))
    assert desk.counted(day(3)) == (1, 0, 0)
    row = airbnb.rows()[0]
    assert "HMABCD1234" in row.raw
    assert row.summary == "Reserved"


def test_the_same_calendar_again_changes_nothing(desk: Desk, airbnb: ChannelCalendar) -> None:
    airbnb.look(reserved(nights(3, 2), "ABCD1234"))
    before, version = desk.events(), desk.version("3")
    airbnb.looks(3, reserved(nights(3, 2), "ABCD1234"))
    airbnb.unchanged()
    assert len(desk.events()) == len(before)
    assert desk.version("3") == version
    assert airbnb.memory().looks == 5


def test_r02_the_feed_shows_others_what_the_channel_sold_and_the_channel_itself_not(
    airbnb: ChannelCalendar, booking: ChannelCalendar
) -> None:
    airbnb.look(reserved(nights(3, 2), "ABCD1234"))
    assert not {day(3), day(4)} & airbnb.feed()
    assert {day(3), day(4)} <= booking.feed()


def test_r02_a_stay_that_was_extended_at_the_desk_is_shown_to_its_channel_beyond_what_it_sold(
    desk: Desk, airbnb: ChannelCalendar
) -> None:
    airbnb.look(reserved(nights(3, 2), "ABCD1234"))
    desk.extend(airbnb.stay("ABCD1234").id, day(6))
    assert airbnb.feed() & {day(3), day(4), day(5)} == {day(5)}


def test_r09_an_unchanged_feed_never_undoes_a_move_or_an_extension(desk: Desk, airbnb: ChannelCalendar) -> None:
    airbnb.look(reserved(nights(3, 2), "ABCD1234"))
    desk.extend(airbnb.stay("ABCD1234").id, day(6))
    desk.move(airbnb.stay("ABCD1234").id, "4")
    airbnb.looks(3, reserved(nights(3, 2), "ABCD1234"), after=3 * HOUR)
    stay = airbnb.stay("ABCD1234")
    assert (stay.arrival, stay.departure) == (day(3), day(6))
    assert desk.held(stay.id) == in_room("4", nights(3, 3))


def test_r09_a_change_is_followed_where_the_stay_is_now(desk: Desk, airbnb: ChannelCalendar) -> None:
    airbnb.look(reserved(nights(3, 2), "ABCD1234"))
    desk.move(airbnb.stay("ABCD1234").id, "4")
    airbnb.look(reserved(nights(3, 4), "ABCD1234"))
    assert desk.held(airbnb.stay("ABCD1234").id) == in_room("4", nights(3, 4))


def test_r09_each_end_follows_for_itself(desk: Desk, airbnb: ChannelCalendar) -> None:
    airbnb.look(reserved(nights(3, 2), "ABCD1234"))
    desk.extend(airbnb.stay("ABCD1234").id, day(7))
    airbnb.look(reserved(nights(2, 3), "ABCD1234"))
    stay = airbnb.stay("ABCD1234")
    assert (stay.arrival, stay.departure) == (day(2), day(7))


def test_a_booking_that_overlaps_holds_what_is_free_and_waits_for_the_rest(desk: Desk, airbnb: ChannelCalendar) -> None:
    block = desk.block("3", nights(4, 2)).stay
    airbnb.look(FAR)
    airbnb.look(FAR, reserved(nights(3, 3), "ABCD1234"))
    stay = airbnb.stay("ABCD1234")
    assert stay.state == StayState.CONTESTED
    assert desk.held(stay.id) == in_room("3", nights(3, 1))
    assert desk.held(block.id) == in_room("3", nights(4, 2))
    assert desk.counted(day(4)) == (0, 1, 1)


def test_a_contested_booking_gets_the_nights_when_they_become_free(desk: Desk, airbnb: ChannelCalendar) -> None:
    block = desk.block("3", nights(4, 2)).stay
    airbnb.look(FAR)
    airbnb.look(FAR, reserved(nights(3, 3), "ABCD1234"))
    desk.unblock(block.id)
    assert desk.held(airbnb.stay("ABCD1234").id) == in_room("3", nights(3, 3))


def test_r12_a_booking_that_vanishes_is_kept_until_the_grace_is_over(desk: Desk, airbnb: ChannelCalendar) -> None:
    sold = reserved(nights(3, 2), "ABCD1234")
    airbnb.look(FAR, sold, reserved(nights(70, 2), "FARAWAY2"))
    others = (FAR, reserved(nights(70, 2), "FARAWAY2"))
    airbnb.look(*others)
    airbnb.look(*others, after=3 * HOUR)
    stay = airbnb.stay("ABCD1234")
    assert desk.held(stay.id) == in_room("3", nights(3, 2))
    airbnb.look(*others, after=2 * HOUR)
    assert desk.stay(stay.id).state == StayState.RELEASED
    assert desk.held(stay.id) == set()
    assert desk.late("3") == {day(3), day(4)}, "an opening shows late (R4)"


def test_r12_failed_and_partial_looks_change_nothing_and_do_not_count(desk: Desk, airbnb: ChannelCalendar) -> None:
    sold, far = reserved(nights(3, 2), "ABCD1234"), (FAR, reserved(nights(70, 2), "FARAWAY2"))
    airbnb.look(*far, sold)
    airbnb.look(*far)
    for _ in range(4):
        airbnb.fail(Trouble.TIMEOUT, after=2 * HOUR)
        airbnb.answer(b"<html>Sign in</html>")
    broken = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:x\r\nDTSTART:2026-99\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    assert airbnb.answer(broken).trouble == "partial"
    assert desk.held(airbnb.stay("ABCD1234").id) == in_room("3", nights(3, 2))
    memory = airbnb.memory()
    assert (memory.failures, memory.trouble) == (9, "partial")


def test_r12_a_checked_in_stay_is_neither_ended_nor_shortened_by_a_feed(desk: Desk, airbnb: ChannelCalendar) -> None:
    far = (FAR, reserved(nights(70, 2), "FARAWAY2"))
    airbnb.look(*far, reserved(nights(0, 4), "ABCD1234"))
    stay = airbnb.stay("ABCD1234")
    with desk.store.unit_of_work() as work:
        work.session.get_one(Stay, stay.id).checked_in_at = work.now
    airbnb.look(*far, reserved(nights(0, 2), "ABCD1234"))
    airbnb.look(*far, reserved(nights(0, 2), "ABCD1234"), after=5 * HOUR)
    airbnb.looks(4, *far, after=5 * HOUR)
    assert desk.held(stay.id) >= in_room("3", nights(1, 3))
    airbnb.look(*far, reserved(nights(0, 6), "ABCD1234"))
    assert desk.stay(stay.id).departure == day(6), "it is prolonged all the same"


def test_r14_a_replaced_booking_goes_at_once_with_the_new_one(desk: Desk, airbnb: ChannelCalendar) -> None:
    far = (FAR, reserved(nights(70, 2), "FARAWAY2"))
    airbnb.look(*far, reserved(nights(3, 2), "ABCD1234"))
    airbnb.look(*far, reserved(nights(3, 2), "EFGH5678"))
    old, new = airbnb.stay("ABCD1234"), airbnb.stay("EFGH5678")
    assert (old.state, new.state) == (StayState.RELEASED, StayState.HOLDING)
    assert desk.held(new.id) == in_room("3", nights(3, 2))


def test_r05_a_booking_beyond_the_horizon_is_kept_and_becomes_a_stay_when_it_comes_into_view(
    booking: ChannelCalendar,
) -> None:
    booking.look(closed(nights(729, 4)), closed(nights(900, 2)))
    assert len(booking.rows()) == 2, "it is on record, whatever we make of it"


def test_a_running_booking_that_is_first_seen_now_holds_the_nights_to_come(desk: Desk, airbnb: ChannelCalendar) -> None:
    airbnb.look(reserved(nights(-2, 5), "ABCD1234"))
    stay = airbnb.stay("ABCD1234")
    assert stay.arrival == day(-2)
    assert desk.held(stay.id) == in_room("3", nights(0, 3))


def test_r11_a_closure_at_the_rolling_end_holds_nothing_and_is_shown_to_nobody(
    desk: Desk, airbnb: ChannelCalendar, booking: ChannelCalendar
) -> None:
    airbnb.look(not_available(nights(360, 8)))
    assert airbnb.rows()[0].taken_as == "mirror"
    assert not {day(360), day(361)} & booking.feed()
    assert desk.counted(day(360)) == (0, 0, 0)


def test_r11_a_closure_of_fixed_dates_is_closed_elsewhere_and_refuses_nobody(
    desk: Desk, airbnb: ChannelCalendar, booking: ChannelCalendar
) -> None:
    airbnb.look(FAR, not_available(nights(10, 3)))
    assert {day(10), day(11), day(12)} <= booking.feed()
    assert not {day(10), day(11), day(12)} & airbnb.feed()
    desk.block("3", nights(10, 3))


def test_r11_preparation_days_and_advance_notice_are_shown_to_nobody(
    airbnb: ChannelCalendar, booking: ChannelCalendar
) -> None:
    prepared = (not_available(nights(4, 1)), reserved(nights(5, 2), "ABCD1234"), not_available(nights(7, 1)))
    airbnb.look(not_available(nights(0, 2)), *prepared)
    assert {day(0), day(1), day(4), day(7)} & booking.feed() == set()
    assert {day(5), day(6)} <= booking.feed()


def test_a_look_that_was_overtaken_changes_nothing(desk: Desk, airbnb: ChannelCalendar) -> None:
    airbnb.look(FAR)
    with desk.store.reading() as session:
        order = prepare(session, SEALER, airbnb.link_id, desk.store.clock.now(), allow_private=False)
    assert order is not None
    airbnb.look(FAR, reserved(nights(3, 2), "ABCD1234"))
    stale = read(order, Fetched(calendar(FAR), None, None, ""))
    with desk.store.unit_of_work() as work:
        assert not service.apply(work, order, stale, 0.1).recorded
    assert len(airbnb.rows()) == 2
    assert airbnb.rows()[1].missing_since is None
