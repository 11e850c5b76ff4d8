"""Blocks a second at one, eight and 32 writers, against the same statements without SQLAlchemy."""

import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from statistics import median

import pytest
from sqlalchemy import insert

from core.db.work import Store, UnitOfWork
from core.events.service import By
from core.feeds import service as feeds
from core.inventory import service as inventory
from core.properties.models import Room, RoomType
from core.stays import service
from core.stays.commands import BlockRoom
from core.stays.models import Stay
from core.values.nights import ONE_NIGHT, Nights
from tests.bench.conftest import Hold
from tests.bench.measure import ROUNDS, Row, p99
from tests.bench.writers import Cell, Recording, Replay, Write, Written, written
from tests.support.hotel import TODAY, make_hotel, open_store
from tests.support.statements import heard

pytestmark = pytest.mark.bench
WRITERS = (1, 8, 32)
SECONDS = 0.8
TYPES, ROOMS, NIGHTS = 16, 128, 600
# Numbers that nothing else in a block has, so that a recorded one is known for what it is.
FIRST_TYPE, FIRST_ROOM, FIRST_STAY = 5_000, 7_000, 900_000
RECORDED = TODAY + timedelta(NIGHTS + 1)


@dataclass(frozen=True, slots=True)
class House:
    """A house of many rooms whose inventory is preloaded, and its cells in random order, each to be taken once."""

    engine: str
    store: Store
    rooms: list[int]
    cells: Iterator[Cell]


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    """Give a house with room for more blocks than the bench makes."""
    with open_store(database_url) as store:
        hotel = make_hotel(store, links=())
        with store.unit_of_work() as work:
            rooms = _rooms(work, hotel.property_id)
        cells = [(room, TODAY + timedelta(night)) for room, night in product(rooms, range(NIGHTS))]
        random.Random(1).shuffle(cells)
        yield House(database_url.partition(":")[0].partition("+")[0], store, rooms, iter(cells))


def test_blocks_by_many_writers(house: House, hold: Hold) -> None:
    with closing(Replay(house.store.database, _recorded(house))) as replay:
        hold(lambda: _compared(house, replay))


def _compared(house: House, replay: Replay) -> list[Row]:
    found: dict[tuple[str, int], list[Written]] = {}
    contestants: dict[str, Write] = {"ours": lambda cell: _block(house.store, cell), "raw": replay}
    for each, writers in product(range(ROUNDS + 1), WRITERS):
        for name in sorted(contestants, reverse=bool(each % 2)):
            done = written(writers, SECONDS, house.cells, contestants[name])
            if each:
                found.setdefault((name, writers), []).append(done)
    alone = median(median(done.took) for done in found["ours", 1]) * 1000
    rows = []
    for writers in WRITERS:
        ours, raw = (median(done.rate for done in found[name, writers]) for name in ("ours", "raw"))
        worst = median(p99(done.took) for done in found["ours", writers]) * 1000
        what = f"{writers} writer{'s' * (writers > 1)}"
        rows += [
            Row(f"blocks by {what}, raw SQL, {house.engine}", ours, raw, unit="blocks/s"),
            Row(f"  p99 by {what}, a single writer's p50", worst, alone, 3 * writers, unit="ms"),
        ]
    return rows


def _block(store: Store, cell: Cell) -> int:
    room, night = cell
    with store.unit_of_work() as work:
        return service.block(work, BlockRoom(room, Nights(night, night + ONE_NIGHT)), By(None, "bench")).stay.id


def _recorded(house: House) -> Recording:
    """The statements of one block of a night that lies behind all the cells."""
    cell = (house.rooms[0], RECORDED)
    with heard(house.store.database.write) as statements:
        stay_id = _block(house.store, cell)
    with house.store.reading() as session:
        uid = session.get_one(Stay, stay_id).uid
    kept = [(statement, parameters) for statement, parameters in statements if not statement.startswith("BEGIN")]
    return Recording(kept, house.rooms[0], RECORDED, stay_id, uid, _type_of)


def _type_of(room: int) -> int:
    return FIRST_TYPE + (room - FIRST_ROOM) % TYPES


def _rooms(work: UnitOfWork, place: int) -> list[int]:
    types = [FIRST_TYPE + n for n in range(TYPES)]
    work.session.execute(
        insert(RoomType), [{"id": n, "property_id": place, "code": f"T{n}", "name": f"Type {n}"} for n in types]
    )
    rooms: list[dict[str, object]] = [
        {
            "id": FIRST_ROOM + n,
            "property_id": place,
            "type_id": _type_of(FIRST_ROOM + n),
            "name": f"R{n}",
            "position": n,
            "aliases": [],
        }
        for n in range(ROOMS)
    ]
    work.session.execute(insert(Room), rooms)
    for type_id in types:
        inventory.make_days(work, type_id, list(_nights()))
    numbers = [FIRST_ROOM + n for n in range(ROOMS)]
    feeds.changed(work, numbers)
    # One stay with a high number: those that follow count on from it on SQLite, PostgreSQL has its sequence set.
    work.session.flush()
    first = Stay(
        id=FIRST_STAY, uid="first", property_id=place, room_id=FIRST_ROOM, arrival=TODAY, departure=TODAY + ONE_NIGHT,
        reason="owner", state="released", made_at=work.now, changed_at=work.now,
    )  # fmt: skip
    work.session.add(first)
    work.session.flush()
    if work.session.get_bind().dialect.name == "postgresql":
        work.session.connection().exec_driver_sql(f"SELECT setval('stays_id_seq', {FIRST_STAY})")
    return numbers


def _nights() -> Iterator[date]:
    return (TODAY + timedelta(night) for night in range(NIGHTS + 3))
