"""Bringing channels up to date: looks at their calendars, what they told, and the queue seen from outside."""

from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, model_validator

from core.channels.syncing import Entity
from core.imports.lists import RunLine, ToldView
from webhooks.schemas.base import Amount, Answer, Code, Day, Key, Order

_Count = Annotated[int, Field(ge=0, le=100_000)]


class _Camel(Order):
    """The names of these fields were somebody else's before they were ours."""

    model_config = ConfigDict(populate_by_name=False)


class SyncBookings(_Camel):
    """From which to which day bookings are counted; both are included."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"startDate": "2026-11-20", "endDate": "2026-12-20"}]})

    start_date: Day = Field(alias="startDate")
    end_date: Day = Field(alias="endDate")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end_date < self.start_date:
            message = "endDate is before startDate"
            raise ValueError(message)
        return self


class SyncAvailability(_Camel):
    """How many rooms of a type are free on a night."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"roomType": "DBL", "date": "2026-11-20", "available": 2}]}
    )

    room_type: Code = Field(alias="roomType")
    date: Day
    available: _Count


class SyncRates(_Camel):
    """What a night in a type costs."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"roomType": "DBL", "date": "2026-11-20", "rate": "4500.00"}]}
    )

    room_type: Code = Field(alias="roomType")
    date: Day
    rate: Amount


class SyncError(Answer):
    """Why one link brought nothing."""

    link_id: int
    code: str = Field(examples=["not_read_yet"])
    """`not_read_yet`: nobody had the time; else the kind of trouble, as in the sync log."""


class SyncOutcome(Answer):
    """What came of it; records are bookings and closures on the days asked for."""

    success: bool
    """Every calendar was read."""
    records_processed: int = Field(serialization_alias="recordsProcessed")
    records_success: int = Field(serialization_alias="recordsSuccess")
    records_failed: int = Field(serialization_alias="recordsFailed")
    """Known from earlier reads of calendars that could not be read now."""
    errors: tuple[SyncError, ...]


class QueueOrder(_Camel):
    """A thing of the house with which the channels shall be brought up to date.

    What changed, and how, is looked up when it is done: `operation` and `data` say nothing that counts.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"entityType": "room", "entityId": 3, "operation": "update", "data": {"clean": True}}]
        }
    )

    entity_type: Entity = Field(alias="entityType")
    entity_id: Key = Field(alias="entityId")
    operation: Annotated[str, Field(pattern="^(create|update|delete)$")]
    data: dict[str, Any] = Field(default_factory=dict)


class Queued(Answer):
    """What was stored to be done."""

    success: bool
    id: int


class QueueStatus(Answer):
    """How the queue stands, for the properties that the caller may see it of."""

    pending_count: int = Field(serialization_alias="pendingCount")
    failed_count: int = Field(serialization_alias="failedCount")
    """Given up after three tries; `POST /api/sync/process` tries them again."""
    is_processing: bool = Field(serialization_alias="isProcessing")


class Processed(Answer):
    """What will be tried at once."""

    success: bool
    hastened: int
    """Were waiting for their next try."""
    replayed: int
    """Had been given up."""


class ChannelBookingAnswer(Answer):
    """One booking or closure as its channel told it; our stay of it goes its own way."""

    id: int
    property_id: int
    channel_id: int
    platform: str = Field(examples=["booking_com"])
    link_id: int
    listing_id: int | None
    room_type_id: int | None
    kind: str = Field(examples=["reservation"])
    """`reservation` or `block`."""
    arrival: date
    departure: date
    reference: str | None
    state: str = Field(examples=["there"])
    """How far it is believed."""
    taken_as: str = Field(examples=["stay"])
    """What was made of it: `stay`, `mirror`, `closure`, `echo` or `preview`."""
    stay_id: int | None
    first_seen: datetime
    last_seen: datetime | None
    forgotten: bool
    """Let go: on record, and no longer compared."""
    raw: str | None
    """What the channel wrote, on request; masked for whoever may not read it."""

    @classmethod
    def of(cls, view: ToldView, raw: str | None) -> Self:
        """The view as JSON."""
        return cls(
            id=view.booking_id, property_id=view.property_id, channel_id=view.channel_id, platform=view.platform,
            link_id=view.link_id, listing_id=view.room_id, room_type_id=view.type_id, kind=view.kind,
            arrival=view.arrival, departure=view.departure, reference=view.reference, state=view.state,
            taken_as=view.taken_as, stay_id=view.stay_id, first_seen=view.first_seen, last_seen=view.last_seen,
            forgotten=view.forgotten_at is not None, raw=raw,
        )  # fmt: skip


class SyncLogAnswer(Answer):
    """A look at a calendar, or several in a row that ended alike."""

    id: int
    property_id: int
    channel_id: int
    platform: str = Field(examples=["airbnb"])
    link_id: int
    outcome: str = Field(examples=["unchanged"])
    """`changed`, `unchanged`, `partial` or `failed`."""
    trouble: str | None
    """Why it brought nothing."""
    status: int | None
    """The HTTP status, where there was one."""
    first_at: datetime
    last_at: datetime
    times: int
    seconds: float
    """How long the last one took."""
    events: int | None
    """Events in the calendar that take nights; null: not counted."""
    appeared: int
    changed: int
    gone: int

    @classmethod
    def of(cls, line: RunLine) -> Self:
        """The line as JSON."""
        return cls(
            id=line.run_id, property_id=line.property_id, channel_id=line.channel_id, platform=line.platform,
            link_id=line.link_id, outcome=line.outcome, trouble=line.trouble, status=line.status,
            first_at=line.first_at, last_at=line.last_at, times=line.times, seconds=line.seconds,
            events=line.events, appeared=line.appeared, changed=line.changed, gone=line.gone,
        )  # fmt: skip
