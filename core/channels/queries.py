"""The channels of a property and their links, as lists show them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.channels.models import Channel, ChannelLink
from core.channels.views import Linked
from core.feeds.models import FeedAddress
from core.feeds.versions import version_of
from core.properties.models import Room, RoomType


@dataclass(frozen=True, slots=True)
class ChannelView:
    """One channel and how it is set. Times in seconds."""

    channel_id: int
    platform: str
    mode: str
    interval: int
    active: bool
    """False: paused."""
    alert_after: int
    """Beyond the interval."""
    inclusive_end: bool
    frees_unanswered: bool
    exports: str | None
    links: int
    imports: int
    """How many of its links have a calendar that is to be read."""


@dataclass(frozen=True, slots=True)
class LinkView:
    """One link: what it joins, and how far its channel has read."""

    link_id: int
    platform: str
    mode: str
    room: str | None
    """Its name; None where a whole type is linked."""
    type: str | None
    """The type's code; None where a room is linked."""
    type_name: str | None
    imports: bool
    """Whether a calendar is read for it."""
    read_at: datetime | None
    """The last read that counts (R7)."""
    read_version: int
    version: int
    """The feed's version now; read means `read_version` has come so far."""
    addresses: int
    """Addresses that serve: none when they were ended, two while the new one of a rotation is unread."""

    @property
    def linked(self) -> Linked:
        """What it joins to its channel."""
        return Linked(self.room, self.type, self.type_name)

    @property
    def has_read(self) -> bool:
        """Whether the channel has read what the feed shows now."""
        return self.read_at is not None and self.read_version >= self.version


def channels(session: Session, property_id: int) -> tuple[ChannelView, ...]:
    """The channels of a property in the order they were made."""
    query = (
        select(Channel, func.count(ChannelLink.id), func.count(ChannelLink.import_url))
        .outerjoin(ChannelLink, ChannelLink.channel_id == Channel.id)
        .where(Channel.property_id == property_id)
        .group_by(Channel.id)
        .order_by(Channel.id)
    )
    return tuple(
        ChannelView(
            one.id, one.platform, one.mode, one.interval, one.active, one.alert_after, one.inclusive_end,
            one.frees_unanswered, one.exports, links, imports,
        )
        for one, links, imports in session.execute(query)
    )  # fmt: skip


def links(session: Session, property_id: int) -> tuple[LinkView, ...]:
    """The links of a property, by platform: those of rooms in their order, then those of types."""
    serving = (
        select(func.count())
        .select_from(FeedAddress)
        .where(FeedAddress.link_id == ChannelLink.id, FeedAddress.ended_at.is_(None))
        .correlate(ChannelLink)
        .scalar_subquery()
    )
    query = (
        select(
            ChannelLink.id, Channel.platform, Channel.mode, Room.name, RoomType.code, RoomType.name,
            ChannelLink.import_url.is_not(None), ChannelLink.read_at, ChannelLink.read_version,
            func.coalesce(version_of(), 1), serving,
        )
        .join(Channel, Channel.id == ChannelLink.channel_id)
        .outerjoin(Room, Room.id == ChannelLink.room_id)
        .outerjoin(RoomType, RoomType.id == ChannelLink.type_id)
        .where(Channel.property_id == property_id)
        .order_by(Channel.id, RoomType.id.is_not(None), RoomType.id, Room.position, Room.id)
    )  # fmt: skip
    # Of an outer join any may be missing, which the types of a query do not tell.
    rows: list[tuple[Any, ...]] = [(*row,) for row in session.execute(query)]
    return tuple(LinkView(*row) for row in rows)
