"""What a person can say about the calendars we read. Imperative, frozen."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ConnectCalendar:
    """Read `url` for a room from now on; the channel and the link are made when they are missing (R16, R17)."""

    room_id: int | None
    """None: a whole type."""
    platform: str
    url: str = field(repr=False)
    """Secret: the address alone opens the calendar."""
    type_id: int | None = None
    """The type whose rooms are sold as one (R3)."""


@dataclass(frozen=True, slots=True)
class SetInterval:
    """Read the calendars of a platform every `seconds`."""

    platform: str
    seconds: int


@dataclass(frozen=True, slots=True)
class PauseChannel:
    """Read nothing of a platform until it is resumed; nothing is freed and our feeds go on (R6)."""

    platform: str


@dataclass(frozen=True, slots=True)
class ResumeChannel:
    """Read a paused platform again, at once."""

    platform: str


@dataclass(frozen=True, slots=True)
class PullNow:
    """Read at once: the calendars in which some rooms are sold or all, of one platform or all."""

    platform: str | None = None
    room_ids: tuple[int, ...] = ()
    """A type's calendar sells each of its rooms."""


@dataclass(frozen=True, slots=True)
class AnswerMass:
    """The word on a mass disappearance (R13): cancel what vanished, or keep it."""

    link_id: int
    gone: bool


@dataclass(frozen=True, slots=True)
class JoinPreviews:
    """Whether the bookings of a first read that lie exactly on nights blocked by hand are those blocks (R16)."""

    link_id: int
    join: bool


@dataclass(frozen=True, slots=True)
class SettleClosure:
    """Whether a channel's own closure counts everywhere, or only there (R11)."""

    booking_id: int
    everywhere: bool


@dataclass(frozen=True, slots=True)
class SettleLingering:
    """What a cancelled booking is that its channel still shows (R15): the old one, or a new booking."""

    booking_id: int
    new: bool


@dataclass(frozen=True, slots=True)
class SettleGuest:
    """Whether a booking whose nights all changed is still the same guest (R14)."""

    booking_id: int
    same: bool


@dataclass(frozen=True, slots=True)
class CloseElsewhere:
    """Close the rooms of a channel that cannot be read, for tonight and tomorrow, everywhere else (R19)."""

    platform: str


ImportCommand = (
    ConnectCalendar
    | SetInterval
    | PauseChannel
    | ResumeChannel
    | PullNow
    | AnswerMass
    | JoinPreviews
    | SettleClosure
    | SettleLingering
    | SettleGuest
    | CloseElsewhere
)
