"""What happens to stays. Facts hold dates and room names; `versions` are the feeds' after the change, by room id."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from core.events.service import Happening


@dataclass(frozen=True, slots=True)
class StayHappening(Happening):
    """What every event about a stay tells."""

    subject: ClassVar[str] = "stay"

    room: str
    """The room's name after the change."""
    arrival: date
    departure: date
    revision: int
    versions: dict[str, int]


@dataclass(frozen=True, slots=True)
class RoomBlocked(StayHappening):
    """Nights were taken."""

    kind: ClassVar[str] = "stays.blocked"
    reason: str
    displaced: tuple[int, ...] = ()
    """Stays that lost nights to a fact."""
    reservation: int | None = None
    """The reservation that was opened with it."""


@dataclass(frozen=True, slots=True)
class RoomUnblocked(StayHappening):
    """Nights were given up; `opened` are those it had held, by room id."""

    kind: ClassVar[str] = "stays.unblocked"
    before_arrival: date
    before_departure: date
    opened: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class StayExtended(StayHappening):
    """The stay ends later."""

    kind: ClassVar[str] = "stays.extended"
    before_departure: date
    displaced: tuple[int, ...] = ()
    """Stays that lost nights to a fact."""


@dataclass(frozen=True, slots=True)
class StayShortened(StayHappening):
    """The stay ends earlier; `opened` are the nights it had held, by room id."""

    kind: ClassVar[str] = "stays.shortened"
    before_departure: date
    opened: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class StayMoved(StayHappening):
    """The remaining nights are in another room."""

    kind: ClassVar[str] = "stays.moved"
    before_room: str
    before_room_id: int


@dataclass(frozen=True, slots=True)
class StayImported(StayHappening):
    """A channel sold nights; `contested` when it did not get all of them."""

    kind: ClassVar[str] = "stays.imported"
    source: str
    reference: str | None
    contested: bool


@dataclass(frozen=True, slots=True)
class StayRedated(StayHappening):
    """Its channel gave the booking other nights; `opened` are those it had held, by room id."""

    kind: ClassVar[str] = "stays.redated"
    before_arrival: date
    before_departure: date
    opened: dict[str, list[str]]
    contested: bool


@dataclass(frozen=True, slots=True)
class StayChanged(StayHappening):
    """Its reservation was changed: other nights, another room; `opened` are those it had held, by room id."""

    kind: ClassVar[str] = "stays.changed"
    before_arrival: date
    before_departure: date
    before_room: str
    before_room_id: int
    opened: dict[str, list[str]]
    contested: bool


@dataclass(frozen=True, slots=True)
class StayDropped(StayHappening):
    """Its channel no longer has the booking; `opened` are the nights it had held, by room id."""

    kind: ClassVar[str] = "stays.dropped"
    before_departure: date
    opened: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class CancelledHere(StayHappening):
    """Cancelled at the desk although its channel still sells it: its nights stay closed until it is dropped (R24)."""

    kind: ClassVar[str] = "stays.cancelled_here"
    source: str


@dataclass(frozen=True, slots=True)
class GuestCheckedIn(StayHappening):
    """The guest came."""

    kind: ClassVar[str] = "stays.checked_in"


@dataclass(frozen=True, slots=True)
class GuestCheckedOut(StayHappening):
    """The guest left; `opened` are the nights that were given back, by room id."""

    kind: ClassVar[str] = "stays.checked_out"
    before_departure: date
    opened: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class GuestOverstayed(StayHappening):
    """The guest has not left on the day of departure, and keeps the room for tonight (R23)."""

    kind: ClassVar[str] = "stays.overstayed"
    before_departure: date
    contested: bool


@dataclass(frozen=True, slots=True)
class GuestNeverCame(StayHappening):
    """The guest did not come; `opened` are the nights that were left, by room id."""

    kind: ClassVar[str] = "stays.no_show"
    before_departure: date
    opened: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class StayDivided(StayHappening):
    """Its last nights are a stay of their own from now on: its guest is to change the room."""

    kind: ClassVar[str] = "stays.divided"
    before_departure: date
    tail_id: int


@dataclass(frozen=True, slots=True)
class StayJoined(StayHappening):
    """The stay that went on from it is a part of it again."""

    kind: ClassVar[str] = "stays.joined"
    before_departure: date
    tail_id: int
