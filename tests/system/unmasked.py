"""A house whose logs are not masked: what the masking hides must appear in them. Named by `House(twist=…)`."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine.interfaces import DBAPICursor
from structlog.typing import EventDict, Processor

from core import logs
from core.db import engine, prepared
from core.db.prepared import sent


def unmask() -> None:
    """Log every line as it comes, with the parameters of failed statements."""

    def telling(url: str, **options: Any) -> Engine:  # noqa: ANN401 - SQLAlchemy's own options.
        return create_engine(url, **{**options, "hide_parameters": False})

    def quoting(cursor: DBAPICursor, sql: str, rows: Sequence[Any]) -> Sequence[Sequence[Any]]:
        try:
            return sent(cursor, sql, rows)
        except Exception as error:
            error.args = (f"{error} {rows}",)
            raise

    def as_it_is(_hidden: tuple[str, ...]) -> Processor:
        return _same

    setattr(logs, "_masking", as_it_is)  # noqa: B010 - mypy knows what it is meant to be.
    setattr(prepared, "sent", quoting)  # noqa: B010 - as above.
    setattr(engine, "create_engine", telling)  # noqa: B010 - as above.


def _same(_logger: Any, _method: str, event: EventDict) -> EventDict:  # noqa: ANN401 - structlog's own type.
    return event
