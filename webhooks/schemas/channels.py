"""Platforms, channels and their links."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator

from core.channels.lists import ChannelRow, LinkRow
from core.channels.settings import Exports
from core.platforms.base import MOST_INTERVAL, Mode, Platform
from webhooks.schemas.base import Answer, Key, Line, Order

_Platform = Annotated[Line, Field(min_length=1, max_length=20, examples=["airbnb"])]
_Interval = Annotated[int, Field(ge=60, le=MOST_INTERVAL, examples=[1800])]
_Alert = Annotated[int, Field(ge=60, le=MOST_INTERVAL, examples=[1800])]


class PlatformAnswer(Answer):
    """What we know about an OTA."""

    code: str = Field(examples=["booking_com"])
    name: str = Field(examples=["Booking.com"])
    modes: tuple[Mode, ...]
    """How it can be kept up to date."""
    reads_our_calendar: bool
    usual_read_hours: int | None
    """How long it usually takes to read our calendar after a change."""
    usual_interval: int
    """Seconds between two reads of its calendars unless a channel says otherwise."""
    least_interval: int
    one_unit_per_type: bool
    """It connects a calendar only to a room type of one room."""
    most_links: int | None
    """How many calendars of one property it connects; null: no limit is known."""
    assumed: tuple[str, ...] = Field(examples=[["R10", "R12"]])
    """Rules of which something is only assumed of this platform, and not verified."""

    @classmethod
    def of(cls, one: Platform) -> Self:
        """The platform as JSON."""
        return cls(
            code=one.code, name=one.name, modes=tuple(mode for mode in Mode if mode in one.modes),
            reads_our_calendar=one.dialect is not None, usual_read_hours=one.usual_read_hours,
            usual_interval=one.usual_interval, least_interval=one.least_interval,
            one_unit_per_type=one.one_unit_per_type, most_links=one.most_links, assumed=one.assumed,
        )  # fmt: skip


class LinkAnswer(Answer):
    """A channel for one room or one room type."""

    id: int
    channel_id: int
    platform: str = Field(examples=["airbnb"])
    listing_id: int | None
    """The room; null where a room type is sold as one listing."""
    room_type_id: int | None
    name: str = Field(examples=["3"])
    """The room's name, or the type's code."""
    imports: bool
    """Whether a calendar of the platform is read for it. Its address is secret and never shown."""
    read_at: datetime | None
    """When the platform last read ours."""
    has_read: bool
    """Whether it has read what ours shows now."""

    @classmethod
    def of(cls, row: LinkRow) -> Self:
        """The row as JSON."""
        return cls(**_link(row))


class LinkMade(LinkAnswer):
    """A link, with the address of its calendar: whoever has that reads when the room is busy."""

    feed_url: str = Field(examples=["https://hotel.example/ics/f8Qk….ics"])
    """To be given to the platform, and to nobody else."""

    @classmethod
    def with_feed(cls, row: LinkRow, feed_url: str) -> Self:
        """The row and the address as JSON."""
        return cls(**_link(row), feed_url=feed_url)


class ChannelAnswer(Answer):
    """A platform as one property uses it. Times in seconds."""

    id: int
    property_id: int
    platform: str = Field(examples=["airbnb"])
    mode: str = Field(examples=["ical"])
    active: bool
    """False: paused. Nothing is read, nothing is freed, and our calendars go on being served."""
    interval: int = Field(examples=[1800])
    """Between two reads of its calendars."""
    alert_after: int = Field(examples=[1800])
    """Beyond the interval without a good read, staff are told."""
    inclusive_end: bool
    """Whether its calendars give the last night where others give the departure."""
    frees_unanswered: bool
    """Whether bookings that vanished in a mass are freed after a steady day when nobody answers."""
    exports: Exports | None
    """What its calendars were told to show, where they do not tell sales from closures."""
    links: int
    imports: int
    """How many of its links have a calendar that is read."""

    @classmethod
    def of(cls, row: ChannelRow) -> Self:
        """The row as JSON."""
        return cls(**_channel(row))


class ChannelDetail(ChannelAnswer):
    """A channel with its links."""

    linked: tuple[LinkAnswer, ...]

    @classmethod
    def with_links(cls, row: ChannelRow, links: tuple[LinkRow, ...]) -> Self:
        """The rows as JSON."""
        return cls(**_channel(row), linked=tuple(LinkAnswer.of(one) for one in links))


class ChannelChange(Order):
    """How a channel shall be set; what is left out stays, or is as usual for a new one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"interval": 3600}, {"active": False}]})

    mode: Mode | None = None
    interval: _Interval | None = None
    active: bool | None = None
    alert_after: _Alert | None = None
    inclusive_end: bool | None = None
    frees_unanswered: bool | None = None
    exports: Exports | None = None


class ChannelOrder(ChannelChange):
    """A channel to be made."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"property_id": 1, "platform": "airbnb"}]})

    property_id: Key
    platform: _Platform


class LinkOrder(Order):
    """A room, or a whole room type, to be linked: one of the two."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"listing_id": 3, "import_url": "https://www.airbnb.com/calendar/ical/1.ics?t=2"}]
        }
    )

    listing_id: Key | None = None
    room_type_id: Key | None = None
    import_url: Annotated[Line, Field(max_length=2000)] | None = None
    """The platform's calendar, to be read from now on; it is kept sealed and never shown again."""

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.listing_id is None) == (self.room_type_id is None):
            message = "listing_id or room_type_id"
            raise ValueError(message)
        return self


class RotateOrder(Order):
    """How a new address is given."""

    now: bool = False
    """End the old one at once: it has leaked. Else it serves until the new one has been read."""


class Rotated(LinkMade):
    """A link with its new address."""

    ended: int
    """Older addresses that ended at once."""

    @classmethod
    def rotated(cls, row: LinkRow, feed_url: str, ended: int) -> Self:
        """The outcome as JSON."""
        return cls(**_link(row), feed_url=feed_url, ended=ended)


class PullAsked(Answer):
    """A calendar that will be read as soon as there is room."""

    link_id: int
    asked_at: datetime


def _link(row: LinkRow) -> dict[str, object]:
    return {
        "id": row.link_id, "channel_id": row.channel_id, "platform": row.platform, "listing_id": row.room_id,
        "room_type_id": row.type_id, "name": row.name, "imports": row.imports, "read_at": row.read_at,
        "has_read": row.has_read,
    }  # fmt: skip


def _channel(row: ChannelRow) -> dict[str, object]:
    return {
        "id": row.channel_id, "property_id": row.property_id, "platform": row.platform, "mode": row.mode,
        "active": row.active, "interval": row.interval, "alert_after": row.alert_after,
        "inclusive_end": row.inclusive_end, "frees_unanswered": row.frees_unanswered, "exports": row.exports,
        "links": row.links, "imports": row.imports,
    }  # fmt: skip
