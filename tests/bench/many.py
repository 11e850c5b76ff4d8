"""A house with very many stays, made by the database itself, whose first property looks the same at every size."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from core.db.engine import sqlite_path
from tests.support import postgres

ROOMS = 20
AHEAD = 25
"""Stays of each room that are still to come, one every three days."""
BEHIND = 225
"""Those that are over, in a big house; a small one has as many as are to come."""
LONG = 1_000
"""Those of the room with a long history, in a big house."""
TODAY = date(2026, 11, 20)
_AT = "2026-11-01 00:00:00.000000"
_MOST = 2_000
"""Numbers kept for the stays of one room."""


@dataclass(frozen=True, slots=True)
class Size:
    """How many properties there are, and how many stays behind each room and behind the first room of all."""

    properties: int
    behind: int
    long: int

    @property
    def stays(self) -> int:
        """How many stays that makes."""
        return self.properties * ROOMS * (self.behind + AHEAD) + self.long - self.behind


SMALL = Size(1, AHEAD, AHEAD)
LARGE = Size(200, BEHIND, LONG)

_NUMBERS = """
    CREATE TEMPORARY TABLE numbers AS WITH RECURSIVE counted(n) AS
    (SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n < {most}) SELECT n FROM counted
"""
_MADE = (
    """INSERT INTO properties (id, code, name, timezone, currency, language, made_at)
    SELECT n, 'p' || n, 'Baobab', 'Africa/Nairobi', 'KES', 'en', '{at}' FROM numbers
    WHERE n BETWEEN 1 AND {properties}""",
    """INSERT INTO room_types (id, property_id, code, name)
    SELECT n, n, 'DBL', 'Double' FROM numbers WHERE n BETWEEN 1 AND {properties}""",
    """INSERT INTO rooms (id, property_id, type_id, name, position, aliases)
    SELECT p.n * 100 + r.n, p.n, p.n, CAST(r.n AS VARCHAR), r.n, '[]' FROM numbers p, numbers r
    WHERE p.n BETWEEN 1 AND {properties} AND r.n < {rooms} ORDER BY 1""",
    # The k-th stay of a room, the earliest first: every three days one of two nights.
    """INSERT INTO stays
    (id, uid, property_id, room_id, arrival, departure, reason, state, made_at, changed_at, revision)
    SELECT m.id * {most} + k.n, {uid}, m.property_id, m.id, {arrival}, {departure},
    'guest', 'holding', '{at}', '{at}', 1
    FROM (SELECT id, property_id, position, CASE id WHEN 100 THEN {long} ELSE {behind} END AS behind FROM rooms) m
    JOIN numbers k ON k.n < m.behind + {ahead} ORDER BY 1""",
    """INSERT INTO room_nights (room_id, night, stay_id)
    SELECT room_id, {night}, id FROM stays CROSS JOIN (SELECT 0 AS n UNION ALL SELECT 1) k ORDER BY stays.id, k.n""",
)
_INDEXES = """SELECT name, sql FROM sqlite_master
    WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ('stays', 'room_nights')"""
_OFFSET = "3 * (k.n - m.behind) + m.position % 3"
_SQLITE: Mapping[str, str] = MappingProxyType({
    "uid": f"printf('%032d', m.id * {_MOST} + k.n)",
    "arrival": f"date('{TODAY}', ({_OFFSET}) || ' days')",
    "departure": f"date('{TODAY}', ({_OFFSET} + 2) || ' days')",
    "night": "date(arrival, k.n || ' days')",
})  # fmt: skip
_POSTGRESQL: Mapping[str, str] = MappingProxyType({
    "uid": f"lpad((m.id * {_MOST} + k.n)::text, 32, '0')",
    "arrival": f"DATE '{TODAY}' + ({_OFFSET})",
    "departure": f"DATE '{TODAY}' + ({_OFFSET} + 2)",
    "night": "arrival + k.n",
})  # fmt: skip


def load(url: str, size: Size) -> None:
    """Fill the migrated, empty database at `url`; half of the stays of a small house are over."""
    (_into_sqlite if url.startswith("sqlite") else _into_postgresql)(url, size)


def _statements(size: Size, words: Mapping[str, str]) -> Iterator[str]:
    yield _NUMBERS.format(most=_MOST)
    for statement in _MADE:
        yield statement.format(
            at=_AT, properties=size.properties, rooms=ROOMS, most=_MOST, long=size.long, behind=size.behind,
            ahead=AHEAD, **words,
        )  # fmt: skip


def _into_sqlite(url: str, size: Size) -> None:
    with closing(sqlite3.connect(sqlite_path(url), isolation_level=None)) as connection:
        # A crash may lose what is loaded here: then the bench is run again.
        for pragma in ("synchronous=OFF", "journal_mode=OFF", "cache_size=-500000", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN")
        # An index is made from rows that are there in a tenth of the time in which it follows each of them.
        indexes = connection.execute(_INDEXES).fetchall()
        dropped, made = [f"DROP INDEX {name}" for name, _ in indexes], [str(again) for _, again in indexes]
        for statement in (*dropped, *_statements(size, _SQLITE), *made):
            connection.execute(statement)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode=WAL")


def _into_postgresql(url: str, size: Size) -> None:
    with postgres.connect(url) as connection:
        # The rows refer to each other rightly by the way they are made; seven million look-ups would tell no more.
        connection.execute("SET session_replication_role = replica")
        for statement in _statements(size, _POSTGRESQL):
            connection.execute(statement.encode())
        # Rows were given their numbers here: the next one is asked of the database again.
        connection.execute("SELECT setval(pg_get_serial_sequence('stays', 'id'), (SELECT max(id) FROM stays))")
        # What autovacuum, which is off in tests, would do.
        connection.execute("VACUUM ANALYZE")
