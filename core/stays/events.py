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
class NightsOpened(StayHappening):
    """What every event tells that gave last nights up; `opened` are those it had held, by room id."""

    before_departure: date
    opened: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class NightsChanged(NightsOpened):
    """What every event tells that may have changed both ends."""

    before_arrival: date


@dataclass(frozen=True, slots=True)
class TailChanged(StayHappening):
    """What every event tells that made two stays of one, or one of two."""

    before_departure: date
    tail_id: int


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
class RoomUnblocked(NightsChanged):
    """Nights were given up."""

    kind: ClassVar[str] = "stays.unblocked"


@dataclass(frozen=True, slots=True)
class StayExtended(StayHappening):
    """The stay ends later."""

    kind: ClassVar[str] = "stays.extended"
    before_departure: date
    displaced: tuple[int, ...] = ()
    """Stays that lost nights to a fact."""


@dataclass(frozen=True, slots=True)
class StayShortened(NightsOpened):
    """The stay ends earlier."""

    kind: ClassVar[str] = "stays.shortened"


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
class StayRedated(NightsChanged):
    """Its channel gave the booking other nights."""

    kind: ClassVar[str] = "stays.redated"
    contested: bool


@dataclass(frozen=True, slots=True)
class StayChanged(NightsChanged):
    """Its reservation was changed: other nights, another room."""

    kind: ClassVar[str] = "stays.changed"
    before_room: str
    before_room_id: int
    contested: bool


@dataclass(frozen=True, slots=True)
class StayDropped(NightsOpened):
    """Its channel no longer has the booking."""

    kind: ClassVar[str] = "stays.dropped"


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
class GuestCheckedOut(NightsOpened):
    """The guest left; what is opened was given back."""

    kind: ClassVar[str] = "stays.checked_out"


@dataclass(frozen=True, slots=True)
class GuestOverstayed(StayHappening):
    """The guest has not left on the day of departure, and keeps the room for tonight (R23)."""

    kind: ClassVar[str] = "stays.overstayed"
    before_departure: date
    contested: bool


@dataclass(frozen=True, slots=True)
class GuestNeverCame(NightsOpened):
    """The guest did not come; what is opened was left."""

    kind: ClassVar[str] = "stays.no_show"


@dataclass(frozen=True, slots=True)
class StayDivided(TailChanged):
    """Its last nights are a stay of their own from now on: its guest is to change the room."""

    kind: ClassVar[str] = "stays.divided"


@dataclass(frozen=True, slots=True)
class StayJoined(TailChanged):
    """The stay that went on from it is a part of it again."""

    kind: ClassVar[str] = "stays.joined"
