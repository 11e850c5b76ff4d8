"""What a channel knows, as it is told to people. Pure."""

from dataclasses import dataclass
from datetime import datetime

from core.platforms.base import Platform


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
