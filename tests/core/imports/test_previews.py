"""What a first read found sold on nights blocked by hand, while nobody has said whether they are the same (R16, R6)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.channels.models import ChannelLink
from core.feeds import service as versions
from core.feeds.versions import version_of
from core.imports import answers, commands
from core.imports.errors import NothingAsked
from core.outbox.models import Due
from core.stays.reasons import StayState
from tests.core.imports.types import LINKS, to_come
from tests.support.calendars import ChannelCalendar, reserved
from tests.support.desk import Desk, day, in_room, nights, open_desk
from tests.support.truth import must_be_true

HOUR = timedelta(hours=1)
SOLD = nights(3, 2)
OTHER = reserved(nights(20, 2), "OTHER111")


def undo_time_is_over(desk: Desk, *rooms: str) -> None:
    """Let the feeds open what was given up."""
    desk.advance(timedelta(minutes=11))
    with desk.store.unit_of_work() as work:
        for room in rooms:
            versions.open_due(work, desk.hotel.rooms[room])


def is_due(desk: Desk, calendar: ChannelCalendar) -> bool:
    """Whether the calendar is to be read now."""
    with desk.store.reading() as session:
        row = session.scalar(select(Due).where(Due.key == f"pull:{calendar.link_id}"))
        return row is not None and row.due_at <= desk.store.clock.now()


def version(desk: Desk, calendar: ChannelCalendar) -> int:
    """Return the version of the feed that the calendar's channel is given."""
    with desk.store.reading() as session:
        of_link = select(version_of()).select_from(ChannelLink).where(ChannelLink.id == calendar.link_id)
        return session.scalar(of_link) or 0


def answer(desk: Desk, calendar: ChannelCalendar, *, join: bool) -> int:
    """Say whether the bookings are the blocks."""
    with desk.store.unit_of_work() as work:
        return answers.join_previews(work, commands.JoinPreviews(calendar.link_id, join=join), desk.by)


def test_r16_what_waits_for_an_answer_is_closed_everywhere_but_where_it_was_sold(
    desk: Desk, airbnb: ChannelCalendar, booking: ChannelCalendar
) -> None:
    desk.block("3", SOLD)
    airbnb.look(reserved(SOLD, "ABCD1234"))
    assert set(SOLD) <= booking.feed()
    assert set(SOLD).isdisjoint(airbnb.feed()), "R2: it told us so itself"


def test_r16_when_the_block_goes_unanswered_the_nights_stay_closed_elsewhere_and_the_calendar_is_read_at_once(
    desk: Desk, airbnb: ChannelCalendar, booking: ChannelCalendar
) -> None:
    block = desk.block("3", SOLD).stay
    airbnb.look(reserved(SOLD, "ABCD1234"))
    desk.advance(timedelta(minutes=1))
    desk.unblock(block.id)
    assert is_due(desk, airbnb)
    assert not is_due(desk, booking)
    undo_time_is_over(desk, "3")
    airbnb.fail()
    assert set(SOLD) <= booking.feed(), "unknown is not free (R6)"
    assert set(SOLD).isdisjoint(airbnb.feed())
    airbnb.look(reserved(SOLD, "ABCD1234"))
    assert desk.held(airbnb.stay("ABCD1234").id) == in_room("3", SOLD)
    assert set(SOLD) <= booking.feed()
    with pytest.raises(NothingAsked):
        answer(desk, airbnb, join=True)


def test_r16_a_block_of_which_no_calendar_knows_opens_and_nothing_is_read_for_it(
    desk: Desk, airbnb: ChannelCalendar, booking: ChannelCalendar
) -> None:
    block = desk.block("3", SOLD).stay
    airbnb.look(OTHER)
    desk.advance(timedelta(minutes=1))
    desk.unblock(block.id)
    assert not is_due(desk, airbnb)
    undo_time_is_over(desk, "3")
    assert set(SOLD).isdisjoint(booking.feed())


@pytest.mark.parametrize("change", ["shortened", "moved"])
def test_r16_a_block_that_is_no_longer_on_these_nights_leaves_them_closed_elsewhere(
    desk: Desk, airbnb: ChannelCalendar, booking: ChannelCalendar, change: str
) -> None:
    block = desk.block("3", SOLD).stay
    airbnb.look(reserved(SOLD, "ABCD1234"))
    if change == "moved":
        desk.move(block.id, "4")
    else:
        desk.shorten(block.id, day(4))
    undo_time_is_over(desk, "3")
    assert is_due(desk, airbnb)
    assert set(SOLD) <= booking.feed()
    assert set(SOLD).isdisjoint(airbnb.feed())
    airbnb.look(reserved(SOLD, "ABCD1234"))
    sold = airbnb.stay("ABCD1234")
    assert sold.state == (StayState.HOLDING if change == "moved" else StayState.CONTESTED)


def test_r16_what_its_channel_drops_unanswered_opens_elsewhere_with_a_new_version(
    desk: Desk, airbnb: ChannelCalendar, booking: ChannelCalendar
) -> None:
    block = desk.block("3", SOLD).stay
    airbnb.look(reserved(SOLD, "ABCD1234"), OTHER)
    airbnb.looks(2, OTHER, after=HOUR)
    desk.unblock(block.id)
    undo_time_is_over(desk, "3")
    assert set(SOLD) <= booking.feed(), "gone is believed after its grace (R12)"
    before = version(desk, booking)
    airbnb.looks(3, OTHER, after=3 * HOUR)
    assert set(SOLD).isdisjoint(booking.feed())
    assert version(desk, booking) > before


@pytest.fixture
def house(database_url: str) -> Iterator[Desk]:
    """Give the desk of a house with rooms 3 and 4, both doubles that Airbnb sells as one listing, and a twin."""
    with open_desk(database_url, links=LINKS) as opened:
        yield opened
        must_be_true(opened.store)


def test_r16_of_a_type_what_waits_for_an_answer_counts_once(house: Desk) -> None:
    airbnb, generic, vrbo = (ChannelCalendar(house, *link) for link in (LINKS[0], LINKS[2], LINKS[1]))
    house.block("4", SOLD)
    first = house.block("3", SOLD).stay
    house.unblock(first.id)
    undo_time_is_over(house, "3")
    airbnb.look(reserved(SOLD, "ABCD1234"))
    assert [row.taken_as for row in airbnb.rows()] == ["preview"]
    for calendar in (airbnb, generic, vrbo):
        assert to_come(calendar) == set(), "one room is blocked, and the booking is likely that block"


def test_r16_of_a_type_an_unanswered_booking_without_its_block_closes_the_last_room(house: Desk) -> None:
    airbnb, generic, vrbo = (ChannelCalendar(house, *link) for link in (LINKS[0], LINKS[2], LINKS[1]))
    block = house.block("4", SOLD).stay
    airbnb.look(reserved(SOLD, "ABCD1234"), OTHER)
    house.block("3", nights(3, 1))
    house.unblock(block.id)
    assert is_due(house, airbnb)
    undo_time_is_over(house, "4")
    for calendar in (airbnb, generic, vrbo):
        assert to_come(calendar) == {day(3)}, "room 4 is as good as sold"
    house.block("3", nights(4, 1))
    assert set(SOLD) <= to_come(generic)
    airbnb.look(reserved(SOLD, "ABCD1234"), OTHER)
    assert airbnb.stay("ABCD1234").state == StayState.HOLDING
    assert set(SOLD) <= to_come(generic), "and now it is sold"


def test_r16_of_a_type_what_is_dropped_unanswered_opens_with_a_new_version(house: Desk) -> None:
    airbnb, generic = ChannelCalendar(house, *LINKS[0]), ChannelCalendar(house, *LINKS[2])
    block = house.block("4", SOLD).stay
    house.block("3", nights(2, 4))
    airbnb.look(reserved(SOLD, "ABCD1234"), OTHER)
    airbnb.looks(2, OTHER, after=HOUR)
    house.unblock(block.id)
    undo_time_is_over(house, "4")
    assert set(SOLD) <= to_come(generic)
    before = version(house, generic)
    airbnb.look(OTHER, after=12 * HOUR)
    assert airbnb.rows()[0].state == "gone"
    assert set(SOLD).isdisjoint(to_come(generic))
    assert version(house, generic) > before


def test_r16_a_word_on_a_type_opens_and_closes_with_a_new_version(house: Desk) -> None:
    airbnb, generic = ChannelCalendar(house, *LINKS[0]), ChannelCalendar(house, *LINKS[2])
    house.block("4", SOLD)
    airbnb.look(reserved(SOLD, "ABCD1234"))
    before = version(house, generic)
    assert answer(house, airbnb, join=False) == 1
    assert version(house, generic) > before
    assert set(SOLD) <= to_come(generic), "a block and a booking are two rooms"
