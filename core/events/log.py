"""The log of events in the order in which they became visible: what sockets and the event bus follow.

On SQLite one transaction writes at a time, so ids tell the order. On PostgreSQL an id is given before its commit:
whoever has read up to event 8 may see event 7 appear later, and must not miss it. Each event therefore carries the
number of its transaction, readers go by (transaction, id), and never beyond the oldest transaction that still runs:
all that commits later has a higher number than all that was read.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select, text, tuple_
from sqlalchemy.orm import Session

from core.events.models import Event

Position = tuple[int, int]
"""The number of a transaction (0 on SQLite) and an event's id."""
BEGINNING: Position = (0, 0)
_SETTLED = text("""
    events.xid < COALESCE(
        (SELECT min(running::text::bigint) FROM pg_snapshot_xip(pg_current_snapshot()) AS running
          WHERE NOT EXISTS (SELECT 1 FROM pg_stat_activity AS elsewhere
                             WHERE elsewhere.backend_xid = running::xid AND elsewhere.datname <> current_database())),
        pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
""")
"""Older than each transaction that our snapshot does not see yet, but for those of other databases of the server."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as it is told on: ids, dates and room names, never guest data."""

    position: Position
    id: int
    kind: str
    property_id: int | None
    subject: str
    subject_id: int
    facts: dict[str, object]
    person_id: int | None
    transport: str | None
    at: datetime
    correlation: str | None


def after(session: Session, position: Position, limit: int, property_ids: Collection[int] | None = None) -> list[Entry]:
    """At most `limit` events that follow `position`, in order; only those of `property_ids` where given."""
    query = _ordered(session).limit(limit)
    if _numbered(session):
        query = query.where(tuple_(Event.xid, Event.id) > position, _SETTLED)
    else:
        query = query.where(Event.id > position[1])
    if property_ids is not None:
        query = query.where(Event.property_id.in_(property_ids))
    return [_entry(event) for event in session.scalars(query)]


def end(session: Session) -> Position:
    """Where the log ends now: what follows it has not happened yet, or has not been seen by anybody."""
    query = select(func.coalesce(Event.xid, 0), Event.id).limit(1)
    if _numbered(session):
        query = query.where(_SETTLED).order_by(Event.xid.desc(), Event.id.desc())
    else:
        query = query.order_by(Event.id.desc())
    row = session.execute(query).one_or_none()
    return BEGINNING if row is None else (row[0], row[1])


def position_of(session: Session, event_id: int) -> Position | None:
    """Where in the log an event stands; None when there is no such event."""
    row = session.execute(select(func.coalesce(Event.xid, 0), Event.id).where(Event.id == event_id)).one_or_none()
    return None if row is None else (row[0], row[1])


def _ordered(session: Session) -> Select[Event]:
    query = select(Event)
    return query.order_by(Event.xid, Event.id) if _numbered(session) else query.order_by(Event.id)


def _numbered(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _entry(event: Event) -> Entry:
    return Entry(
        position=(event.xid or 0, event.id), id=event.id, kind=event.kind, property_id=event.property_id,
        subject=event.subject, subject_id=event.subject_id, facts=event.facts, person_id=event.person_id,
        transport=event.transport, at=event.at, correlation=event.correlation,
    )  # fmt: skip
