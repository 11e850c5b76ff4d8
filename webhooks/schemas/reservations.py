"""Reservations: rooms booked for a guest, from any source."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from core.reservations import views
from core.reservations.quoting import PricedBy
from core.reservations.service import Outcome
from core.reservations.states import ReservationState
from core.reservations.views import ReservationView, ReservedStay, RevisionView
from core.values.money import Money as Amounts
from webhooks.schemas.base import Amount, Answer, Day, Key, Line, Money, Name, Note, Order

MOST_ROOMS = 50
_EXAMPLE: JsonDict = {
    "property_id": 1,
    "guest": {"name": "John Otieno", "phone": "+254712345678"},
    "rooms": [
        {
            "listing_id": 3, "arrival": "2026-11-20", "departure": "2026-11-22",
            "prices": {"2026-11-20": "4500.00", "2026-11-21": "4500.00"},
        },
        {"room_type_id": 1, "arrival": "2026-11-20", "departure": "2026-11-22"},
    ],
}  # fmt: skip
Phone = Annotated[Line, Field(max_length=20)]
Email = Annotated[Line, Field(max_length=254, pattern=r"^[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+$")]
People = Annotated[int, Field(ge=0, le=1000)]
Prices = Annotated[dict[Day, Amount], Field(max_length=800)]


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


class GuestOrder(Order):
    """Whom it is for."""

    name: Name | None = None
    phone: Phone | None = None
    """Read as a number of the property's country where it has no prefix."""
    email: Email | None = None


class RoomOrder(Order):
    """One room: this very one (`listing_id`), or any of a type (`room_type_id`)."""

    arrival: Day
    departure: Day
    listing_id: Key | None = None
    room_type_id: Key | None = None
    prices: Prices = Field(default_factory=dict)
    """By night, for all nights or none; in the reservation's currency and with its digits. The rates' where none is
    given and no platform sold it, if all nights have one."""
    guest: Name | None = None
    """Who sleeps there, where that is another than the booker."""


class ReservationOrder(Order):
    """Rooms for a guest: all of them are booked, or none."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    property_id: Key
    rooms: Annotated[tuple[RoomOrder, ...], Field(min_length=1, max_length=MOST_ROOMS)]
    guest: GuestOrder = GuestOrder()
    source: Annotated[str, Field(max_length=20, pattern=r"^[a-z][a-z0-9_]*$")] = "direct"
    """`direct`, `phone`, `walk_in`, or a platform's code: what a platform sold is stored even where it does not fit."""
    reference: Annotated[Line, Field(min_length=1, max_length=60)] | None = None
    """The booking's number at its source; the same one again is the same reservation."""
    adults: People | None = None
    children: People | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    """The property's own where it is not given."""
    note: Note | None = None


class StayOrder(Order):
    """What is to be different about one room of a reservation."""

    stay_id: Key
    arrival: Day | None = None
    departure: Day | None = None
    listing_id: Key | None = None
    prices: Prices | None = None
    """Of all nights after the change."""
    guest: Name | None = None


class ReservationChange(Order):
    """What is to be different; what is left out stays as it is."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"stays": [{"stay_id": 41, "departure": "2026-11-23"}], "adults": 3}]}
    )

    revision: Key | None = None
    """The reservation as it was seen; refused when it changed since. As it is, without it."""
    stays: Annotated[tuple[StayOrder, ...], Field(max_length=MOST_ROOMS)] = ()
    add: Annotated[tuple[RoomOrder, ...], Field(max_length=MOST_ROOMS)] = ()
    drop: Annotated[tuple[Key, ...], Field(max_length=MOST_ROOMS)] = ()
    """Stays that are not wanted any more."""
    guest: GuestOrder | None = None
    adults: People | None = None
    children: People | None = None
    note: Note | None = None


class SeenOrder(Order):
    """The reservation as it was seen: refused when it changed since; as it is, without `revision`."""

    revision: Key | None = None


class CancelOrder(SeenOrder):
    """Why nobody comes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "flight cancelled"}]})

    reason: Annotated[Line, Field(max_length=200)] | None = None


class StaysOrder(SeenOrder):
    """Which rooms of it are meant."""

    stays: Annotated[tuple[Key, ...], Field(max_length=MOST_ROOMS)] = ()
    """All that it makes sense for, where none is named."""


class SplitOrder(SeenOrder):
    """A change of room."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"stay_id": 41, "night": "2026-11-21", "listing_id": 4}]})

    stay_id: Key
    night: Day
    """The first night in the other room."""
    listing_id: Key


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
