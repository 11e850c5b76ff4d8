"""What a channel knows, as it is told to people. Pure."""

from dataclasses import dataclass
from datetime import datetime

from core.platforms.base import Platform


@dataclass(frozen=True, slots=True)
class Linked:
    """What one link joins to its channel: a room, by its name, or all rooms of a type (R3)."""

    room: str | None = None
    type: str | None = None
    """The type's code."""
    type_name: str | None = None

    @property
    def words(self) -> str:
        """As technical messages name it: `room 3`, `type DBL`."""
        return f"room {self.room}" if self.room is not None else f"type {self.type}"

    @property
    def rooms(self) -> tuple[str, ...]:
        """The room as a dialogue's draft names it; empty for a type."""
        return (self.room,) if self.room is not None else ()


@dataclass(frozen=True, slots=True)
class Knows:
    """One channel of one property, as far as a room's change is concerned."""

    platform: Platform
    mode: str
    linked: bool
    """Whether this room has a feed on that channel."""
    read_at: datetime | None
    """When the platform last read the feed (R7)."""
    has_read: bool
    """Whether that was after the change."""
    left: int | None = None
    """Where a type is sold there as a whole: its rooms still to be had on the nights of the change, whoever asks; None
    where a room is."""
    type_name: str | None = None
