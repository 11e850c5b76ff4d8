"""Lists for people and the same facts as JSON for machines."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import click


def as_json(value: object) -> None:
    """Print `value` as JSON; instants in UTC and ISO 8601, amounts as text."""
    click.echo(json.dumps(value, default=_plain, ensure_ascii=False, indent=2))


def as_table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows under a head, in columns as wide as they need."""
    cells = [[str(cell) for cell in row] for row in [head, *rows]]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    for row in cells:
        line = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(line).rstrip())


def ago(then: datetime | None, now: datetime) -> str:
    """`never`, `just now`, `5 min ago`, `3 h ago`, `2 days ago`."""
    if then is None:
        return "never"
    minutes = int((now - then).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 120:  # noqa: PLR2004 - two hours.
        return f"{minutes} min ago"
    hours = minutes // 60
    return f"{hours} h ago" if hours < 48 else f"{hours // 24} days ago"  # noqa: PLR2004 - two days.


def _plain(value: object) -> Any:  # noqa: ANN401 - JSON's values.
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return str(value)
    message = f"{type(value).__name__} has no JSON"
    raise TypeError(message)
