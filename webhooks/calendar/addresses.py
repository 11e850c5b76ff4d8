"""Finding the link behind an address: one query on the event loop, on a connection of its own.

SQLite answers in place in a few microseconds; PostgreSQL over a small pool of asynchronous connections.
"""

import asyncio
import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import psycopg
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import ARRAY, BindParameter, String, any_, bindparam, func, literal_column, make_url, select

from core.channels.models import Channel, ChannelLink
from core.db.engine import Database, sqlite_path
from core.feeds.models import FeedAddress
from core.feeds.versions import changed_at_of, version_of
from core.properties.models import Property

BUSY_MS = 250
"""A reader of a write-ahead log hardly ever waits; when it must, the loop must not stand still for long."""
STATEMENT_MS = 1_500
POOL_SIZE = 4
"""Connections to PostgreSQL, and questions on their way to it at once: one alone could hang for all."""
RECONNECT_SECONDS = 5
REMEMBERED = 10_000
"""Addresses at most, and only those that exist: who guesses fills nothing."""


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
    """The look-up as the raw driver takes it, spelled from the tables so that it follows their names.

    SQLite is asked for one hash; PostgreSQL for a list of them, and names each answer's in the last column.
    """
    one: BindParameter[str] = bindparam("sha256")
    wanted = one if database.is_sqlite else any_(bindparam("sha256", type_=ARRAY(String)))
    query = (
        select(
            FeedAddress.link_id,
            func.coalesce(version_of(), literal_column("0")),
            changed_at_of(),
            Property.timezone,
            *(() if database.is_sqlite else (FeedAddress.sha256,)),
        )
        .join(ChannelLink, ChannelLink.id == FeedAddress.link_id)
        .join(Channel, Channel.id == ChannelLink.channel_id)
        .join(Property, Property.id == Channel.property_id)
        .where(FeedAddress.sha256 == wanted, FeedAddress.ended_at.is_(None))
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
        self._looked = False
        self._found: dict[str, Found] = {}

    async def find(self, sha256: str) -> Found | None:
        """Look it up in place, or remember it from a moment since which nothing in the file has changed."""
        if not self._looked:
            self._look()
            # Whoever is answered in this turn of the loop had asked before the turn began, so one look serves all.
            self._looked = True
            asyncio.get_running_loop().call_soon(self._end_turn)
        found = self._found.get(sha256)
        if found is None:
            row = self._connection.execute(self._question, (sha256,)).fetchone()
            if row is not None:
                found = self._found[sha256] = Found._make(row)
        return found

    async def close(self) -> None:
        """Close the connection."""
        self._close()

    def _look(self) -> None:
        """Forget what was found if the file is another one, or anything in it may have changed."""
        status = os.stat(self._path)  # noqa: PTH116 - on every request; Path.stat costs twice as much.
        if (status.st_dev, status.st_ino) != self._file:
            self._reopen((status.st_dev, status.st_ino))
        # Differs from the last time when another connection has committed, of this process or of any other
        # (https://sqlite.org/pragma.html#pragma_data_version). What is found later may be newer, never older.
        (state,) = self._connection.execute("PRAGMA data_version").fetchone()
        if state != self._state or len(self._found) >= REMEMBERED:
            self._state = state
            self._found.clear()

    def _end_turn(self) -> None:
        self._looked = False

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


@dataclass(eq=False, slots=True)
class _Round:
    """Those who are answered by one question to the server: who waits for which address, and until when."""

    waiting: dict[str, list[asyncio.Future[Found | None]]] = field(default_factory=dict)
    timer: asyncio.TimerHandle | None = None
    task: asyncio.Task[None] | None = None


class PostgresqlAddresses:
    """Asks over a pool that belongs to the loop and opens itself with the first question.

    Those who ask in the same turn of the loop, or while every connection is busy, are answered by one question.
    It begins after all of them have asked: many share a round trip, nobody is told what was true before they asked.
    """

    def __init__(self, database: Database, limit: float) -> None:
        self._conninfo = make_url(database.url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._limit = limit
        self._question = _question(database)
        self._pool: _Pool | None = None
        self._opening = asyncio.Lock()
        self._next: _Round | None = None
        self._asking: set[_Round] = set()

    async def find(self, sha256: str) -> Found | None:
        """Look it up. Raises `TimeoutError` after the limit, however the server or the network hangs."""
        loop = asyncio.get_running_loop()
        if self._next is None:
            self._next = _Round()
            # Not asyncio.timeout: a cancelled question first tries for seconds to cancel itself on the server.
            self._next.timer = loop.call_later(self._limit, self._give_up, self._next)
            loop.call_soon(self._begin)
        answer: asyncio.Future[Found | None] = loop.create_future()
        self._next.waiting.setdefault(sha256, []).append(answer)
        return await answer

    async def close(self) -> None:
        """Close the pool."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.close()

    def _begin(self) -> None:
        """Ask for all who wait; not while every connection is busy: the first one free takes them along."""
        if self._next is None or len(self._asking) >= POOL_SIZE:
            return
        round_, self._next = self._next, None
        self._asking.add(round_)
        round_.task = asyncio.get_running_loop().create_task(self._answer(round_))

    def _give_up(self, round_: _Round) -> None:
        """End a round whose time is over; a question that hangs keeps its connection, but no other waits for it."""
        if round_ is self._next:
            self._next = None
        if round_.task is not None:
            round_.task.cancel()
        _fail(round_, TimeoutError())
        self._end(round_)

    def _end(self, round_: _Round) -> None:
        if round_.timer is not None:
            round_.timer.cancel()
        self._asking.discard(round_)
        self._begin()

    async def _answer(self, round_: _Round) -> None:
        try:
            found = await self._ask(list(round_.waiting))
        except Exception as error:  # noqa: BLE001 - whatever failed, it is raised where the answer is awaited.
            _fail(round_, error)
        else:
            for sha256, waiting in round_.waiting.items():
                for answer in waiting:
                    if not answer.done():
                        answer.set_result(found.get(sha256))
        finally:
            self._end(round_)

    async def _ask(self, wanted: list[str]) -> dict[str, Found]:
        pool = self._pool or await self._open()
        # After a restart of the server each pooled connection fails once and is then replaced.
        for _ in range(POOL_SIZE):
            with contextlib.suppress(psycopg.OperationalError):
                return await self._ask_once(pool, wanted)
        return await self._ask_once(pool, wanted)

    async def _ask_once(self, pool: "_Pool", wanted: list[str]) -> dict[str, Found]:
        async with pool.connection() as connection:
            cursor = await connection.execute(self._question, {"sha256": wanted})
            return {sha256: Found._make(row) for *row, sha256 in await cursor.fetchall()}

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


def _fail(round_: _Round, error: Exception) -> None:
    for waiting in round_.waiting.values():
        for answer in waiting:
            if not answer.done():
                answer.set_exception(error)


_Pool = AsyncConnectionPool[AsyncConnection[tuple[Any, ...]]]
