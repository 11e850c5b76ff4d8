"""What a step of the dialogue may know: loaded beforehand, frozen."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.conversation.actions import RateCommand
from bot.conversation.calendars import CalendarTold, Look, ReadChannel
from bot.conversation.cases import Case, Decided
from bot.conversation.rates import RateRun, RatesTold
from core.channels.views import Knows, Linked
from core.conflicts.views import FollowUpView
from core.imports.views import LinkHealth
from core.properties.views import RoomView
from core.staff.views import Place, Who
from core.stays.views import StayView


@dataclass(frozen=True, slots=True)
class Deed:
    """One change as "who did that?" tells it."""

    kind: str
    room: str
    arrival: date
    departure: date
    person: str | None
    transport: str | None
    at: datetime
    undone_by: str | None = None
    """Who took it back; None while it stands."""
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed whose address may be shown to this person; the address is filled in when the message is sent."""

    link_id: int
    platform: str
    room: str | None
    """Its name; None where it is a whole type's."""
    type_name: str | None = None

    @property
    def linked(self) -> Linked:
        """What it is the feed of."""
        return Linked(self.room, type_name=self.type_name)


@dataclass(frozen=True, slots=True)
class LoginLink:
    """A one-time link that opens the dashboard; its address is filled in when the message is sent."""

    sealed: str = field(repr=False)
    lasts: int
    """Seconds."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The person, the property, the day, and what the draft at hand needs.

    `today` is the business day (R29), `stays` the open stays of the rooms or the guest that were named, `listed` the
    answer to a question about guests, `free` rooms free over the nights asked for.
    """

    who: Who
    place: Place
    language: str
    now: datetime
    today: date
    rooms: tuple[RoomView, ...] = ()
    stays: tuple[StayView, ...] = ()
    listed: tuple[StayView, ...] = ()
    late: frozenset[int] = frozenset()
    """Those of `listed`, by stay, who were to leave and have not."""
    free: tuple[RoomView, ...] = ()
    deeds: tuple[Deed, ...] = ()
    undoable: tuple[int, ...] = ()
    feeds: tuple[Feed, ...] = ()
    cases: tuple[Case, ...] = ()
    """The open cases, the worst first."""
    case: Case | None = None
    """The case that was asked for by its number, whatever became of it."""
    follow_ups: tuple[FollowUpView, ...] = ()
    """The tasks that decisions and cancellations left."""
    undoable_case: tuple[int, int] | None = None
    """Case and revision of this person's last decision, where nothing of theirs is newer."""
    health: tuple[LinkHealth, ...] = ()
    """How the reading of each of the property's calendars goes."""
    channels: tuple[ReadChannel, ...] = ()
    rates: tuple[RateRun, ...] = ()
    """What the types that were named (else all) cost on the nights that were named, by type."""
    undoable_rates: RateCommand | None = None
    """What takes this person's last change of prices or selling back, where nothing of theirs is newer."""
    looks: tuple[Look, ...] = ()
    """The newest looks at the calendars that were named, the last first."""
    alone: bool = False
    """Whether nobody but this person reads the chat."""

    def sells(self, linked: Linked, rooms: Collection[str]) -> bool:
        """Whether a link sells one of these rooms, alone or with its whole type."""
        if linked.room is not None:
            return linked.room in rooms
        return any(room.type_name == linked.type_name for room in self.rooms if room.name in rooms)

    def meant(self, rooms: Collection[str], types: Collection[str]) -> tuple[str, ...]:
        """The names of these rooms and of all rooms of these types, by code, in the order of the setup.

        A type beside rooms of its own says of what kind they are: "double room 3" is one room.
        """
        of_types = {room.name for room in self.rooms if room.type_code in types}
        wanted = set(rooms) if rooms and of_types.issuperset(rooms) else of_types.union(rooms)
        return tuple(room.name for room in self.rooms if room.name in wanted)

    def room(self, name: str) -> RoomView:
        """The room with this name; the reading has checked that it exists."""
        return next(room for room in self.rooms if room.name == name)


@dataclass(frozen=True, slots=True)
class Told:
    """One change that was made, as its receipt needs it. `kind` is the event's."""

    kind: str
    event_id: int
    stay: StayView
    type_name: str
    nights: tuple[date, date]
    """Arrival and departure of the nights the change is about."""
    versions: Mapping[int, int]
    """The feeds' versions that show it, by room."""
    displaced: tuple[StayView, ...] = ()
    before_room: str | None = None
    read_by: tuple[tuple[str, datetime], ...] = ()
    """For an undo: platforms that had read the state taken back, and when."""
    task: FollowUpView | None = None
    """What is left to do at the channel that sold the stay."""
    passed_on: tuple[StayView, ...] = ()
    """Who has the nights now that were given up, because they had waited for them."""
    report_by: datetime | None = None
    """Of a guest who did not come: until when the platform wants to know."""


@dataclass(frozen=True, slots=True)
class Done:
    """The commands were carried out."""

    told: tuple[Told, ...]
    knows: tuple[Knows, ...] = ()
    language: str | None = None
    decided: tuple[Decided, ...] = ()
    """What the commands about cases made of them, one for each."""
    calendars: tuple[CalendarTold, ...] = ()
    rates: tuple[RatesTold, ...] = ()
    """What the commands about calendars did, one for each."""
    login: LoginLink | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rule said no; nothing was changed. `holder` has the taken night, `free` are rooms free instead."""

    code: str
    facts: dict[str, object]
    holder: StayView | None = None
    free: tuple[RoomView, ...] = ()
    case: Case | None = None
    """For commands about a case: how it stands now."""


Outcome = Done | Refusal
