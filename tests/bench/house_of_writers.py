"""A house of many rooms whose inventory is preloaded, and writers who fill it against the same statements alone."""

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from statistics import median

from sqlalchemy import insert

from core.db.work import Store, UnitOfWork
from core.feeds import service as feeds
from core.inventory import service as inventory
from core.properties.models import Room, RoomType
from core.reservations.models import Reservation
from core.stays.models import Stay
from core.values.nights import ONE_NIGHT
from tests.bench.measure import ROUNDS, Row, p99
from tests.bench.writers import Cell, Write, Written, written
from tests.support.hotel import TODAY, make_hotel, open_store

WRITERS = (1, 8, 32)
SECONDS = 0.8
TYPES, ROOMS, NIGHTS = 16, 128, 600
# Numbers that nothing else in a write has, so that a recorded one is known for what it is.
FIRST_TYPE, FIRST_ROOM, FIRST_RESERVATION, FIRST_STAY = 5_000, 7_000, 600_000, 900_000
RECORDED: Cell = (FIRST_ROOM, TODAY + timedelta(NIGHTS + 1))
"""A night that lies behind all the cells: what is written of it is what the peer replays."""


@dataclass(frozen=True, slots=True)
class House:
    """The house, and its cells in random order, each to be taken once."""

    engine: str
    store: Store
    property_id: int
    cells: Iterator[Cell]


@contextmanager
def opened(url: str) -> Iterator[House]:
    """Give a house with room for more writes than a bench makes, in the migrated database at `url`."""
    with open_store(url) as store:
        hotel = make_hotel(store, links=())
        with store.unit_of_work() as work:
            rooms = _rooms(work, hotel.property_id)
        cells = [(room, TODAY + timedelta(night)) for room, night in product(rooms, range(NIGHTS))]
        random.Random(1).shuffle(cells)
        yield House(url.partition(":")[0].partition("+")[0], store, hotel.property_id, iter(cells))


def compared(house: House, what: str, unit: str, ours: Write, raw: Write) -> list[Row]:
    """How many a second we write and the peer does, and how long the slowest of ours wait, by so many writers."""
    found: dict[tuple[str, int], list[Written]] = {}
    contestants: Mapping[str, Write] = {"ours": ours, "raw": raw}
    for each, writers in product(range(ROUNDS + 1), WRITERS):
        for name in sorted(contestants, reverse=bool(each % 2)):
            done = written(writers, SECONDS, house.cells, contestants[name])
            if each:
                found.setdefault((name, writers), []).append(done)
    alone = median(median(done.took) for done in found["ours", 1]) * 1000
    rows = []
    for writers in WRITERS:
        rate, peer = (median(done.rate for done in found[name, writers]) for name in ("ours", "raw"))
        worst = median(p99(done.took) for done in found["ours", writers]) * 1000
        by = f"{writers} writer{'s' * (writers > 1)}"
        rows += [
            Row(f"{what} by {by}, raw SQL, {house.engine}", rate, peer, unit=unit),
            Row(f"  p99 by {by}, a single writer's p50", worst, alone, 3 * writers, unit="ms"),
        ]
    return rows


def type_of(room: int) -> int:
    """The type of one of the rooms."""
    return FIRST_TYPE + (room - FIRST_ROOM) % TYPES


def number_of(cell: Cell) -> int:
    """A number that is no other cell's."""
    room, night = cell
    return (room - FIRST_ROOM) * 10_000 + night.toordinal() % 10_000


def _rooms(work: UnitOfWork, place: int) -> list[int]:
    types = [FIRST_TYPE + n for n in range(TYPES)]
    work.session.execute(
        insert(RoomType), [{"id": n, "property_id": place, "code": f"T{n}", "name": f"Type {n}"} for n in types]
    )
    numbers = [FIRST_ROOM + n for n in range(ROOMS)]
    rooms: list[dict[str, object]] = [
        {"id": n, "property_id": place, "type_id": type_of(n), "name": f"R{n}", "position": n, "aliases": []}
        for n in numbers
    ]
    work.session.execute(insert(Room), rooms)
    for type_id in types:
        inventory.make_days(work, type_id, list(_nights()))
    feeds.changed(work, numbers)
    work.session.flush()
    _count_from(work, place)
    return numbers


def _count_from(work: UnitOfWork, place: int) -> None:
    """One row of each kind with a high number: SQLite counts on from it, PostgreSQL has its sequence set."""
    dates = {"arrival": TODAY, "departure": TODAY + ONE_NIGHT, "made_at": work.now, "changed_at": work.now}
    stay = Stay(
        id=FIRST_STAY, uid="first", property_id=place, room_id=FIRST_ROOM, reason="owner", state="released", **dates
    )
    reservation = Reservation(
        id=FIRST_RESERVATION, property_id=place, code="FIRST", source="direct", state="cancelled", currency="KES",
        revision=1, **dates,
    )  # fmt: skip
    work.session.add_all((stay, reservation))
    work.session.flush()
    if work.session.get_bind().dialect.name == "postgresql":
        for table, first in (("stays", FIRST_STAY), ("reservations", FIRST_RESERVATION)):
            work.session.connection().exec_driver_sql(f"SELECT setval('{table}_id_seq', {first})")


def _nights() -> Iterator[date]:
    return (TODAY + timedelta(night) for night in range(NIGHTS + 3))
