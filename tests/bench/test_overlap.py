"""Whether a room is free, and a double booking found, in a house of a million stays and in one of a thousand."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median

import pytest

from core.clock import SetClock
from core.conflicts import cases
from core.db.engine import connect
from core.db.work import Store
from core.events.service import By
from core.inventory import service as inventory
from core.inventory.service import NightTaken
from core.properties.models import Room
from core.stays import booked, holding, queries
from core.values.nights import ONE_NIGHT, Nights
from tests.bench import many
from tests.bench.conftest import Hold
from tests.bench.measure import Row, interleaved
from tests.support import databases

pytestmark = pytest.mark.bench
PROBES = 300
CLASHES = 12
PLACE, ROOM = 1, 100


@contextmanager
def house(engine: str, folder: Path, size: many.Size) -> Iterator[Store]:
    """Give a store with so many stays, made within seconds."""
    folder.mkdir()
    with databases.migrated(engine, folder) as url:
        many.load(url, size)
        store = Store(connect(url), SetClock(datetime(2026, 11, 20, 18, 40, tzinfo=UTC)))
        yield store
        store.database.dispose()


@pytest.mark.parametrize("engine", databases.ENGINES)
def test_a_room_is_looked_up_as_quickly_among_a_million_stays(engine: str, tmp_path: Path, hold: Hold) -> None:
    with ExitStack() as stack:
        large = stack.enter_context(house(engine, tmp_path / "large", many.LARGE))
        small = stack.enter_context(house(engine, tmp_path / "small", many.SMALL))
        assert _busy(large, 1) == _busy(small, 1)
        hold(lambda: _compared(engine, large, small))


def _compared(engine: str, large: Store, small: Store) -> list[Row]:
    rows = []
    asked: dict[str, Callable[[Store], float]] = {
        "busy_rooms": _rooms, "refuse_taken": _room, "a clash until its case is open": _clash,
    }  # fmt: skip
    for name, ask in asked.items():
        found = interleaved({"large": lambda ask=ask: ask(large), "small": lambda ask=ask: ask(small)})  # type: ignore[misc] # mypy knows no defaults of a lambda.
        what = f"{name} among 1,000,000 stays, among 1,000, {engine}"
        rows.append(Row(what, found["large"], found["small"], 1.5, unit="µs"))
    return rows


def _probes(seed: int) -> Iterator[Nights]:
    chance = random.Random(seed)
    for _ in range(PROBES):
        arrival = many.TODAY + timedelta(chance.randrange(40))
        yield Nights(arrival, arrival + timedelta(chance.randint(1, 7)))


def _taken(seed: int) -> Iterator[date]:
    """Nights that are held in `ROOM`: two of every three."""
    chance = random.Random(seed)
    for _ in range(CLASHES):
        yield many.TODAY + timedelta(3 * chance.randrange(13) + chance.randrange(2))


def _busy(store: Store, seed: int) -> list[set[int]]:
    with store.reading() as session:
        return [queries.busy_rooms(session, PLACE, nights) for nights in _probes(seed)]


def _rooms(store: Store) -> float:
    """Median µs of `busy_rooms`."""
    took = []
    with store.reading() as session:
        for nights in _probes(2):
            began = time.perf_counter()
            queries.busy_rooms(session, PLACE, nights)
            took.append(time.perf_counter() - began)
    return median(took) * 1e6


def _room(store: Store) -> float:
    """Median µs of the check before a block, in the room with a long history."""
    took = []
    with store.unit_of_work() as work:
        room = work.session.get_one(Room, ROOM)
        for nights in _probes(3):
            began = time.perf_counter()
            try:
                inventory.refuse_taken(work, room, list(nights))
            except NightTaken:
                pass
            finally:
                took.append(time.perf_counter() - began)
    return median(took) * 1e6


class _TakenBack(Exception):
    """Leaves a unit of work without a trace."""


def _clash(store: Store) -> float:
    """Median µs in which a channel's booking of a taken night is stored, contested and a case.

    A third of the rooms are free for it: how long is sought where none is, `test_advice` measures.
    """
    took = []
    for night in _taken(4):
        wanted = booked.Booked(Nights(night, night + ONE_NIGHT), "airbnb", "HMABCDE123")
        with suppress(_TakenBack), store.unit_of_work() as work:
            room = holding.room_of(work, ROOM)
            began = time.perf_counter()
            stay = booked.arrive(work, room, wanted, By()).stay
            took.append(time.perf_counter() - began)
            assert cases.of_stay(work.session, stay.id) is not None
            raise _TakenBack
    return median(took) * 1e6
