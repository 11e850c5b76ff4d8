"""Rooms out of service: marked for a while, ended, kept on record."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.inventory import marks
from core.inventory.marks import MarkOutOfService
from core.inventory.models import ServiceMark
from core.values.nights import Nights
from tests.support.desk import Desk, day, nights


def mark(desk: Desk, room: str, since: int, until: int | None = None) -> None:
    """Mark a room from one day on, up to another."""
    order = MarkOutOfService(desk.hotel.rooms[room], day(since), day(until) if until is not None else None, "A tap")
    with desk.store.unit_of_work() as work:
        marks.mark(work, order, desk.by)


def poor(desk: Desk, wanted: Nights) -> set[str]:
    """Return the names of the rooms that are out of service on some of these nights."""
    names = {room_id: name for name, room_id in desk.hotel.rooms.items()}
    with desk.store.reading() as session:
        return {names[room_id] for room_id in marks.out_of_service(session, list(names), wanted)}


def test_a_mark_holds_from_its_day_until_the_room_is_in_service(desk: Desk) -> None:
    mark(desk, "3", 2, 4)
    mark(desk, "4", 3)
    found = [poor(desk, nights(first, 1)) for first in range(5)]
    assert found == [set(), set(), {"3"}, {"3", "4"}, {"4"}]
    assert poor(desk, nights(0, 3)) == {"3"}
    version = desk.version("3")
    assert desk.counted(day(2)) == (0, 0, 0)
    assert desk.version("3") == version


def test_a_room_is_in_service_again_from_today_on_and_what_was_stays(desk: Desk) -> None:
    mark(desk, "3", 0)
    mark(desk, "3", 9)
    desk.advance(timedelta(days=2))
    with desk.store.unit_of_work() as work:
        marks.in_service(work, desk.hotel.rooms["3"], desk.by)
    assert (poor(desk, nights(0, 2)), poor(desk, nights(2, 20))) == ({"3"}, set())
    with desk.store.reading() as session:
        assert [(one.since, one.until) for one in session.scalars(select(ServiceMark))] == [(day(0), day(2))]
    assert [event.kind for event in desk.events()] == [
        "inventory.out_of_service", "inventory.out_of_service", "inventory.in_service",
    ]  # fmt: skip


def test_what_is_not_marked_cannot_be_ended(desk: Desk) -> None:
    with pytest.raises(marks.NoSuchMark), desk.store.unit_of_work() as work:
        marks.in_service(work, desk.hotel.rooms["3"], desk.by)
    with pytest.raises(marks.NoSuchRoomToMark), desk.store.unit_of_work() as work:
        marks.mark(work, MarkOutOfService(99, day(0)), desk.by)
