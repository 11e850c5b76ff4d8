"""Closing at once, opening late (R4): which nights the feeds go on showing busy, and until when."""

import pytest
from sqlalchemy import select

from core.feeds import service as feeds
from core.feeds.service import UNDO_TIME
from core.outbox.models import Due
from core.stays.reasons import Reason
from tests.support.desk import Desk, day, nights


def test_r04_a_closing_waits_for_nothing(desk: Desk) -> None:
    desk.block("3", nights(0, 3))
    assert desk.late("3") == set()
    assert _openings(desk) == []


@pytest.mark.parametrize(
    ("verb", "late"),
    [("unblock", {day(0), day(1), day(2)}), ("shorten", {day(1), day(2)}), ("move", {day(0), day(1), day(2)})],
)
def test_r04_an_opening_is_late(desk: Desk, verb: str, late: set[object]) -> None:
    stay_id = desk.block("3", nights(0, 3)).stay.id
    changes = {
        "unblock": lambda: desk.unblock(stay_id),
        "shorten": lambda: desk.shorten(stay_id, day(1)),
        "move": lambda: desk.move(stay_id, "4"),
    }
    changes[verb]()
    assert desk.late("3") == late
    assert desk.late("4") == set()
    opens_at = desk.store.clock.now() + UNDO_TIME
    assert [(due.facts, due.due_at) for due in _openings(desk)] == [({"room_id": desk.hotel.rooms["3"]}, opens_at)]


def test_r04_the_feed_opens_when_the_undo_time_is_over_and_not_before(desk: Desk) -> None:
    desk.unblock(desk.block("3", nights(0, 2)).stay.id)
    desk.advance(UNDO_TIME - UNDO_TIME.resolution)
    before = desk.version("3")
    assert not _open_due(desk, "3")
    assert (desk.late("3"), desk.version("3")) == ({day(0), day(1)}, before)
    desk.advance(UNDO_TIME.resolution)
    assert _open_due(desk, "3")
    assert (desk.late("3"), desk.version("3")) == (set(), before + 1)
    assert not _open_due(desk, "3")
    assert desk.version("3") == before + 1


def test_r04_an_opening_of_one_room_opens_no_other(desk: Desk) -> None:
    for room in ("3", "4"):
        desk.unblock(desk.block(room, nights(0, 1)).stay.id)
    desk.advance(UNDO_TIME)
    _open_due(desk, "3")
    assert (desk.late("3"), desk.late("4")) == (set(), {day(0)})


def test_r04_an_opening_that_is_undone_never_happened(desk: Desk) -> None:
    change = desk.unblock(desk.block("3", nights(0, 2)).stay.id)
    desk.undo(change.event_id)
    assert desk.late("3") == set()
    desk.advance(UNDO_TIME)
    assert not _open_due(desk, "3")


def test_r04_a_night_taken_and_given_back_at_once_still_waits_for_its_first_opening(desk: Desk) -> None:
    desk.unblock(desk.block("3", nights(0, 3)).stay.id)
    taken = desk.block("3", nights(1, 1), Reason.GUEST)
    desk.undo(taken.event_id)
    assert desk.late("3") == {day(0), day(1), day(2)}


@pytest.mark.parametrize("verb", ["block", "extend", "move"])
def test_r04_undoing_a_closing_opens_at_once(desk: Desk, verb: str) -> None:
    stay_id = desk.block("3", nights(0, 2)).stay.id
    changes = {
        "block": lambda: desk.block("4", nights(0, 2)),
        "extend": lambda: desk.extend(stay_id, day(4)),
        "move": lambda: desk.move(stay_id, "4"),
    }
    change = changes[verb]()
    before = {room: desk.version(room) for room in ("3", "4")}
    desk.undo(change.event_id)
    assert (desk.late("3"), desk.late("4")) == (set(), set())
    assert any(desk.version(room) > before[room] for room in before)
    assert desk.version(change.room.name) == before[change.room.name] + 1


def test_r04_a_night_that_somebody_waited_for_does_not_open(desk: Desk) -> None:
    desk.block("3", nights(0, 2), Reason.GUEST)
    fact = desk.block("3", nights(1, 2), Reason.MAINTENANCE).stay.id
    desk.unblock(fact)
    assert desk.late("3") == {day(2)}


def _openings(desk: Desk) -> list[Due]:
    with desk.store.reading() as session:
        return list(session.scalars(select(Due).where(Due.kind == "feeds.open_late")))


def _open_due(desk: Desk, room: str) -> bool:
    with desk.store.unit_of_work() as work:
        return feeds.open_due(work, desk.hotel.rooms[room])
