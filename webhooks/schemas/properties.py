"""Properties, room types and listings (rooms)."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import ConfigDict, Field

from core.properties.lists import ListingView, PropertyView, TypeView
from webhooks.schemas.base import Alias, Amount, Answer, Code, Key, Line, Money, Name, Order, RoomName

_POSITION = Annotated[int, Field(ge=0, le=100_000)]
Weekday = Annotated[int, Field(ge=0, le=6)]
_ALIASES = Annotated[tuple[Alias, ...], Field(max_length=20)]


class PropertyAnswer(Answer):
    """A hotel."""

    id: int
    code: str = Field(examples=["baobab"])
    name: str = Field(examples=["Baobab Guest House"])
    timezone: str = Field(examples=["Africa/Nairobi"])
    currency: str = Field(examples=["KES"])
    language: str = Field(examples=["en"])
    conflict_preference: str = Field(examples=["first"])
    """Whom the advice on a conflict favours: `first`, `direct`, or a platform's code."""
    weekend_days: tuple[int, ...] = Field(examples=[[4, 5]])
    """The nights that count as the weekend's, Monday 0."""
    made_at: datetime

    @classmethod
    def of(cls, view: PropertyView) -> Self:
        """The view as JSON."""
        return cls(
            id=view.property_id, code=view.code, name=view.name, timezone=view.timezone, currency=view.currency,
            language=view.language, conflict_preference=view.conflict_preference, weekend_days=view.weekend_days,
            made_at=view.made_at,
        )  # fmt: skip


class PropertyOrder(Order):
    """A property to be made."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"code": "acacia", "name": "Acacia Lodge", "timezone": "Africa/Nairobi", "currency": "KES"},
            ]
        }
    )

    code: Code
    """Letters, digits, `-` and `_`."""
    name: Name
    timezone: Annotated[Line, Field(max_length=60)]
    """The name of an IANA zone."""
    currency: Annotated[str, Field(pattern="^[A-Za-z]{3}$")]
    """ISO 4217."""
    language: Annotated[Line, Field(max_length=10)] | None = None
    conflict_preference: Annotated[Line, Field(max_length=20)] | None = None
    weekend_days: Annotated[tuple[Weekday, ...], Field(min_length=1, max_length=7)] | None = None
    """Monday 0; the house's own setting without it."""


class RoomTypeAnswer(Answer):
    """A category that is sold."""

    id: int
    property_id: int
    code: str = Field(examples=["DBL"])
    name: str = Field(examples=["Double"])
    base_rate: Money | None
    """For a night, where no rate says otherwise."""
    rooms: int
    """How many of its rooms are let."""

    @classmethod
    def of(cls, view: TypeView) -> Self:
        """The view as JSON."""
        return cls(
            id=view.type_id, property_id=view.property_id, code=view.code, name=view.name,
            base_rate=Money.of(view.rate), rooms=view.rooms,
        )  # fmt: skip


class RoomTypeOrder(Order):
    """A room type to be made."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"property_id": 1, "code": "TWN", "name": "Twin", "base_rate": "3800.00"}]}
    )

    property_id: Key
    code: Code
    name: Name
    base_rate: Amount | None = None
    """In the property's currency."""


class ListingAnswer(Answer):
    """A room. What a channel calls a listing is one room of the house."""

    id: int
    property_id: int
    room_type_id: int
    room_type: str = Field(examples=["DBL"])
    """The type's code."""
    name: str = Field(examples=["12A"])
    aliases: tuple[str, ...] = Field(examples=[["garden double"]])
    position: int
    """Its place in lists."""
    removed: bool
    """Not let any more: its calendars say all busy."""
    removed_at: datetime | None

    @classmethod
    def of(cls, view: ListingView) -> Self:
        """The view as JSON."""
        return cls(
            id=view.room_id, property_id=view.property_id, room_type_id=view.type_id, room_type=view.type_code,
            name=view.name, aliases=view.aliases, position=view.position, removed=view.removed_at is not None,
            removed_at=view.removed_at,
        )  # fmt: skip


class ListingOrder(Order):
    """A room to be made; it is sold from today on."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"property_id": 1, "room_type_id": 1, "name": "12A", "aliases": ["garden"]}]}
    )

    property_id: Key
    room_type_id: Key
    name: RoomName
    aliases: _ALIASES = ()
    """What people call it besides."""
    position: _POSITION | None = None
    """Its place in lists; the last without it."""


class ListingChange(Order):
    """What of a room shall be otherwise; what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "12B"}, {"removed": True}]})

    name: RoomName | None = None
    aliases: _ALIASES | None = None
    room_type_id: Key | None = None
    """Refused while the room has nights to come."""
    position: _POSITION | None = None
    removed: bool | None = None
    """True takes the room out of the house, which is refused while it has nights to come; false brings it back."""
