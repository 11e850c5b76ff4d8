"""The calendars we read, as the dialogue knows them. Frozen."""

from dataclasses import dataclass
from datetime import datetime

from core.channels.views import Linked


@dataclass(frozen=True, slots=True)
class ReadChannel:
    """A platform whose calendars are read, or could be; `platform` is its code, `interval` in seconds."""

    platform: str
    interval: int
    active: bool
    """False: paused."""
    rooms: tuple[str, ...]
    """The rooms of which a calendar is read."""
    types: tuple[str, ...] = ()
    """The names of types of which one is read for all their rooms."""

    @property
    def linked(self) -> tuple[Linked, ...]:
        """What calendars are read of, the rooms named together."""
        rooms = (Linked(", ".join(self.rooms)),) if self.rooms else ()
        return (*rooms, *(Linked(type_name=name) for name in self.types))


@dataclass(frozen=True, slots=True)
class Look:
    """Looks at one calendar in a row that ended alike (a SyncRun)."""

    platform: str
    room: str | None
    outcome: str
    trouble: str | None
    status: int | None
    first_at: datetime
    last_at: datetime
    times: int
    appeared: int
    changed: int
    gone: int
    type_name: str | None = None
    """Of a calendar of a whole type."""

    @property
    def linked(self) -> Linked:
        """What it is the calendar of."""
        return Linked(self.room, type_name=self.type_name)


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
    types: tuple[str, ...] = ()
    """The names of the types that it was about as a whole."""

    @property
    def linked(self) -> tuple[Linked, ...]:
        """What it was about."""
        return (*(Linked(room) for room in self.rooms), *(Linked(type_name=name) for name in self.types))
