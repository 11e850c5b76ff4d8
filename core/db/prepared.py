"""Statements that are built once, run past the ORM: what every message asks and every block writes."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import CursorResult, Executable
from sqlalchemy.orm import Session

_Asked = Mapping[str, object] | Sequence[Mapping[str, object]]


def run(session: Session, statement: Executable, asked: _Asked | None = None) -> CursorResult[*tuple[Any, ...]]:
    """The rows of a statement of columns, never of entities, in the session's transaction (docs/decisions/0017).

    What is pending is written first, as `Session.execute` does it, at less than half of its cost. Building a statement
    takes longer than running it, so that `statement` should be built once and `asked` hold its parameters.
    """
    session.flush()
    return session.connection().execute(statement, asked)
