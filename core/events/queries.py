"""The audit trail: who did what to which subject, when, by which transport."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.events.models import Event
from core.staff.models import Person


@dataclass(frozen=True, slots=True)
class EventView:
    """One thing that happened."""

    event_id: int
    kind: str
    property_id: int | None
    subject: str
    subject_id: int
    facts: Mapping[str, object]
    person_id: int | None
    """Who did it; None: the house itself, or a key."""
    person: str | None
    transport: str | None
    at: datetime
    correlation: str | None
    """What was done because of one message or one request has one."""
    undoes: int | None
    """The event that it took back."""
    key_id: int | None
    """The API key that did it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events; None: whatever it is."""

    kind: str | None = None
    """A kind, or the area in front of its dot."""
    subject: str | None = None
    subject_id: int | None = None
    person_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    """Not itself."""

    @property
    def terms(self) -> list[ColumnElement[bool]]:
        """The same as SQL."""
        terms: list[ColumnElement[bool]] = []
        if self.kind is not None:
            same = Event.kind == self.kind
            terms.append(same if "." in self.kind else same | Event.kind.startswith(f"{self.kind}.", autoescape=True))
        if self.since is not None:
            terms.append(Event.at >= self.since)
        if self.until is not None:
            terms.append(Event.at < self.until)
        pairs = ((Event.subject, self.subject), (Event.subject_id, self.subject_id), (Event.person_id, self.person_id))
        return terms + [column == value for column, value in pairs if value is not None]


def events(
    session: Session, property_ids: Collection[int], wanted: Wanted, before: int | None, limit: int
) -> tuple[EventView, ...]:
    """Up to `limit` events of these properties, the newest first; of those older than the event `before`."""
    query = (
        select(Event, Person.name)
        .outerjoin(Person, Person.id == Event.person_id)
        .where(Event.property_id.in_(property_ids), *wanted.terms)
        .order_by(Event.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(Event.id < before)
    return tuple(
        EventView(
            one.id, one.kind, one.property_id, one.subject, one.subject_id, one.facts, one.person_id, name,
            one.transport, one.at, one.correlation, one.undoes, one.key_id,
        )
        for one, name in session.execute(query)
    )  # fmt: skip
