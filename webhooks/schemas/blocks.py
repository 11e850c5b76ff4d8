"""Blocks of listings: nights held for another reason than a reservation."""

from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field

from core.channels.views import Knows
from core.stays.views import StayView
from webhooks.schemas.base import Amount, Answer, Day, Key, Line, Money, Name, Note, Order

Why = Literal["owner", "maintenance", "walk_in"]


class BlockOrder(Order):
    """Nights of a room to be held."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"arrival": "2026-11-20", "departure": "2026-11-22", "reason": "maintenance", "note": "Leaking tap"},
                {"arrival": "2026-11-20", "departure": "2026-11-21", "reason": "walk_in", "price": "4500.00"},
            ]
        }
    )

    arrival: Day
    """The first night."""
    departure: Day
    """The day after the last night."""
    reason: Why = "owner"
    """`maintenance` states a fact: it takes the nights whoever holds them, and those who lose them become conflicts."""
    note: Note | None = None
    guest: Name | None = None
    """Of a walk-in."""
    phone: Annotated[Line, Field(max_length=20)] | None = None
    """Of a walk-in; read as a number of the property's country where it has no prefix."""
    price: Amount | None = None
    """Of a walk-in, for the whole stay, in the property's currency."""
    insist: bool = False
    """Although nights are taken: it holds the free ones and waits for the others, as a conflict."""


class ChannelKnows(Answer):
    """What one channel knows of a change."""

    platform: str = Field(examples=["airbnb"])
    mode: str = Field(examples=["ical"])
    linked: bool
    """Whether the room has a calendar there."""
    has_read: bool
    """Whether it was read since the change."""
    read_at: datetime | None
    """When the platform last read it."""

    @classmethod
    def of(cls, one: Knows) -> Self:
        """The view as JSON."""
        return cls(
            platform=one.platform.code, mode=one.mode, linked=one.linked, has_read=one.has_read, read_at=one.read_at
        )


class BlockAnswer(Answer):
    """A block as it is now."""

    id: int
    listing_id: int
    arrival: date
    departure: date
    reason: str = Field(examples=["maintenance"])
    state: str = Field(examples=["holding"])
    """`holding`; `contested`: it lacks nights that somebody else holds; `released`: over."""
    revision: int
    """Counts the changes."""
    note: str | None
    guest: str | None
    phone: str | None
    price: Money | None
    made_by: str | None
    made_at: datetime

    @classmethod
    def of(cls, view: StayView) -> Self:
        """The view as JSON."""
        return cls(
            id=view.stay_id, listing_id=view.room_id, arrival=view.arrival, departure=view.departure,
            reason=view.reason, state=view.state, revision=view.revision, note=view.note, guest=view.guest,
            phone=view.phone, price=Money.of(view.price), made_by=view.made_by, made_at=view.made_at,
        )  # fmt: skip


class BlockChanged(Answer):
    """What a change did, and what each channel knows of it."""

    block: BlockAnswer
    event_id: int
    """The event that tells of it."""
    displaced: tuple[int, ...]
    """Stays that lost nights to a fact; each is a party of a conflict now."""
    conflict_id: int | None
    """The conflict that the block itself is in."""
    channels: tuple[ChannelKnows, ...]
    opens_at: datetime | None
    """When calendars show the freed nights as free: the change can be undone until then."""


class Version(Order):
    """As it was seen."""

    revision: Key | None = None
