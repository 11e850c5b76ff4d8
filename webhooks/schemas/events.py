"""The audit trail."""

from datetime import datetime
from typing import Any, Self

from pydantic import Field

from core.events.queries import EventView
from webhooks.schemas.base import Answer


class EventAnswer(Answer):
    """One thing that happened; never changed and never deleted."""

    id: int
    kind: str = Field(examples=["stays.blocked"])
    property_id: int | None
    subject: str = Field(examples=["stay"])
    """What it is about."""
    subject_id: int
    facts: dict[str, Any]
    """How things stood after it, and before where that matters; ids, dates and room names, never guests."""
    person_id: int | None
    """Who did it; null: the house itself, or a key."""
    key_id: int | None
    """The API key that did it."""
    person: str | None = Field(examples=["Amina"])
    transport: str | None = Field(examples=["whatsapp"])
    """By which way they did it."""
    at: datetime
    correlation: str | None
    """The same for all that one message or one request did."""
    undoes: int | None
    """The event that it took back."""

    @classmethod
    def of(cls, view: EventView) -> Self:
        """The view as JSON."""
        return cls(
            id=view.event_id, kind=view.kind, property_id=view.property_id, subject=view.subject,
            subject_id=view.subject_id, facts=dict(view.facts), person_id=view.person_id, person=view.person,
            key_id=view.key_id,
            transport=view.transport, at=view.at, correlation=view.correlation, undoes=view.undoes,
        )  # fmt: skip
