"""Recording what happened, in the transaction in which it happened."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import ClassVar

from sqlalchemy import Table, insert

from core.db.prepared import Prepared, run
from core.db.work import UnitOfWork
from core.events.models import Event
from core.logs import correlation

_EVENTS: Table = Event.__table__  # type: ignore[assignment]
_APPEND = Prepared(insert(_EVENTS).returning(_EVENTS.c.id))


@dataclass(frozen=True, slots=True)
class By:
    """Who acts: a person over a transport, or an API key; nobody means the system itself."""

    person_id: int | None = None
    transport: str | None = None
    undoes: int | None = None
    """The event that this act takes back."""
    key_id: int | None = None
    """The API key that acts; it is nobody's hand, so that `person_id` is None then (R22)."""

    def also(self) -> "By":
        """The same hand, for what follows from an act: that by itself takes nothing back."""
        return By(self.person_id, self.transport, key_id=self.key_id)


@dataclass(frozen=True, slots=True)
class Happening:
    """What a kind of event carries besides its subject; its fields become the event's facts."""

    kind: ClassVar[str]
    subject: ClassVar[str]


def record(
    work: UnitOfWork,
    happening: Happening,
    subject_id: int,
    *,
    property_id: int | None,
    by: By,
) -> int:
    """Append one event; its id."""
    row = {
        "kind": happening.kind, "subject": happening.subject, "subject_id": subject_id, "property_id": property_id,
        "facts": {key: _plain(value) for key, value in asdict(happening).items()},
        "person_id": by.person_id, "transport": by.transport, "at": work.now, "correlation": correlation(),
        "undoes": by.undoes, "key_id": by.key_id,
    }  # fmt: skip
    work.has_told = True
    event_id: int = run(work.session, _APPEND, row).scalar_one()
    return event_id


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
