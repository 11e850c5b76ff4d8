"""What can be asked of reservations. Imperative, frozen, made of ids and values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from core.reservations.states import Source
from core.values.nights import Nights


@dataclass(frozen=True, slots=True)
class Guest:
    """Whom a reservation is for; no more than the house needs."""

    name: str | None = None
    phone: str | None = None
    """E.164, see `core.values.contact`."""
    email: str | None = None


@dataclass(frozen=True, slots=True)
class RoomWanted:
    """One room of a booking: this very one, or any of a type."""

    nights: Nights
    room_id: int | None = None
    type_id: int | None = None
    prices: Mapping[date, Decimal] = field(default_factory=dict)
    """By night, in the reservation's currency: all nights, or none where the price is not known."""
    guest: str | None = None
    """Who sleeps there, where that is another than the booker."""


@dataclass(frozen=True, slots=True)
class BookReservation:
    """Book rooms for a guest: all of them or nothing.

    `insist`: it is sold already, at its source; what does not fit is stored all the same and waits, as a case. Bookings
    of a platform always are.
    """

    property_id: int
    rooms: tuple[RoomWanted, ...]
    guest: Guest = Guest()
    source: str = Source.DIRECT
    reference: str | None = None
    channel_id: int | None = None
    adults: int | None = None
    children: int | None = None
    currency: str | None = None
    """None: the property's own."""
    note: str | None = None
    insist: bool = False


@dataclass(frozen=True, slots=True)
class StayChange:
    """What is to be different about one stay; what is None stays as it is.

    `nights` and `room_id` together mean the new nights in the new room.
    """

    stay_id: int
    nights: Nights | None = None
    room_id: int | None = None
    prices: Mapping[date, Decimal] | None = None
    """Of all nights after the change."""
    guest: str | None = None


@dataclass(frozen=True, slots=True)
class ModifyReservation:
    """Change a reservation; all of it or nothing. What is None stays as it is."""

    reservation_id: int
    revision: int
    stays: tuple[StayChange, ...] = ()
    add: tuple[RoomWanted, ...] = ()
    drop: tuple[int, ...] = ()
    """Stays that are not wanted any more."""
    guest: Guest | None = None
    adults: int | None = None
    children: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class CancelReservation:
    """Nobody comes: what is left of it is given up; what its channel still sells waits to be dropped there (R24)."""

    reservation_id: int
    revision: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class CheckInReservation:
    """Its guests are in the house: of the given stays, or of all that begin by today."""

    reservation_id: int
    revision: int
    stays: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckOutReservation:
    """Its guests have left: of the given stays, or of all who are in the house."""

    reservation_id: int
    revision: int
    stays: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportNoShow:
    """Its guests did not come: of all stays that were to begin by today and nobody came for."""

    reservation_id: int
    revision: int


@dataclass(frozen=True, slots=True)
class SplitReservedStay:
    """Let the guest of one stay change the room: the nights from `night` on in another one."""

    reservation_id: int
    revision: int
    stay_id: int
    night: date
    to_room_id: int


@dataclass(frozen=True, slots=True)
class EraseGuest:
    """Take the person out of the record, and keep the record."""

    reservation_id: int


ReservationCommand = (
    BookReservation
    | ModifyReservation
    | CancelReservation
    | CheckInReservation
    | CheckOutReservation
    | ReportNoShow
    | SplitReservedStay
    | EraseGuest
)
