"""Which statements an engine is sent, however they are run."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPICursor

from core.db import prepared

Statement = tuple[str, Any]


@contextmanager
def heard(engine: Engine) -> Iterator[list[Statement]]:
    """Collect the statements with their parameters, as the driver gets them; no other engine may be busy meanwhile."""
    found: list[Statement] = []
    send = prepared.sent

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:  # noqa: ANN401
        found.append((statement, parameters))

    def sent(cursor: DBAPICursor, sql: str, rows: Sequence[Any]) -> Sequence[Sequence[Any]]:
        found.extend((sql, row) for row in rows)
        return send(cursor, sql, rows)

    event.listen(engine, "before_cursor_execute", note)
    try:
        with patch.object(prepared, "sent", sent):
            yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)
