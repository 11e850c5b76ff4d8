"""A house with very many stays, loaded past the ORM, whose first property looks the same at every size."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import count

from sqlalchemy import make_url

from core.db.engine import sqlite_path
from tests.support import postgres

ROOMS = 20
AHEAD = 25
"""Stays of each room that are still to come, one every three days."""
LONG = 1_000
"""Stays that the room with a long history has behind it in a big house."""
TODAY = date(2026, 11, 20)
_AT = datetime(2026, 11, 1, tzinfo=UTC)

Line = tuple[object, ...]
TABLES: dict[str, tuple[str, ...]] = {
    "properties": ("id", "code", "name", "timezone", "currency", "language", "made_at"),
    "room_types": ("id", "property_id", "code", "name"),
    "rooms": ("id", "property_id", "type_id", "name", "position", "aliases"),
    "stays": ("id", "uid", "property_id", "room_id", "arrival", "departure", "reason", "state", "made_at",
              "changed_at", "revision"),
    "room_nights": ("room_id", "night", "stay_id"),
}  # fmt: skip
Stay = tuple[int, int, int, date]
"""Id, property, room, arrival; two nights each."""


def load(url: str, stays: int) -> None:
    """Fill the migrated, empty database at `url` with `stays` stays, half of them over in the small house."""
    made = list(_stays(stays))
    properties = made[-1][1]
    lines: dict[str, Iterable[Line]] = {
        "properties": ((n, f"p{n}", "Baobab", "Africa/Nairobi", "KES", "en", _AT) for n in range(1, properties + 1)),
        "room_types": ((n, n, "DBL", "Double") for n in range(1, properties + 1)),
        "rooms": (
            (_room(n, room), n, n, str(room), room, "[]") for n in range(1, properties + 1) for room in range(ROOMS)
        ),
        "stays": (
            (
                number,
                f"{number:032x}",
                place,
                room,
                arrival,
                arrival + timedelta(2),
                "guest",
                "holding",
                _AT,
                _AT,
                1,
            )
            for number, place, room, arrival in made
        ),
        "room_nights": (
            (room, arrival + timedelta(night), number) for number, _, room, arrival in made for night in range(2)
        ),
    }
    write = _into_sqlite if url.startswith("sqlite") else _into_postgresql
    write(url, lines)


def _room(place: int, number: int) -> int:
    return place * 100 + number


def _stays(wanted: int) -> Iterator[Stay]:
    """What is to come, in every property alike; behind it what is over, longest in room 0 of the first property."""
    numbers = count(1)
    small = wanted <= 2 * ROOMS * AHEAD
    behind = AHEAD if small else 225
    for place in count(1):
        for room in range(ROOMS):
            long = not small and (place, room) == (1, 0)
            for each in range(-(LONG if long else behind), AHEAD):
                number = next(numbers)
                if number > wanted:
                    return
                yield number, place, _room(place, room), TODAY + timedelta(3 * each + room % 3)


def _into_sqlite(url: str, lines: dict[str, Iterable[Line]]) -> None:
    with closing(sqlite3.connect(sqlite_path(url), isolation_level=None)) as connection:
        # A crash may lose what is loaded here: then the bench is run again.
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA cache_size=-500000")
        connection.execute("BEGIN")
        for table, rows in lines.items():
            columns = TABLES[table]
            marks = ", ".join("?" * len(columns))
            statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
            connection.executemany(statement, (tuple(map(_text, row)) for row in rows))
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode=WAL")


def _text(value: object) -> object:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    return value.isoformat() if isinstance(value, date) else value


def _into_postgresql(url: str, lines: dict[str, Iterable[Line]]) -> None:
    with postgres.connect(url) as connection:
        # The rows refer to each other rightly by the way they are made; seven million look-ups would tell no more.
        connection.execute("SET session_replication_role = replica")
        for table, rows in lines.items():
            with connection.cursor().copy(f"COPY {table} ({', '.join(TABLES[table])}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        # Rows were given their numbers here: the next one is asked of the database again.
        connection.execute("SELECT setval(pg_get_serial_sequence('stays', 'id'), (SELECT max(id) FROM stays))")
        # What autovacuum, which is off in tests, would do.
        connection.execute("VACUUM ANALYZE")


def described(url: str) -> str:
    """The engine of `url` by name."""
    return make_url(url).get_backend_name()
