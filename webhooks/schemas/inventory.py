"""What is free to sell, what is held back of the channels, rooms out of service, and blocks that recur."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, JsonValue

from core.inventory import availability
from core.inventory.lists import RecurringView
from core.inventory.selling import MOST, DaysChanged
from core.stays.recurring import MOST_NIGHTS, Followed
from webhooks.schemas.base import Answer, Day, Key, Line, Note, Order

MOST_QUANTITY = 999
MOST_DAYS = 800
_Count = Annotated[int, Field(ge=0, le=MOST)]
_NIGHTS: dict[str, JsonValue] = {"room_type_id": 1, "start_date": "2026-12-24", "end_date": "2026-12-27"}


class CheckOrder(Order):
    """Which stay somebody wants."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**_NIGHTS, "quantity": 1}]})

    room_type_id: Key
    start_date: Day
    """The first night."""
    end_date: Day
    """The day after the last night."""
    quantity: Annotated[int, Field(ge=1, le=MOST_QUANTITY)] = 1
    channel_id: Key | None = None
    """As this channel may sell it; else as the house may."""


class Part(Answer):
    """One part of a sum."""

    what: str = Field(examples=["sold"])
    """`total` and `allowance` count for what is available; `sold`, `blocked`, `closed_by_parts`, `contested` and
    `keep_back` against it."""
    rooms: int


class DayAnswer(Answer):
    """One night of a room type."""

    night: date
    available: int
    stop_sell: bool
    """Sale is stopped: nothing is available, whatever the parts say."""
    parts: list[Part]

    @classmethod
    def of(cls, day: availability.DayCount) -> Self:
        """The count with its explanation."""
        told = availability.explain(day)
        parts = [Part(what=what, rooms=rooms) for what, rooms in told.parts]
        return cls(night=told.night, available=told.available, stop_sell=told.stop_sell, parts=parts)


class CheckAnswer(Answer):
    """What can be sold over all of the nights."""

    available: int
    """The least of all nights."""
    fits: bool
    """Whether the quantity can be sold."""
    listings: list[int]
    """The rooms that are free on every night, those out of service last."""
    out_of_service: list[int]
    """Those of them that should be given with a warning."""
    days: list[DayAnswer]

    @classmethod
    def of(cls, answer: availability.Answer) -> Self:
        """The answer as JSON."""
        return cls(
            available=answer.available, fits=answer.fits, listings=list(answer.whole_stay_rooms),
            out_of_service=sorted(answer.out_of_service), days=[DayAnswer.of(day) for day in answer.days],
        )  # fmt: skip


class TypeDays(Answer):
    """One room type, night by night."""

    room_type_id: int
    days: list[DayAnswer]


class InventoryAnswer(Answer):
    """The room types of a property, night by night."""

    items: list[TypeDays]


class PreloadOrder(Order):
    """How far days shall be there."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"property_id": 1, "days": 365}]})

    property_id: Key
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] | None = None
    """From today on; up to the horizon."""


class PreloadAnswer(Answer):
    """What was made."""

    made: int
    """Days that were not there."""


class _Nights(Order):
    """Nights of a room type."""

    room_type_id: Key
    start_date: Day
    end_date: Day
    """The day after the last night."""


class KeepBackOrder(_Nights):
    """How many rooms shall be kept from the channels."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**_NIGHTS, "rooms": 1}]})

    rooms: _Count
    channel_id: Key | None = None
    """From this channel alone."""


class StopSellOrder(_Nights):
    """Whether a type shall be closed to the channels."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**_NIGHTS, "stop_sell": True}]})

    stop_sell: bool
    channel_id: Key | None = None
    """For this channel alone."""


class AllowanceOrder(_Nights):
    """How many stays may be sold beyond the rooms there are."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**_NIGHTS, "stays": 1}]})

    stays: _Count


class DaysChangedAnswer(Answer):
    """What was set."""

    event_id: int
    listings: list[int]
    """The rooms whose calendars have a new version; none: nothing changed."""

    @classmethod
    def of(cls, done: DaysChanged) -> Self:
        """The change as JSON."""
        return cls(event_id=done.event_id, listings=sorted(done.versions))


class OutOfServiceOrder(Order):
    """A room that shall be given last."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"listing_id": 3, "since": "2026-12-24", "note": "Dripping tap"}]}
    )

    listing_id: Key
    since: Day
    until: Day | None = None
    """In service again; else nobody knows."""
    note: Note | None = None


class MarkAnswer(Answer):
    """A room out of service."""

    id: int
    listing_id: int
    since: date
    until: date | None
    note: str | None


class RecurringOrder(Order):
    """A block that shall come again and again."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"listing_id": 3, "rule": "FREQ=WEEKLY;BYDAY=MO", "first": "2026-12-01"}]}
    )

    listing_id: Key
    rule: Annotated[Line, Field(min_length=1, max_length=200)]
    """An RRULE of RFC 5545: `FREQ` `DAILY`, `WEEKLY` or `MONTHLY`, with `INTERVAL`, `BYDAY` and `BYMONTHDAY`."""
    first: Day
    nights: Annotated[int, Field(ge=1, le=MOST_NIGHTS)] = 1
    """How many nights each block has."""
    reason: Literal["owner", "maintenance"] = "maintenance"
    """`owner` blocks leave out nights that somebody has; `maintenance` is a fact."""
    note: Note | None = None
    until: Day | None = None
    """The first day on which none begins any more."""


class RecurringAnswer(Answer):
    """A recurring block."""

    id: int
    listing_id: int
    rule: str
    first: date
    until: date | None
    nights: int
    reason: str = Field(examples=["maintenance"])
    note: str | None

    @classmethod
    def of(cls, view: RecurringView) -> Self:
        """The view as JSON."""
        return cls(
            id=view.recurring_id, listing_id=view.room_id, rule=view.rule, first=view.first, until=view.until,
            nights=view.nights, reason=view.reason, note=view.note,
        )  # fmt: skip


class FollowedAnswer(Answer):
    """What was done of a recurring block at once."""

    id: int
    made: list[int]
    """Blocks."""
    skipped: list[date]
    """First days of those that were not made: somebody has the nights."""
    ended: list[int]
    more: bool
    """Whether the rest is being done in the background."""

    @classmethod
    def of(cls, done: Followed) -> Self:
        """The outcome as JSON."""
        return cls(
            id=done.recurring_id, made=list(done.made), skipped=list(done.skipped), ended=list(done.ended),
            more=done.more,
        )  # fmt: skip
