"""A channel that closes a villa or one of its rooms closes all that nobody can have then (R11)."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from core.channels.taken import CLOSURE
from core.feeds import service as feeds
from core.feeds.told.values import State
from core.imports import answers, commands
from tests.core.inventory import villas
from tests.support.calendars import ChannelCalendar, not_available, reserved
from tests.support.desk import Desk, day, nights
from tests.support.hotel import TODAY

ROOMS = {**villas.ROOMS, "annex": "VILLA"}
LINKS = (*(("airbnb", room) for room in ROOMS), ("vrbo", "VILLA"), ("vrbo", "DBL"))
CLOSED = nights(10, 3)
HOUR = timedelta(hours=1)


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Give the desk of a house whose villa and annex, which are sold as one type, share room 2."""
    with villas.open_villas(database_url, LINKS, ROOMS) as opened:
        yield opened


def close(desk: Desk, room: str) -> ChannelCalendar:
    """Have Airbnb close a room itself, on fixed dates."""
    calendar = ChannelCalendar(desk, "airbnb", room)
    calendar.look(reserved(nights(40, 2), "FARAWAY1"))
    calendar.look(reserved(nights(40, 2), "FARAWAY1"), not_available(CLOSED))
    assert [row.taken_as for row in calendar.rows()] == ["stay", CLOSURE]
    return calendar


def shut(desk: Desk, platform: str = "airbnb") -> set[str]:
    """Return the rooms or types whose feeds for a platform show the closed nights, all of them; none shows some."""
    found = set()
    for name, place in LINKS:
        seen = set(CLOSED) & ChannelCalendar(desk, name, place).feed() if name == platform else set()
        assert seen in (set(), set(CLOSED))
        found |= {place} if seen else set()
    return found


@pytest.mark.parametrize(
    ("room", "closed"),
    [("1", {"villa"}), ("2", {"villa", "annex"}), ("villa", {"1", "2", "annex"}), ("annex", {"2", "4", "villa"})],
)
def test_r11_a_closure_reaches_all_that_is_made_of_its_room_or_is_a_part_of_it(
    desk: Desk, room: str, closed: set[str]
) -> None:
    before = {name: desk.version(name) for name in ROOMS}
    close(desk, room)
    assert shut(desk) == closed
    assert {name for name in ROOMS if desk.version(name) > before[name]} >= closed, "what changed has a new version"


def test_r11_a_closure_of_a_room_that_is_no_part_reaches_nothing_else(desk: Desk) -> None:
    before = {name: desk.version(name) for name in ROOMS}
    close(desk, "5")
    assert shut(desk) == set()
    assert {name for name in ROOMS if desk.version(name) > before[name]} == {"5"}


def test_r11_only_there_opens_the_villa_again_with_a_new_version(desk: Desk) -> None:
    row = close(desk, "2").rows()[1]
    before = {name: desk.version(name) for name in ROOMS}
    with desk.store.unit_of_work() as work:
        answers.settle_closure(work, commands.SettleClosure(row.id, everywhere=False), desk.by)
    assert shut(desk) == set()
    assert {name for name in ROOMS if desk.version(name) > before[name]} == {"2", "villa", "annex"}


def test_r11_a_closure_that_goes_opens_the_villa_with_a_new_version(desk: Desk) -> None:
    airbnb, before = close(desk, "1"), desk.version("villa")
    airbnb.looks(4, reserved(nights(40, 2), "FARAWAY1"), after=3 * HOUR)
    assert airbnb.rows()[1].state == State.GONE
    assert shut(desk) == set()
    assert desk.version("villa") > before


def test_r11_a_closed_part_of_a_villa_is_one_villa_and_one_double_fewer(desk: Desk) -> None:
    close(desk, "1")
    assert (to_come(desk, "VILLA"), to_come(desk, "DBL")) == (set(), set()), "the annex is left, and rooms 4 and 5"
    desk.block("4", nights(11, 1))
    assert (to_come(desk, "VILLA"), to_come(desk, "DBL")) == ({day(11)}, set()), "room 5 is left"
    desk.block("5", nights(11, 2))
    assert to_come(desk, "DBL") == {day(11)}


def test_r11_a_part_that_is_closed_and_taken_takes_its_villa_once(desk: Desk) -> None:
    close(desk, "1")
    desk.block("1", nights(10, 1))
    assert to_come(desk, "VILLA") == set(), "the annex is left"
    desk.block("4", nights(10, 1))
    assert to_come(desk, "VILLA") == {day(10)}


def to_come(desk: Desk, kind: str) -> set[date]:
    """The nights from today on that the feed of a type shows busy."""
    return {night for night in ChannelCalendar(desk, "vrbo", kind).feed() if night >= TODAY}


def test_r16_a_booking_that_waits_for_an_answer_closes_the_villa_though_its_block_has_gone(desk: Desk) -> None:
    airbnb = ChannelCalendar(desk, "airbnb", "1")
    block = desk.block("1", CLOSED).stay
    airbnb.look(reserved(CLOSED, "ABCD1234"))
    assert shut(desk) == {"villa"}, "the block holds a part of it, and room 1 was sold there"
    desk.unblock(block.id)
    desk.advance(HOUR)
    with desk.store.unit_of_work() as work:
        for room in ROOMS:
            feeds.open_due(work, desk.hotel.rooms[room])
    assert shut(desk) == {"villa"}
