"""A hotel that has worked since the first schema: nothing of it is lost on the way to the newest, and the way back."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Engine, MetaData, create_engine, func, select

from core.clock import SetClock
from core.db.engine import connect
from core.db.migrate import alembic_config, upgrade
from core.db.work import Store
from core.events.service import By
from core.inventory.service import NightTaken
from core.reservations.models import Reservation
from core.stays import service as stays
from core.stays.commands import BlockRoom
from core.stays.models import Stay
from core.values.nights import Nights
from tests.support import postgres
from tests.support.databases import ENGINES
from tests.support.truth import must_be_true

AT = datetime(2026, 11, 1, 9, tzinfo=UTC)
FIRST = date(2026, 11, 20)
Rows = dict[str, list[dict[str, Any]]]


def day(offset: int) -> date:
    """Return the day `offset` days after the first."""
    return FIRST + timedelta(days=offset)


def stay(number: int, room: int, first: int, count: int, reason: str, **more: object) -> dict[str, Any]:
    """Return a stay's row as the first schema has it."""
    return {
        "id": number, "uid": f"{number:020x}", "property_id": 1, "room_id": room, "arrival": day(first),
        "departure": day(first + count), "reason": reason, "state": "holding", "guest": None, "phone": None,
        "price": None, "currency": None, "note": None, "made_by": 1, "made_at": AT, "changed_at": AT, "revision": 1,
        **more,
    }  # fmt: skip


STAYS = [
    stay(1, 1, 0, 2, "walk_in", guest="Wanjiku", phone="+254700000009", price=9000, currency="KES"),
    stay(2, 1, 2, 3, "owner"),
    stay(3, 2, 0, 1, "guest", guest="Otieno"),
    stay(4, 2, 4, 1, "maintenance"),
    stay(5, 3, 0, 2, "walk_in", guest="Achieng", state="released"),
]
HELD = [one for one in STAYS if one["state"] == "holding"]
NIGHTS = [(one["room_id"], night, one) for one in HELD for night in Nights(one["arrival"], one["departure"])]
ROWS: Rows = {
    "properties": [
        {"id": 1, "code": "baobab", "name": "Baobab Guest House", "timezone": "Africa/Nairobi", "currency": "KES",
         "language": "en", "made_at": AT},
    ],
    "room_types": [{"id": 1, "property_id": 1, "code": "DBL", "name": "Double", "base_rate": 4500}],
    "rooms": [
        {"id": n, "property_id": 1, "type_id": 1, "name": str(n), "position": n, "aliases": ["garden"],
         "removed_at": None} for n in (1, 2, 3)
    ],
    "people": [
        {"id": 1, "name": "Amina", "language": "en", "email": None, "password_hash": None, "made_at": AT},
    ],
    "memberships": [{"id": 1, "person_id": 1, "property_id": 1, "role": "property_admin", "revoked_at": None}],
    "chat_addresses": [
        {"id": 1, "person_id": 1, "transport": "whatsapp", "external_id": "+254700000001", "property_id": 1},
    ],
    "stays": STAYS,
    "room_nights": [{"room_id": room, "night": night, "stay_id": one["id"]} for room, night, one in NIGHTS],
    "inventory_days": [
        {"type_id": 1, "night": night, "total": 3, "contested": 0, "keep_back": 0, "allowance": 0, "stop_sell": False,
         "sold": sum(night == n and one["reason"] in ("walk_in", "guest") for _, n, one in NIGHTS),
         "blocked": sum(night == n and one["reason"] in ("owner", "maintenance") for _, n, one in NIGHTS)}
        for night in map(day, range(6))
    ],
    "channels": [
        {"id": 1, "property_id": 1, "platform": "airbnb", "mode": "ical", "interval": 1800, "made_at": AT},
    ],
    "channel_links": [
        {"id": 1, "channel_id": 1, "room_id": 1, "import_url": None, "made_at": AT, "read_at": AT, "read_version": 1,
         "read_gap": 7200.0, "silent_since": None},
    ],
    "feed_addresses": [{"sha256": "a" * 64, "link_id": 1, "sealed": "x", "made_at": AT, "ended_at": None}],
    "feed_versions": [{"room_id": 1, "version": 4, "changed_at": AT}],
    "feed_readers": [
        {"link_id": 1, "agent": "Airbnb", "counts": True, "first_at": AT, "last_at": AT, "reads": 3},
    ],
    "late_openings": [{"room_id": 3, "night": day(0), "stay_id": 5, "opens_at": AT}],
    "events": [
        {"id": n, "kind": "stays.blocked", "property_id": 1, "subject": "stay", "subject_id": n,
         "facts": {"room": "1"}, "person_id": 1, "transport": "whatsapp", "at": AT, "correlation": None, "undoes": None}
        for n in (1, 2, 3)
    ],
    "conversations": [
        {"id": 1, "transport": "whatsapp", "chat": "whatsapp:+254700000001", "state": {}, "changed_at": AT,
         "told_stranger_at": None},
    ],
    "outgoing_messages": [
        {"id": 1, "conversation_id": 1, "text": "Room 1 blocked", "choices": [], "answers_tap": None, "settles": [],
         "made_at": AT, "sending_at": AT, "sent_at": AT, "message_ids": ["SM1"], "last_message_id": "SM1",
         "status": "read", "error": None},
    ],
    "dues": [
        {"id": 1, "kind": "upkeep.prune", "facts": {}, "key": "every:upkeep.prune", "lane": None, "every": 60.0,
         "due_at": AT, "attempts": 0, "leased_until": None, "error": None, "closed_at": None, "buried": False,
         "correlation": None, "made_at": AT},
    ],
}  # fmt: skip


@pytest.fixture(params=ENGINES)
def old_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the URL of a database at the first schema that a hotel has filled, on each engine."""
    url = f"sqlite:///{tmp_path / 'old.db'}"
    if request.param == "postgresql":
        url = postgres.create_database(postgres.server_url())
    command.upgrade(alembic_config(url), "0001")
    engine = create_engine(url)
    with engine.begin() as connection:
        tables = reflected(engine)
        for table, rows in ROWS.items():
            connection.execute(tables.tables[table].insert(), rows)
        if request.param == "postgresql":
            for table, rows in ROWS.items():
                if "id" in rows[0]:
                    connection.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {len(rows)})")
    engine.dispose()
    yield url
    if request.param == "postgresql":
        postgres.drop_database(url)


def reflected(engine: Engine) -> MetaData:
    """Return the tables as they are in the database."""
    found = MetaData()
    found.reflect(engine)
    return found


def as_they_were(url: str) -> Rows:
    """Return the rows of the first schema as they stand now, in the columns that they had."""
    engine = create_engine(url)
    tables = reflected(engine).tables
    found: Rows = {}
    with engine.connect() as connection:
        for table, rows in ROWS.items():
            columns = [tables[table].c[name] for name in rows[0]]
            said = connection.execute(select(*columns).order_by(*tables[table].primary_key.columns))
            found[table] = [dict(row._mapping) for row in said]
    engine.dispose()
    return found


def test_nothing_of_a_hotel_is_lost_from_the_first_schema_to_the_newest_and_back(old_url: str) -> None:
    before = as_they_were(old_url)
    assert {table: len(rows) for table, rows in before.items()} == {table: len(rows) for table, rows in ROWS.items()}
    upgrade(old_url)
    assert as_they_were(old_url) == before
    command.downgrade(alembic_config(old_url), "0001")
    assert as_they_were(old_url) == before
    upgrade(old_url)
    assert as_they_were(old_url) == before


def test_the_hotel_goes_on_working_on_the_newest_schema(old_url: str) -> None:
    upgrade(old_url)
    store = Store(connect(old_url), SetClock(datetime(2026, 11, 20, 18, 40, tzinfo=UTC)))
    try:
        must_be_true(store)
        with store.reading() as session:
            kept = session.scalars(select(Stay).where(Stay.reservation_id.is_not(None)).order_by(Stay.id)).all()
            assert [one.guest for one in kept] == ["Wanjiku", "Otieno", "Achieng"], "each guest has a reservation now"
            assert session.scalar(select(func.count()).select_from(Reservation)) == 3
        with pytest.raises(NightTaken), store.unit_of_work() as work:
            stays.block(work, BlockRoom(1, Nights(day(1), day(3))), By(1, "console"))
        with store.unit_of_work() as work:
            stays.block(work, BlockRoom(3, Nights(day(0), day(2))), By(1, "console"))
        must_be_true(store)
    finally:
        store.database.dispose()
