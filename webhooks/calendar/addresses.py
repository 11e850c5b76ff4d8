"""Finding the link behind an address: one query on the event loop, on a connection of its own.

SQLite answers in place in a few microseconds; PostgreSQL over a small pool of asynchronous connections.
"""

import asyncio
import contextlib
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import psycopg
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import bindparam, func, literal_column, make_url, select

from core.channels.models import ChannelLink
from core.db.engine import Database, sqlite_path
from core.feeds.models import FeedAddress, FeedVersion
from core.properties.models import Property, Room

BUSY_MS = 250
"""A reader of a write-ahead log hardly ever waits; when it must, the loop must not stand still for long."""
STATEMENT_MS = 1_500
POOL_SIZE = 4
RECONNECT_SECONDS = 5
REMEMBERED = 10_000
"""Addresses; more than one process will serve, and no more than guessing could fill: only found ones are remembered."""


class Found(NamedTuple):
    """What a live address stands for."""

    link_id: int
    version: int
    changed_at: datetime | str | None
    """When it got this version, as the driver gives it: only compared."""
    timezone: str


class Addresses(Protocol):
    """Where addresses are looked up."""

    async def find(self, sha256: str) -> Found | None:
        """The live address whose token has this hash. Raises whatever the driver raises."""
        ...

    async def close(self) -> None:
        """Give the connections back; the next `find` opens them again."""
        ...


def addresses(database: Database, limit: float, replaced: Callable[[], None]) -> Addresses:
    """The look-up that fits `database`, answering within `limit` seconds.

    `replaced` is called when another SQLite file was put in the place of the one read so far.
    """
    if database.is_sqlite:
        return SqliteAddresses(database, replaced)
    return PostgresqlAddresses(database, limit)


def _question(database: Database) -> str:
    """The look-up as the raw driver takes it, spelled from the tables so that it follows their names."""
    query = (
        select(
            FeedAddress.link_id,
            func.coalesce(FeedVersion.version, literal_column("0")),
            FeedVersion.changed_at,
            Property.timezone,
        )
        .join(ChannelLink, ChannelLink.id == FeedAddress.link_id)
        .join(Room, Room.id == ChannelLink.room_id)
        .join(Property, Property.id == Room.property_id)
        .outerjoin(FeedVersion, FeedVersion.room_id == Room.id)
        .where(FeedAddress.sha256 == bindparam("sha256"), FeedAddress.ended_at.is_(None))
    )
    return str(query.compile(dialect=database.read.dialect))


class SqliteAddresses:
    """Asks the file itself, on the loop. That it was renamed or replaced is noticed before it is asked."""

    def __init__(self, database: Database, replaced: Callable[[], None]) -> None:
        self._path = str(sqlite_path(database.url).absolute())
        self._replaced = replaced
        # Two SQLite libraries in one process undo each other's locks, so this is the one the engines use.
        self._driver = database.read.dialect.loaded_dbapi
        self._question = _question(database)
        self._connection: Any = None
        self._file: tuple[int, int] | None = None
        self._state: int | None = None
        self._found: dict[str, Found] = {}

    async def find(self, sha256: str) -> Found | None:
        """Look it up in place, or remember it from a moment since which nothing in the file has changed."""
        status = os.stat(self._path)  # noqa: PTH116 - on every request; Path.stat costs twice as much.
        if (status.st_dev, status.st_ino) != self._file:
            self._reopen((status.st_dev, status.st_ino))
        # Differs from the last time when any other connection has committed, here or in another process
        # (https://sqlite.org/pragma.html#pragma_data_version). It is read first: what a commit behind it adds is
        # forgotten the next time, and an unchanged one means that all of the file is.
        (state,) = self._connection.execute("PRAGMA data_version").fetchone()
        if state != self._state or len(self._found) >= REMEMBERED:
            self._state = state
            self._found.clear()
        found = self._found.get(sha256)
        if found is None:
            row = self._connection.execute(self._question, (sha256,)).fetchone()
            if row is not None:
                found = self._found[sha256] = Found._make(row)
        return found

    async def close(self) -> None:
        """Close the connection."""
        self._close()

    def _reopen(self, file: tuple[int, int]) -> None:
        if self._file is not None:
            self._close()
            self._replaced()
        # mode=rw makes no file where there is none, as a plain open would, and can read the log a crash left.
        connection: Any = self._driver.connect(
            f"{Path(self._path).as_uri()}?mode=rw", uri=True, isolation_level=None, check_same_thread=False
        )
        connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        connection.execute("PRAGMA query_only=ON")
        self._connection, self._file, self._state = connection, file, None

    def _close(self) -> None:
        connection, self._connection, self._file = self._connection, None, None
        if connection is not None:
            connection.close()


class PostgresqlAddresses:
    """Asks over a pool that belongs to the loop and opens itself with the first question."""

    def __init__(self, database: Database, limit: float) -> None:
        self._conninfo = make_url(database.url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._limit = limit
        self._question = _question(database)
        self._pool: _Pool | None = None
        self._opening = asyncio.Lock()
        self._asking: set[asyncio.Task[Found | None]] = set()

    async def find(self, sha256: str) -> Found | None:
        """Look it up. Raises `TimeoutError` after the limit, however the server or the network hangs."""
        task = asyncio.ensure_future(self._ask(sha256))
        self._asking.add(task)
        task.add_done_callback(self._asked)
        # Not asyncio.timeout: a cancelled question first tries for seconds to cancel itself on the server.
        done, _ = await asyncio.wait({task}, timeout=self._limit)
        if not done:
            task.cancel()
            raise TimeoutError
        return task.result()

    async def close(self) -> None:
        """Close the pool."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.close()

    async def _ask(self, sha256: str) -> Found | None:
        pool = self._pool or await self._open()
        # After a restart of the server each pooled connection fails once and is then replaced.
        for _ in range(POOL_SIZE):
            with contextlib.suppress(psycopg.OperationalError):
                return await self._ask_once(pool, sha256)
        return await self._ask_once(pool, sha256)

    async def _ask_once(self, pool: "_Pool", sha256: str) -> Found | None:
        async with pool.connection() as connection:
            cursor = await connection.execute(self._question, {"sha256": sha256})
            row = await cursor.fetchone()
        return None if row is None else Found._make(row)

    async def _open(self) -> "_Pool":
        async with self._opening:
            if self._pool is None:
                options = f"-c statement_timeout={STATEMENT_MS} -c default_transaction_read_only=on -c timezone=UTC"
                pool: _Pool = AsyncConnectionPool(
                    self._conninfo,
                    open=False,
                    min_size=1,
                    max_size=POOL_SIZE,
                    # Given up soon and begun anew by the next question: longer tries sleep for minutes.
                    reconnect_timeout=RECONNECT_SECONDS,
                    kwargs={"autocommit": True, "options": options, "connect_timeout": RECONNECT_SECONDS},
                )
                await pool.open(wait=False)
                self._pool = pool
            return self._pool

    def _asked(self, task: asyncio.Task[Found | None]) -> None:
        self._asking.discard(task)
        # Looked at here, since nobody else will after the limit.
        if not task.cancelled():
            task.exception()


_Pool = AsyncConnectionPool[AsyncConnection[tuple[Any, ...]]]
