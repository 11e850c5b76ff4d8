"""Channels and links as the API lists them, page by page."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from core.channels.models import Channel, ChannelLink
from core.feeds.versions import version_of
from core.properties.models import Room, RoomType


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """One channel of one property and how it is set. Times in seconds."""

    channel_id: int
    property_id: int
    platform: str
    mode: str
    interval: int
    active: bool
    alert_after: int
    inclusive_end: bool
    frees_unanswered: bool
    exports: str | None
    links: int
    imports: int
    """How many of its links have a calendar that is to be read."""


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One link: what it joins, whether a calendar is read for it, and how far its channel has read ours."""

    link_id: int
    property_id: int
    channel_id: int
    platform: str
    room_id: int | None
    type_id: int | None
    name: str
    """Of the room, or the type's code."""
    imports: bool
    read_at: datetime | None
    """The last read that counts (R7)."""
    read_version: int
    version: int

    @property
    def has_read(self) -> bool:
        """Whether the channel has read what the feed shows now."""
        return self.read_at is not None and self.read_version >= self.version


def channels(session: Session, property_ids: Collection[int], after: int, limit: int) -> tuple[ChannelRow, ...]:
    """Up to `limit` channels of these properties whose ids come after `after`, by id."""
    return _channels(session, Channel.property_id.in_(property_ids) & (Channel.id > after), limit)


def channel(session: Session, channel_id: int) -> ChannelRow | None:
    """One channel."""
    return next(iter(_channels(session, Channel.id == channel_id, 1)), None)


def links(session: Session, channel_id: int) -> tuple[LinkRow, ...]:
    """The links of a channel: those of rooms in their order, then those of types."""
    ordered = _links().where(Channel.id == channel_id).order_by(RoomType.id.is_not(None), Room.position, ChannelLink.id)
    return tuple(_link(row) for row in session.execute(ordered))


def link(session: Session, link_id: int) -> LinkRow | None:
    """One link."""
    row = session.execute(_links().where(ChannelLink.id == link_id)).one_or_none()
    return _link(row) if row is not None else None


def _channels(session: Session, which: ColumnElement[bool], limit: int) -> tuple[ChannelRow, ...]:
    query = (
        select(Channel, func.count(ChannelLink.id), func.count(ChannelLink.import_url))
        .outerjoin(ChannelLink, ChannelLink.channel_id == Channel.id)
        .where(which)
        .group_by(Channel.id)
        .order_by(Channel.id)
        .limit(limit)
    )
    return tuple(
        ChannelRow(
            one.id, one.property_id, one.platform, one.mode, one.interval, one.active, one.alert_after,
            one.inclusive_end, one.frees_unanswered, one.exports, links, imports,
        )
        for one, links, imports in session.execute(query)
    )  # fmt: skip


def _links() -> Select[*tuple[Any, ...]]:
    return (
        select(
            ChannelLink.id, Channel.property_id, Channel.id, Channel.platform, ChannelLink.room_id,
            ChannelLink.type_id, func.coalesce(Room.name, RoomType.code), ChannelLink.import_url.is_not(None),
            ChannelLink.read_at, ChannelLink.read_version, func.coalesce(version_of(), 1),
        )
        .join(Channel, Channel.id == ChannelLink.channel_id)
        .outerjoin(Room, Room.id == ChannelLink.room_id)
        .outerjoin(RoomType, RoomType.id == ChannelLink.type_id)
    )  # fmt: skip


def _link(row: Any) -> LinkRow:  # noqa: ANN401 - of an outer join any may be missing, which its types do not tell.
    return LinkRow(*row)
