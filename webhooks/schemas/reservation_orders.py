"""What is asked of reservations: rooms for a guest, changes, and what becomes of them."""

from typing import Annotated

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from webhooks.schemas.base import Amount, Day, Key, Line, Name, Note, Order

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
