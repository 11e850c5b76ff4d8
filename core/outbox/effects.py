"""The closed union of what may have to be done outside. An effect carries ids only; the job reads the present truth."""

from dataclasses import dataclass
from typing import ClassVar, get_args


class _Unordered:
    """An effect that waits for no other: a line of the timetable, or one of which any order will do."""

    __slots__ = ()
    collapses: ClassVar[bool] = False
    """Whether rows of one lane and kind become one call."""

    @property
    def lane(self) -> str | None:
        """None: it is in no lane."""
        return None


@dataclass(frozen=True, slots=True)
class Say:
    """Hand one stored outgoing message to its transport; messages of one chat stay in order."""

    kind: ClassVar[str] = "chat.say"
    collapses: ClassVar[bool] = False
    message_id: int
    chat_id: int

    @property
    def lane(self) -> str | None:
        """Messages of one chat leave in the order they were written."""
        return f"chat:{self.chat_id}"


@dataclass(frozen=True, slots=True)
class OpenLate(_Unordered):
    """An opening's undo time is over: let the room's feeds show it (R4)."""

    kind: ClassVar[str] = "feeds.open_late"
    collapses: ClassVar[bool] = True
    room_id: int


@dataclass(frozen=True, slots=True)
class SweepChats(_Unordered):
    """Handle inbound messages that a crash left behind."""

    kind: ClassVar[str] = "chat.sweep"


@dataclass(frozen=True, slots=True)
class WatchReaders(_Unordered):
    """Tell staff about feeds that the OTA no longer reads (R7)."""

    kind: ClassVar[str] = "feeds.watch_readers"


@dataclass(frozen=True, slots=True)
class PublishEvents(_Unordered):
    """Give the event bus what was committed since the last time."""

    kind: ClassVar[str] = "events.publish"


@dataclass(frozen=True, slots=True)
class Prune(_Unordered):
    """Delete what has served its time: handled messages, used taps, done effects."""

    kind: ClassVar[str] = "upkeep.prune"


@dataclass(frozen=True, slots=True)
class TellImport:
    """Tell staff what a look at a calendar brought, or ask them about it; see `core.imports.news.About`."""

    kind: ClassVar[str] = "imports.tell"
    collapses: ClassVar[bool] = False
    link_id: int
    about: str
    bookings: tuple[int, ...] = ()
    events: tuple[int, ...] = ()

    @property
    def lane(self) -> str | None:
        """What is said of one link is said in its order."""
        return f"news:{self.link_id}"


@dataclass(frozen=True, slots=True)
class PullFeed(_Unordered):
    """Read a link's calendar. One row a link, due again and again; see `core.imports.timetable`."""

    kind: ClassVar[str] = "feeds.pull"
    link_id: int


@dataclass(frozen=True, slots=True)
class WatchImports(_Unordered):
    """Tell staff about calendars that have not been read well for too long, and when they are again (R19)."""

    kind: ClassVar[str] = "imports.watch"


@dataclass(frozen=True, slots=True)
class TellConflict:
    """Tell staff how a case stands: it is new, somebody joined it, it was settled or is open again."""

    kind: ClassVar[str] = "conflicts.tell"
    collapses: ClassVar[bool] = True
    conflict_id: int

    @property
    def lane(self) -> str | None:
        """What is said of one case is said in its order."""
        return f"conflict:{self.conflict_id}"


@dataclass(frozen=True, slots=True)
class OpenKept(_Unordered):
    """The time is over for which a room was kept closed for a case: let its feeds show it (R21)."""

    kind: ClassVar[str] = "conflicts.open_kept"
    collapses: ClassVar[bool] = True
    room_id: int


@dataclass(frozen=True, slots=True)
class RemindConflicts(_Unordered):
    """Ask again about cases that nobody has decided, and remind of what decisions left to be done."""

    kind: ClassVar[str] = "conflicts.remind"


@dataclass(frozen=True, slots=True)
class TellSkipped(_Unordered):
    """Tell staff which times of a recurring block were left out: those that one event names."""

    kind: ClassVar[str] = "stays.tell_skipped"
    event_id: int


@dataclass(frozen=True, slots=True)
class WatchDepartures(_Unordered):
    """Keep tonight for guests who were to leave and are still in, and have staff asked (R23)."""

    kind: ClassVar[str] = "stays.watch_departures"


@dataclass(frozen=True, slots=True)
class TellDeparture:
    """Ask staff whether a guest who was to leave has left, or tell them that somebody has said so."""

    kind: ClassVar[str] = "stays.tell_departure"
    collapses: ClassVar[bool] = True
    stay_id: int

    @property
    def lane(self) -> str | None:
        """What is said of one guest is said in its order."""
        return f"departure:{self.stay_id}"


@dataclass(frozen=True, slots=True)
class WarnOfLogin(_Unordered):
    """Tell the admins of a person's properties what their login suffered; see `core.access.warning.Fear`."""

    kind: ClassVar[str] = "access.warn"
    collapses: ClassVar[bool] = True
    person_id: int
    fear: str


@dataclass(frozen=True, slots=True)
class SyncChannels(_Unordered):
    """Bring the channels up to date with one thing of the house, because somebody outside asked for it."""

    kind: ClassVar[str] = "channels.sync"
    collapses: ClassVar[bool] = True
    property_id: int
    entity: str
    entity_id: int


@dataclass(frozen=True, slots=True)
class OpenDays(_Unordered):
    """What was held back of a type was lifted, and its undo time is over: let its feeds show it (R4)."""

    kind: ClassVar[str] = "inventory.open_days"
    collapses: ClassVar[bool] = True
    type_id: int


@dataclass(frozen=True, slots=True)
class Preload(_Unordered):
    """Make the days that came into the horizon, and the blocks that recur in them (R5)."""

    kind: ClassVar[str] = "inventory.preload"


@dataclass(frozen=True, slots=True)
class FollowRecurring(_Unordered):
    """Make or end the next portion of the blocks of a recurring one."""

    kind: ClassVar[str] = "stays.follow_recurring"
    collapses: ClassVar[bool] = True
    recurring_id: int


Effect = (
    Say
    | OpenLate
    | SweepChats
    | WatchReaders
    | Prune
    | TellImport
    | PullFeed
    | WatchImports
    | TellConflict
    | OpenKept
    | RemindConflicts
    | PublishEvents
    | SyncChannels
    | OpenDays
    | Preload
    | FollowRecurring
    | TellSkipped
    | WatchDepartures
    | TellDeparture
    | WarnOfLogin
)
EFFECTS: dict[str, type[Effect]] = {kind.kind: kind for kind in get_args(Effect)}
