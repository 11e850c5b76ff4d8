"""Writers in threads, and the statements of one block replayed past SQLAlchemy."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from queue import Empty, LifoQueue
from typing import Any, TypeVar

import psycopg
from sqlalchemy import make_url

from core.db.engine import Database, sqlite_path
from core.db.work import Store
from tests.support.statements import Statement, heard

T = TypeVar("T")
Cell = tuple[int, date]
"""A room and a night to be blocked."""
Write = Callable[[Cell], object]


@dataclass(slots=True)
class Written:
    """What some writers did in one round: seconds each write took, and writes a second."""

    took: list[float] = field(default_factory=list)
    rate: float = 0.0


def written(writers: int, seconds: float, cells: Iterator[Cell], write: Write) -> Written:
    """Let `writers` threads write for so long; each takes the next free cell."""
    done = Written()
    start = threading.Barrier(writers + 1)

    def work() -> None:
        start.wait()
        while (began := time.perf_counter()) < until[0]:
            write(next(cells))
            done.took.append(time.perf_counter() - began)

    until = [0.0]
    with ThreadPoolExecutor(writers) as threads:
        running = [threads.submit(work) for _ in range(writers)]
        began = time.perf_counter()
        until[0] = began + seconds
        start.wait()
        for each in running:
            each.result()
    done.rate = len(done.took) / (time.perf_counter() - began)
    return done


@dataclass(frozen=True, slots=True)
class Recording:
    """The statements of what was written of one cell, by transaction, and what in them stands for that cell."""

    transactions: Sequence[Sequence[Statement]]
    cell: Cell
    made: Mapping[str, int]
    """The numbers of the rows that were made, by table: other cells' rows have others."""
    unique: Mapping[str, Callable[[Cell], str]]
    """Texts of which each cell has its own."""
    type_of: Callable[[int], int]

    def values(self, cell: Cell) -> dict[Any, Any]:
        """What to put in the place of what was recorded; the numbers of new rows are known later."""
        (was, before), (room, night) = self.cell, cell
        day = timedelta(1)
        dates = {before: night, before + day: night + day}
        texts = {one.isoformat(): other.isoformat() for one, other in dates.items()}
        own = {text: make(cell) for text, make in self.unique.items()}
        return {self.type_of(was): self.type_of(room), was: room, **dates, **texts, **own}


def recorded(store: Store, write: Callable[[], T]) -> tuple[T, list[Statement]]:
    """What `write` gives, and the statements of its transaction."""
    with heard(store.database.write) as statements:
        given = write()
    return given, [one for one in statements if not one[0].startswith("BEGIN")]


def filled(parameters: Any, values: Mapping[Any, Any]) -> Any:  # noqa: ANN401 - as drivers take them.
    """The recorded parameters with other values; a type with an equal value (True and 1) is another value."""

    def instead(value: Any) -> Any:  # noqa: ANN401
        return values.get(value, value) if type(value) in (int, str, date) else value

    if isinstance(parameters, Mapping):
        return {name: instead(value) for name, value in parameters.items()}
    return tuple(instead(value) for value in parameters)


class Replay:
    """Writes cells by the recorded statements alone: a connection a writer and, on SQLite, one plain lock."""

    def __init__(self, database: Database, recording: Recording) -> None:
        self._database, self._recording = database, recording
        self._idle: LifoQueue[Any] = LifoQueue()
        self._sqlite = database.is_sqlite
        self._lock = threading.Lock()

    def __call__(self, cell: Cell) -> None:
        """Write one cell, a transaction after the other."""
        values = self._recording.values(cell)
        for statements in self._recording.transactions:
            self._in_one(statements, values)

    def _in_one(self, statements: Sequence[Statement], values: dict[Any, Any]) -> None:
        try:
            connection = self._idle.get_nowait()
        except Empty:
            connection = self._sqlite_opened() if self._sqlite else self._postgresql_opened()
        if self._sqlite:
            with self._lock:
                connection.execute("BEGIN IMMEDIATE")
                self._run(connection, statements, values)
                connection.execute("COMMIT")
        else:
            with connection.transaction():
                self._run(connection, statements, values)
        self._idle.put(connection)

    def close(self) -> None:
        """Close the connections."""
        while not self._idle.empty():
            self._idle.get().close()

    def _run(self, connection: Any, statements: Sequence[Statement], values: dict[Any, Any]) -> None:  # noqa: ANN401 - a connection of either driver.
        for statement, parameters in statements:
            cursor = connection.execute(statement, filled(parameters, values))
            rows = cursor.fetchall() if cursor.description else []
            for table, number in self._recording.made.items():
                if statement.startswith(f"INSERT INTO {table} "):
                    values[number] = rows[0][0] if rows else cursor.lastrowid

    def _sqlite_opened(self) -> Any:  # noqa: ANN401
        driver: Any = self._database.write.dialect.loaded_dbapi
        connection = driver.connect(sqlite_path(self._database.url), isolation_level=None, check_same_thread=False)
        for statement in ("busy_timeout=10000", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {statement}")
        return connection

    def _postgresql_opened(self) -> psycopg.Connection:
        plain = make_url(self._database.url).set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(plain, options="-c lock_timeout=3000 -c timezone=UTC")
