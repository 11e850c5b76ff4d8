"""The calendars we read, as the dialogue knows them. Frozen."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ReadChannel:
    """A platform whose calendars are read, or could be; `platform` is its code, `interval` in seconds."""

    platform: str
    interval: int
    active: bool
    """False: paused."""
    rooms: tuple[str, ...]
    """The rooms of which a calendar is read."""


@dataclass(frozen=True, slots=True)
class Look:
    """Looks at one calendar in a row that ended alike (a SyncRun)."""

    platform: str
    room: str
    outcome: str
    trouble: str | None
    status: int | None
    first_at: datetime
    last_at: datetime
    times: int
    appeared: int
    changed: int
    gone: int


@dataclass(frozen=True, slots=True)
class CalendarTold:
    """What one command about calendars did. `what` is the command's name."""

    what: str
    platform: str | None = None
    """Its code; None: not about one platform."""
    rooms: tuple[str, ...] = ()
    """The rooms it was about."""
    changed: bool = True
    """False: it was so already, or there was nothing to do."""
    seconds: int = 0
    """Between two reads, where that was set."""
    count: int = 0
    """How many bookings an answer was about."""
