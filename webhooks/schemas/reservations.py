"""Reservations as they are told: rooms booked for a guest, from any source."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self

from pydantic import Field

from core.reservations import views
from core.reservations.quoting import PricedBy
from core.reservations.service import Outcome
from core.reservations.states import ReservationState
from core.reservations.views import ReservationView, ReservedStay, RevisionView
from core.values.money import Money as Amounts
from webhooks.schemas.base import Answer, Money


class Status(StrEnum):
    """Where a reservation stands."""

    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    CHECKED_OUT = "checked_out"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"

    @property
    def state(self) -> ReservationState:
        """The same in the house's words."""
        return ReservationState(self.value)


class NightPrice(Answer):
    """What one night costs."""

    night: date
    amount: str = Field(examples=["4500.00"])


class StayAnswer(Answer):
    """One room of a reservation."""

    id: int
    listing_id: int
    listing: str = Field(examples=["3"])
    room_type_id: int
    assigned: bool
    """False: the house may still give it another room of the type."""
    arrival: date
    departure: date
    state: str = Field(examples=["holding"])
    """`holding`; `contested`: somebody else holds nights of it; `shadowed`: it lost them; `released`: given up."""
    guest: str | None
    price: Money | None
    prices: tuple[NightPrice, ...]
    unpriced: tuple[date, ...]
    """Nights that nobody has named a price for, where others have one."""
    follows: int | None
    """The stay that it goes on from: its guest changes the room."""
    checked_in_at: datetime | None
    checked_out_at: datetime | None

    @classmethod
    def of(cls, stay: ReservedStay, currency: str) -> Self:
        """The view as JSON."""
        return cls(
            id=stay.stay_id, listing_id=stay.room_id, listing=stay.room, room_type_id=stay.type_id,
            assigned=stay.assigned, arrival=stay.arrival, departure=stay.departure, state=stay.state, guest=stay.guest,
            price=Money.of(Amounts.of(stay.price, currency)) if stay.price is not None else None,
            prices=tuple(
                NightPrice(night=night, amount=str(Amounts.of(cost, currency).amount)) for night, cost in stay.prices
            ),
            unpriced=stay.unpriced, follows=stay.follows_id, checked_in_at=stay.checked_in_at,
            checked_out_at=stay.checked_out_at,
        )  # fmt: skip


class ReservationAnswer(Answer):
    """One reservation. In lists, phone and e-mail are masked."""

    id: int
    property_id: int
    revision: int
    """Counts its changes; give it with a change to change what was seen."""
    code: str = Field(examples=["K7M2QX"])
    """Short enough for the phone."""
    status: Status
    contested: bool
    """One of its rooms is wanted by somebody else, too: the whole of it waits for a decision."""
    conflicts: tuple[int, ...]
    source: str = Field(examples=["booking_com"])
    reference: str | None
    arrival: date
    departure: date
    guest: str | None
    phone: str | None = Field(examples=["+254•••678"])
    email: str | None = Field(examples=["j•••@example.com"])
    adults: int | None
    children: int | None
    total: Money | None
    currency: str
    stays: tuple[StayAnswer, ...]
    made_at: datetime
    changed_at: datetime
    cancelled_at: datetime | None
    erased_at: datetime | None
    """When the guest was taken out of the record."""

    @classmethod
    def of(cls, view: ReservationView) -> Self:
        """The view as JSON, as lists show it."""
        return cls(**_common(view), phone=views.masked_phone(view.phone), email=views.masked_email(view.email))


class RevisionAnswer(Answer):
    """What a reservation said at one time; it never names the guest."""

    number: int
    at: datetime
    by: str | None = Field(examples=["Amina"])
    transport: str | None
    what: tuple[str, ...] = Field(examples=[["dates", "prices"]])
    contents: dict[str, Any]

    @classmethod
    def of(cls, one: RevisionView) -> Self:
        """The view as JSON."""
        return cls(
            number=one.number, at=one.at, by=one.by, transport=one.transport, what=one.what, contents=one.contents
        )


class WholeReservation(ReservationAnswer):
    """One reservation with all that is known of it."""

    note: str | None
    cancel_reason: str | None
    revisions: tuple[RevisionAnswer, ...]
    """The oldest first."""

    @classmethod
    def of(cls, view: ReservationView) -> Self:
        """The view as JSON."""
        return cls(
            **_common(view), phone=view.phone, email=view.email, note=view.note, cancel_reason=view.cancel_reason,
            revisions=tuple(RevisionAnswer.of(one) for one in view.revisions),
        )  # fmt: skip


class ReservationDone(Answer):
    """What a request did."""

    reservation: WholeReservation
    new: bool
    """Of a booking: false when this booking of its source was known already, and nothing was changed."""
    events: tuple[int, ...]
    """The events of its stays."""
    priced_by: tuple[PricedBy, ...]
    """Of the rooms that were booked or added, in their order: the prices were `given`, are the house's `rates`, or
    `nobody` has said any."""
    report_no_show_by: datetime | None
    """Until when the platform that sold it wants to know that nobody came, or its commission is due."""

    @classmethod
    def of(cls, done: Outcome, view: ReservationView) -> Self:
        """The outcome as JSON."""
        return cls(
            reservation=WholeReservation.of(view), new=done.new,
            events=tuple(change.event_id for change in done.changes), priced_by=done.priced_by,
            report_no_show_by=done.report_by,
        )  # fmt: skip


def _common(view: ReservationView) -> dict[str, Any]:
    return {
        "id": view.reservation_id, "property_id": view.property_id, "revision": view.revision, "code": view.code,
        "status": Status(view.state), "contested": view.contested, "conflicts": view.conflicts, "source": view.source,
        "reference": view.reference, "arrival": view.arrival, "departure": view.departure, "guest": view.booker,
        "adults": view.adults, "children": view.children, "total": Money.of(view.total), "currency": view.currency,
        "stays": tuple(StayAnswer.of(stay, view.currency) for stay in view.stays), "made_at": view.made_at,
        "changed_at": view.changed_at, "cancelled_at": view.cancelled_at, "erased_at": view.erased_at,
    }  # fmt: skip
