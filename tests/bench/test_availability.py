"""How long it takes to ask what is free in a house of fifty types over a year, and to place a stay."""

from statistics import median
from time import perf_counter

import pytest
from sqlalchemy import insert

from core.db.work import Store
from core.events.service import By
from core.inventory import availability
from core.inventory import service as inventory
from core.inventory.commands import SetKeepBack
from core.inventory.models import InventoryDay
from core.properties.models import Room, RoomType
from core.stays import assigning
from tests.bench.conftest import Hold
from tests.bench.measure import Row
from tests.support.desk import nights
from tests.support.hotel import TODAY, make_hotel, open_store

pytestmark = pytest.mark.bench
TYPES, ROOMS, NIGHTS, TIMES = 50, 10, 365, 15
MOST_MS, MOST_PLACING_MS = 250, 60


def test_availability_of_fifty_types_over_a_year(database_url: str, hold: Hold) -> None:
    with open_store(database_url) as store:
        property_id = make_hotel(store, links=()).property_id
        types = _types(store, property_id)
        hold(lambda: _asked(store, property_id, types))


def _asked(store: Store, property_id: int, types: list[int]) -> list[Row]:
    engine = "sqlite" if store.database.is_sqlite else "postgresql"
    year, week = nights(0, NIGHTS), nights(20, 7)
    whole, raw, placing = [], [], []
    for _ in range(TIMES):
        with store.reading() as session:
            began = perf_counter()
            found = availability.by_type(session, property_id, year)
            whole.append(perf_counter() - began)
            began = perf_counter()
            rows = session.execute(
                InventoryDay.__table__.select().where(InventoryDay.night >= TODAY, InventoryDay.type_id.in_(types))
            ).all()
            raw.append(perf_counter() - began)
        assert (len(found), len(rows)) == (TYPES + 2, TYPES * NIGHTS)
        with store.unit_of_work() as work:
            began = perf_counter()
            assigning.place(work, types[3], week)
            placing.append(perf_counter() - began)
    what = f"availability, {TYPES} types × {NIGHTS} nights, {engine}"
    return [
        Row(what, median(whole) * 1000, None, MOST_MS, unit="ms"),
        Row("  against its rows alone", median(whole) * 1000, median(raw) * 1000, unit="ms"),
        Row(f"  a room for a stay of a type of {ROOMS}", median(placing) * 1000, None, MOST_PLACING_MS, unit="ms"),
    ]


def _types(store: Store, property_id: int) -> list[int]:
    with store.unit_of_work() as work:
        ids = [5_000 + number for number in range(TYPES)]
        work.session.execute(
            insert(RoomType), [{"id": n, "property_id": property_id, "code": f"T{n}", "name": f"Type {n}"} for n in ids]
        )
        work.session.execute(
            insert(Room),
            [
                {
                    "property_id": property_id, "type_id": n, "name": f"{n}-{room}", "position": room, "aliases": [],
                }
                for n in ids
                for room in range(ROOMS)
            ],
        )  # fmt: skip
        for type_id in ids:
            inventory.make_days(work, type_id, list(nights(0, NIGHTS)))
        for type_id in ids[:10]:
            keep = SetKeepBack(type_id, nights(0, NIGHTS), 1)
            inventory.set_keep_back(work, keep, By())
    return ids
