"""A reservation as it is told to people and programs. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core.reservations.states import ReservationState
from core.values.money import Money

_SHOWN = 3
_HIDDEN = "•••"


@dataclass(frozen=True, slots=True)
class ReservedStay:
    """One room of a reservation."""

    stay_id: int
    room_id: int
    room: str
    type_id: int
    """The type that it was sold as, or of its room."""
    assigned: bool
    """False: the house may still give it another room of the type."""
    arrival: date
    departure: date
    state: str
    guest: str | None
    price: Decimal | None
    """Of all its nights, in the reservation's currency."""
    prices: tuple[tuple[date, Decimal], ...]
    """By night, where they are known."""
    follows_id: int | None
    """The stay that it goes on from: its guest changes the room."""
    checked_in_at: datetime | None
    checked_out_at: datetime | None

    @property
    def unpriced(self) -> tuple[date, ...]:
        """Nights of which nobody has said what they cost, where others have a price."""
        known = {night for night, _ in self.prices}
        nights = (date.fromordinal(day) for day in range(self.arrival.toordinal(), self.departure.toordinal()))
        return tuple(night for night in nights if night not in known) if known else ()


@dataclass(frozen=True, slots=True)
class RevisionView:
    """What a reservation said at one time, without anybody's name."""

    number: int
    at: datetime
    by: str | None
    """Who of the staff changed it."""
    transport: str | None
    what: tuple[str, ...]
    contents: dict[str, object]


@dataclass(frozen=True, slots=True)
class ReservationView:
    """One reservation."""

    reservation_id: int
    revision: int
    property_id: int
    code: str
    state: ReservationState
    source: str
    reference: str | None
    channel_id: int | None
    arrival: date
    departure: date
    booker: str | None
    phone: str | None
    email: str | None
    adults: int | None
    children: int | None
    currency: str
    total: Money | None
    note: str | None
    cancel_reason: str | None
    made_at: datetime
    changed_at: datetime
    cancelled_at: datetime | None
    erased_at: datetime | None
    stays: tuple[ReservedStay, ...]
    conflicts: tuple[int, ...] = ()
    """The open cases that its stays are in; while there is one, the whole of it waits (R31)."""
    revisions: tuple[RevisionView, ...] = ()
    """The oldest first; only where one reservation is looked at."""

    @property
    def contested(self) -> bool:
        """Whether one of its rooms is wanted by somebody else, too: that flags the whole (R31)."""
        return any(stay.state == "contested" for stay in self.stays)


def masked_phone(phone: str | None) -> str | None:
    """A number of which only the country's beginning and the end are told."""
    if phone is None:
        return None
    return f"{phone[: _SHOWN + 1]}{_HIDDEN}{phone[-_SHOWN:]}" if len(phone) > 2 * _SHOWN + 1 else _HIDDEN


def masked_email(email: str | None) -> str | None:
    """An address of which only the first letter and the provider are told."""
    if email is None:
        return None
    name, at, host = email.partition("@")
    return f"{name[:1]}{_HIDDEN}{at}{host}"
