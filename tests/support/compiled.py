"""Statements that SQLAlchemy compiles once in a process, not once for the engines of each test."""

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Mapper
from sqlalchemy.util import LRUCache

PLACES = 5_000


class Compiled(LRUCache[Any, Any]):
    """A cache of compiled statements in which the dialects of one database and one driver are the same.

    SQLAlchemy's keys begin with the dialect, and each engine makes one: a fifth of the time of a test that opens a
    database went into compiling what the test before it had compiled.
    """

    def get(self, key: Any, default: Any = None) -> Any:  # noqa: ANN401 - as the base class has it.
        """What was compiled for any engine of this kind."""
        return super().get(_of_kind(key), default)

    def __getitem__(self, key: Any) -> Any:  # noqa: ANN401
        return super().__getitem__(_of_kind(key))

    def __setitem__(self, key: Any, value: Any) -> None:  # noqa: ANN401
        super().__setitem__(_of_kind(key), value)


def share() -> None:
    """Let every engine and, for what the ORM writes, every mapped class keep their statements in one place."""
    shared = Compiled(PLACES)
    # Each engine sets a cache of its own, which is let go.
    Engine._compiled_cache = property(lambda _: shared, lambda _engine, _own: None)  # type: ignore[assignment]
    Mapper._compiled_cache = shared  # type: ignore[assignment, method-assign]


def _of_kind(key: tuple[Any, ...]) -> tuple[Any, ...]:
    dialect, *rest = key
    return type(dialect), dialect.dbapi, *rest
