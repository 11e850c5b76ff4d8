"""The feeds of rooms made of parts get a new version whenever they show something else."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.conflicts import keeping
from core.conflicts.models import Conflict
from core.events.service import By
from core.feeds import queries
from core.feeds import service as feeds
from core.stays import booked, holding
from core.stays.reasons import Reason, StayState
from core.values.nights import Nights
from tests.core.inventory.villas import ROOMS, open_villas
from tests.support.desk import Desk, nights

SOON = timedelta(minutes=11)


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Give the desk of a house whose villa and annex share room 2, each linked to Airbnb, like every room."""
    with open_villas(database_url, [("airbnb", room) for room in ROOMS]) as opened:
        yield opened


def shown(desk: Desk) -> dict[str, tuple[int, bytes]]:
    """Return by room the version of its feed and the feed."""
    with desk.store.reading() as session:
        found = {
            room: queries.load(session, desk.hotel.links["airbnb", room], desk.store.clock.now()) for room in ROOMS
        }
    return {room: (feed.version, nights_of(feed.nights)) for room, feed in found.items() if feed is not None}


def nights_of(runs: tuple[Nights, ...]) -> bytes:
    """Return runs of nights as something to compare."""
    return repr(runs).encode()


def changed(before: dict[str, tuple[int, bytes]], after: dict[str, tuple[int, bytes]]) -> set[str]:
    """Return the rooms whose feeds show something else; each of them has a new version."""
    other = {room for room in ROOMS if before[room][1] != after[room][1]}
    assert {room for room in other if before[room][0] == after[room][0]} == set(), "readers would never see it"
    return other


def sell(desk: Desk, room: str, wanted: Nights) -> StayState:
    """Let Airbnb sell nights of a room."""
    with desk.store.unit_of_work() as work:
        place = holding.room_of(work, desk.hotel.rooms[room])
        return StayState(booked.arrive(work, place, booked.Booked(wanted, "airbnb", f"HM{room}"), By()).stay.state)


@pytest.mark.parametrize(
    ("room", "others"), [("1", {"villa"}), ("2", {"villa", "annex"}), ("villa", {"1", "2", "annex"}), ("5", set())]
)
def test_r04_what_opens_late_opens_in_the_feeds_of_all_it_had_closed(desk: Desk, room: str, others: set[str]) -> None:
    before = shown(desk)
    stay = desk.block(room, nights(3, 2)).stay
    closed = shown(desk)
    assert changed(before, closed) == {room, *others}
    desk.unblock(stay.id)
    late = shown(desk)
    assert changed(closed, late) == set()
    desk.advance(SOON)
    with desk.store.unit_of_work() as work:
        for each in desk.hotel.rooms.values():
            feeds.open_due(work, each)
    assert changed(late, shown(desk)) == {room, *others}
    assert changed(before, shown(desk)) == set()


def test_r21_a_room_that_is_kept_for_a_case_closes_the_villa_it_is_a_part_of_until_it_is_let_go(desk: Desk) -> None:
    desk.block("5", nights(3, 2), Reason.GUEST, "Mary")
    desk.block("4", nights(3, 2))
    before = shown(desk)
    assert sell(desk, "5", nights(3, 2)) == StayState.CONTESTED
    with desk.store.reading() as session:
        assert session.scalar(select(Conflict.kept_room_id)) == desk.hotel.rooms["1"]
    kept = shown(desk)
    assert {"1", "villa"} <= changed(before, kept)
    desk.advance(timedelta(hours=25))
    with desk.store.unit_of_work() as work:
        assert keeping.open_due(work, desk.hotel.rooms["1"])
    assert "villa" in changed(kept, shown(desk))


def test_r21_who_waits_for_the_villa_closes_its_parts_and_what_else_is_made_of_them(desk: Desk) -> None:
    desk.block("1", nights(3, 2))
    before = shown(desk)
    assert sell(desk, "villa", nights(3, 2)) == StayState.CONTESTED
    assert {"2", "annex"} <= changed(before, shown(desk))
