"""How the verbs that shape prices tell what they did: what differs, before and after."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core.db.work import UnitOfWork
from core.events import service as events
from core.events.service import By
from core.rates.events import Changed
from core.rates.models import PlanType

MOST_PERCENT, LEAST_PERCENT = Decimal(1000), Decimal(-100)


@dataclass(frozen=True, slots=True)
class Set:
    """What a verb made or changed: its id, and which fields differ, none when it was just so already."""

    id: int
    changed: tuple[str, ...]
    event_id: int | None


def told(
    work: UnitOfWork,
    kind: type[Changed],
    subject_id: int,
    property_id: int,
    name: str,
    both: tuple[Mapping[str, object], Mapping[str, object]],
    by: By,
) -> Set:
    """Record what differs between before and after; nothing where nothing does."""
    before, after = both
    changed = tuple(key for key, value in after.items() if before.get(key) != value or key not in before)
    if not changed:
        return Set(subject_id, (), None)
    happening = kind(
        name=name,
        before={key: before[key] for key in changed if key in before},
        after={key: after[key] for key in changed},
    )
    return Set(subject_id, changed, events.record(work, happening, subject_id, property_id=property_id, by=by))


def facts(row: Any) -> dict[str, object]:  # noqa: ANN401 - any row of the area.
    """The columns of a row that may change, as JSON keeps them."""
    left_out = {"id", "property_id", "plan_id" if isinstance(row, PlanType) else "", "every_type", "made_at"}
    columns = [column.key for column in row.__table__.columns if column.key not in left_out]
    return {key: plain(getattr(row, key)) for key in columns}


def plain(value: object) -> object:
    """A value as JSON keeps it; money as text."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else value
