"""What the front desk can ask for. Imperative, frozen, made of ids and values."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.stays.reasons import Reason
from core.values.nights import Nights


@dataclass(frozen=True, slots=True)
class BlockRoom:
    """Hold nights of one room for a reason other than a reservation."""

    room_id: int
    nights: Nights
    reason: Reason = Reason.OWNER
    guest: str | None = None
    phone: str | None = None
    price: Decimal | None = None
    currency: str | None = None
    note: str | None = None
    insist: bool = False
    """Although nights are taken: it holds the free ones and waits for the others, as a case that a person decides."""


@dataclass(frozen=True, slots=True)
class UnblockRoom:
    """Give up a stay's nights from the business day on, or only `nights` at its beginning or end."""

    stay_id: int
    revision: int
    nights: Nights | None = None


@dataclass(frozen=True, slots=True)
class ExtendStay:
    """Let a stay end later."""

    stay_id: int
    revision: int
    departure: date


@dataclass(frozen=True, slots=True)
class ShortenStay:
    """Let a stay end earlier."""

    stay_id: int
    revision: int
    departure: date


@dataclass(frozen=True, slots=True)
class MoveStay:
    """Put a stay's remaining nights into another room."""

    stay_id: int
    revision: int
    to_room_id: int


@dataclass(frozen=True, slots=True)
class CheckIn:
    """The guest of a stay is in the house (R23)."""

    stay_id: int
    revision: int


@dataclass(frozen=True, slots=True)
class CheckOut:
    """The guest of a stay has left; nights that are left of it are given back."""

    stay_id: int
    revision: int


@dataclass(frozen=True, slots=True)
class GuestLeft:
    """The answer that a guest who was to leave has left, whatever was changed about the stay since it was asked."""

    stay_id: int
    day: date
    """The business day on which it was asked."""


@dataclass(frozen=True, slots=True)
class GuestStaysOn:
    """The answer that a guest who was to leave stays for the night of the day on which it was asked."""

    stay_id: int
    day: date


@dataclass(frozen=True, slots=True)
class NoShow:
    """The guest of a stay did not come; nights that are left of it are given back."""

    stay_id: int
    revision: int


@dataclass(frozen=True, slots=True)
class SplitStay:
    """Let the guest change the room: the nights from `night` on in another one."""

    stay_id: int
    revision: int
    night: date
    to_room_id: int


@dataclass(frozen=True, slots=True)
class UndoChanges:
    """Take back changes, named by their events, the newest first."""

    event_ids: tuple[int, ...]


StayCommand = BlockRoom | UnblockRoom | ExtendStay | ShortenStay | MoveStay | UndoChanges
