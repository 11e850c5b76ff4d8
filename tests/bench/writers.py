"""Writers in threads, and the statements of one block replayed past SQLAlchemy."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from queue import Empty, LifoQueue
from typing import Any

import psycopg
from sqlalchemy import make_url

from core.db.engine import Database, sqlite_path
from tests.support.statements import Statement

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
    """The statements of one block, and which of the values in them stand for its room, nights, stay and uid."""

    statements: Sequence[Statement]
    room: int
    night: date
    stay_id: int
    uid: str
    type_of: Callable[[int], int]

    def values(self, cell: Cell, stay_id: int, uid: str) -> dict[Any, Any]:
        """What to put in the place of what was recorded."""
        room, night = cell
        day = timedelta(1)
        dates = {self.night: night, self.night + day: night + day}
        texts = {before.isoformat(): after.isoformat() for before, after in dates.items()}
        types = {self.type_of(self.room): self.type_of(room)}
        return {**types, self.room: room, self.stay_id: stay_id, self.uid: uid, **dates, **texts}


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
        """Write one cell in one transaction."""
        try:
            connection = self._idle.get_nowait()
        except Empty:
            connection = self._sqlite_opened() if self._sqlite else self._postgresql_opened()
        if self._sqlite:
            with self._lock:
                connection.execute("BEGIN IMMEDIATE")
                self._run(connection, cell)
                connection.execute("COMMIT")
        else:
            with connection.transaction():
                self._run(connection, cell)
        self._idle.put(connection)

    def close(self) -> None:
        """Close the connections."""
        while not self._idle.empty():
            self._idle.get().close()

    def _run(self, connection: Any, cell: Cell) -> None:  # noqa: ANN401 - a connection of either driver.
        stay_id = 0
        uid = f"{cell[0]}-{cell[1]:%y%m%d}"
        for statement, parameters in self._recording.statements:
            values = self._recording.values(cell, stay_id, uid)
            cursor = connection.execute(statement, filled(parameters, values))
            rows = cursor.fetchall() if cursor.description else []
            if statement.startswith("INSERT INTO stays"):
                stay_id = rows[0][0] if rows else cursor.lastrowid

    def _sqlite_opened(self) -> Any:  # noqa: ANN401
        driver: Any = self._database.write.dialect.loaded_dbapi
        connection = driver.connect(sqlite_path(self._database.url), isolation_level=None, check_same_thread=False)
        for statement in ("busy_timeout=10000", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {statement}")
        return connection

    def _postgresql_opened(self) -> psycopg.Connection:
        plain = make_url(self._database.url).set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(plain, options="-c lock_timeout=3000 -c timezone=UTC")
