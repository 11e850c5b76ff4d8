"""What a bus is, and how an event looks on it."""

import json
from collections.abc import Sequence
from typing import ClassVar, Protocol

from core.events.log import Entry


class EventBus(Protocol):
    """A way to tell other programs what happened."""

    name: ClassVar[str]
    """Under which the database keeps how far it has come."""

    def publish(self, entries: Sequence[Entry]) -> None:
        """Hand over `entries` in order and return when all of them are safe there. Raises `Down`: none or some are."""
        ...

    def close(self) -> None:
        """Let the connections go."""
        ...


def key_of(entry: Entry) -> str:
    """Events with the same key stay in order: the property's id; `0` for what concerns the house as a whole."""
    return str(entry.property_id or 0)


def as_json(entry: Entry) -> bytes:
    """One event as a JSON object of UTF-8; it holds ids, dates and room names, never guest data."""
    told = {
        "id": entry.id, "kind": entry.kind, "property": entry.property_id, "subject": entry.subject,
        "subject_id": entry.subject_id, "facts": entry.facts, "person": entry.person_id,
        "transport": entry.transport, "at": entry.at.isoformat(), "correlation": entry.correlation,
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
