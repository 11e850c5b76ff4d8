"""Engines for SQLite and PostgreSQL: one that writes and one that only reads.

SQLite: WAL, `synchronous=FULL`, `BEGIN IMMEDIATE` for writers (a plain BEGIN that reads and then writes fails at once
when another writer came between) behind one fair lock, and a second, `query_only`, engine for readers.
PostgreSQL: READ COMMITTED with `lock_timeout` 3 s for writers, a REPEATABLE READ snapshot for readers.
"""

import sqlite3
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url

try:  # The wheel brings a newer SQLite than the system; where there is no wheel the standard library's must do.
    from pysqlite3 import dbapi2 as sqlite_driver
except ImportError:  # pragma: no cover - depends on the platform.
    sqlite_driver = sqlite3

LOCK_TIMEOUT_MS = 3_000
BUSY_TIMEOUT_MS = 10_000
CHECKPOINT_PAGES = 4000
"""Pages of SQLite's log after which a commit writes them back: at the usual 1,000 each hundredth block waits for it."""
WRITERS, READERS = 16, 8
"""Connections to PostgreSQL of one process: so many threads write at once, others wait in line; those that read."""
SAFE_SQLITE = (3, 51, 3)


class FairLock:
    """A lock that serves its waiters in the order they came (neither `threading.Lock` nor a pool of connections does).

    `places` threads have a turn at a time.
    """

    def __init__(self, places: int = 1) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._places = self._free = places
        self._inside: set[int] = set()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the lock. A second turn inside the same thread needs no place of its own, which it might wait for.

        Where there is one place only, it is a mistake and says so instead of hanging.
        """
        me = threading.get_ident()
        if me in self._inside:
            if self._places == 1:
                message = "a unit of work was opened inside another one"
                raise RuntimeError(message)
            yield
            return
        ticket = None
        with self._guard:
            if self._free:
                self._free -= 1
            else:
                ticket = threading.Lock()
                ticket.acquire()
                self._waiting.append(ticket)
        if ticket is not None:
            ticket.acquire()
        self._inside.add(me)
        try:
            yield
        finally:
            self._inside.discard(me)
            with self._guard:
                # The place passes straight to the next in line, so that nobody who comes later can overtake.
                if self._waiting:
                    self._waiting.popleft().release()
                else:
                    self._free += 1


@dataclass(frozen=True, slots=True)
class Database:
    """The two engines of one database and the writers' queue."""

    url: str
    write: Engine
    read: Engine
    queue: FairLock

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded engine."""
        return self.write.dialect.name == "sqlite"

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.write.dispose()
        self.read.dispose()


def connect(url: str) -> Database:
    """Open `url`; nothing is created but, for SQLite, the folder of the file."""
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url)
    # An error names no parameters: guests' names would stand in logs.
    options = {"options": f"-c lock_timeout={LOCK_TIMEOUT_MS} -c timezone=UTC"}
    write = create_engine(
        url, pool_size=WRITERS, max_overflow=READERS, pool_pre_ping=True, connect_args=options, hide_parameters=True
    )
    read = write.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    _plain_savepoints(write)
    # The pool serves whoever comes back first: of 32 writers a few waited for ever.
    return Database(url, write, read, FairLock(WRITERS))


def sqlite_path(url: str) -> Path:
    """The file behind a SQLite URL."""
    return Path(make_url(url).database or "")


def _sqlite(url: str) -> Database:
    sqlite_path(url).parent.mkdir(parents=True, exist_ok=True)
    write = create_engine(url, module=sqlite_driver, pool_size=1, max_overflow=4, hide_parameters=True)
    read = create_engine(url, module=sqlite_driver, pool_size=8, max_overflow=16, hide_parameters=True)
    event.listen(write, "connect", _prepare_writer)
    event.listen(read, "connect", _prepare_reader)
    # The dialect's own hook: with a listener for "begin" every statement would look for listeners of its own.
    write.dialect.do_begin = _begin_immediate  # type: ignore[method-assign]
    read.dialect.do_begin = _begin  # type: ignore[method-assign]
    _plain_savepoints(write)
    return Database(url, write, read, FairLock())


def _prepare_writer(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DB-API connection has no type.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
    connection.execute("PRAGMA foreign_keys=ON")


def _prepare_reader(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DB-API connection has no type.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA query_only=ON")


def _plain_savepoints(engine: Engine) -> None:
    """Set and release savepoints by plain text: SQLAlchemy builds and compiles a statement for each."""

    def savepoint(connection: Connection, name: str) -> None:
        connection.exec_driver_sql(f"SAVEPOINT {name}")

    def release(connection: Connection, name: str) -> None:
        connection.exec_driver_sql(f"RELEASE SAVEPOINT {name}")

    engine.dialect.do_savepoint = savepoint  # type: ignore[method-assign]
    engine.dialect.do_release_savepoint = release  # type: ignore[method-assign]


def _begin_immediate(dbapi_connection: Any) -> None:  # noqa: ANN401 - a DB-API connection has no type.
    dbapi_connection.execute("BEGIN IMMEDIATE")


def _begin(dbapi_connection: Any) -> None:  # noqa: ANN401 - a DB-API connection has no type.
    dbapi_connection.execute("BEGIN")
