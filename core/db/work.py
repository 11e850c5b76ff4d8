"""The unit of work: the only place in the tree that commits."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from core.clock import Clock
from core.db.engine import Database
from core.errors import Busy

_LOCKED_OUT = frozenset({"55P03", "40P01", "40001"})  # lock_not_available, deadlock_detected, serialization_failure


@dataclass(slots=True)
class UnitOfWork:
    """One transaction: its session, its instant, and what `inventory` touched in it."""

    session: Session
    clock: Clock
    now: datetime
    touched_rooms: set[int] = field(default_factory=set)
    """Rooms whose nights changed hands, and (below) types whose count of contested stays did: kept by `inventory`."""
    touched_types: set[int] = field(default_factory=set)
    gathered: set[int] = field(default_factory=set)
    """Reservations whose own verb is at work: they follow their stays once, at its end."""
    has_told: bool = False
    """Whether an event was recorded: those who follow the log want to hear of the commit."""


def unheard() -> None:
    """Nobody listens for commits."""


@dataclass(frozen=True, slots=True)
class Store:
    """A database with a clock: what services outside `core` are handed to open units of work."""

    database: Database
    clock: Clock
    bell: Callable[[], None] = unheard
    """Called after each commit of a unit that recorded events; it neither waits nor fails."""

    @contextmanager
    def unit_of_work(self) -> Iterator[UnitOfWork]:
        """Commit on leaving, roll back on any exception. Raises `Busy` when somebody else was there first."""
        with ExitStack() as stack:
            stack.enter_context(self.database.queue.turn())
            session = stack.enter_context(Session(self.database.write, expire_on_commit=False))
            try:
                work = UnitOfWork(session, self.clock, self.clock.now())
                yield work
                session.commit()
            except OperationalError as error:
                session.rollback()
                if locked_out(error):
                    raise Busy from error
                raise
            except StaleDataError as error:
                # Somebody changed a versioned row after we had read it: as if a lock had not been had in time.
                session.rollback()
                raise Busy from error
            except BaseException:
                session.rollback()
                raise
        if work.has_told:
            self.bell()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One consistent snapshot; anything written through it fails."""
        with Session(self.database.read) as session:
            yield session


def locked_out(error: OperationalError) -> bool:
    """Whether `error` says that somebody else holds what we asked for."""
    state = getattr(error.orig, "sqlstate", None)
    return state in _LOCKED_OUT or "database is locked" in str(error.orig)
