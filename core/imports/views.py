"""How the reading of a calendar goes, as it is told to people. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.channels.views import Linked


class LinkState(StrEnum):
    """How fresh one link is, the worst last."""

    FRESH = "fresh"
    WAITING = "waiting"
    """Connected, not read yet."""
    PAUSED = "paused"
    NOT_READ_BY_OTA = "not_read_by_ota"
    """We read it, but the platform no longer reads our feed (R7)."""
    LATE = "late"
    """No good read for its threshold."""
    STALE = "stale"
    """No good read for three hours: other channels sell blind (R19)."""


@dataclass(frozen=True, slots=True)
class LinkHealth:
    """One link's reading, both ways."""

    link_id: int
    platform: str
    """The platform's code."""
    room: str | None
    """Its name; None where a whole type is linked."""
    state: LinkState
    imports: bool
    """Whether a calendar is read for it; False: only our feed is served."""
    good_at: datetime | None
    """The last whole read."""
    tried_at: datetime | None
    trouble: str | None
    """Why the last look brought nothing: `core.feeds.fetch.answers.Trouble`, a `NotACalendar` reason, or `partial`."""
    failures: int
    read_at: datetime | None
    """The platform's last counted read of our feed."""
    bookings: int
    """Bookings it told us that are believed now."""
    question: bool
    """Whether a question about it waits for an answer (R13, R16)."""
    type: str | None = None
    """The type's code, where no room is linked."""
    type_name: str | None = None

    @property
    def linked(self) -> Linked:
        """What it joins to its channel."""
        return Linked(self.room, self.type, self.type_name)
