"""The row of one thing that happened, which the database refuses to change or delete, and who reads on from where."""

from datetime import datetime

from sqlalchemy import BigInteger, FetchedValue, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, Id, Json
from core.db.types import UtcInstant


class Event(Base):
    """Who did what to which subject, when, by which transport. Holds ids, dates and room names, never guest data."""

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_property_id", "property_id", "id"),
        Index("ix_events_order", "xid", "id"),
        Index("ix_events_subject", "subject", "subject_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    property_id: Mapped[int | None] = mapped_column(ForeignKey("properties.id"))
    subject: Mapped[str] = mapped_column(String(20))
    """What the event is about: `stay`, `person`, `link`, `property`."""
    subject_id: Mapped[int]
    facts: Mapped[dict[str, object]] = mapped_column(Json)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    key_id: Mapped[int | None] = mapped_column(Id)
    """The API key that acted, when no person did. No foreign key: a log outlives what it tells of."""
    transport: Mapped[str | None] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcInstant)
    correlation: Mapped[str | None] = mapped_column(String(40))
    undoes: Mapped[int | None] = mapped_column(ForeignKey("events.id"), unique=True)
    """The event that this one took back: each can be taken back once."""
    xid: Mapped[int | None] = mapped_column(BigInteger, FetchedValue())
    """PostgreSQL's number of the transaction that wrote it, given by the database: see `core.events.log`."""


class BusPosition(Base):
    """The last event that a bus was given."""

    __tablename__ = "bus_positions"

    bus: Mapped[str] = mapped_column(String(40), primary_key=True)
    """Its kind: `redis` or `kafka`."""
    xid: Mapped[int] = mapped_column(BigInteger)
    event_id: Mapped[int] = mapped_column(Id, autoincrement=False)
    moved_at: Mapped[datetime] = mapped_column(UtcInstant)
