"""What each channel knows of some rooms: told by feed (read since?), or only by a person."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import BindParameter, bindparam, or_, select
from sqlalchemy.orm import Session

from core.channels.models import Channel, ChannelLink
from core.channels.views import Knows
from core.db.prepared import Prepared, run
from core.feeds import types
from core.platforms.base import Mode
from core.platforms.registry import PLATFORMS
from core.properties.models import Room, RoomType
from core.values.nights import from_pairs

_ROOMS: BindParameter[int] = bindparam("rooms", expanding=True)
_CHANNELS = Prepared(
    select(
        Channel.id, Channel.platform, Channel.mode, ChannelLink.id.label("link_id"), ChannelLink.room_id,
        ChannelLink.type_id, ChannelLink.read_at, ChannelLink.read_version,
    )
    .outerjoin(
        ChannelLink,
        (ChannelLink.channel_id == Channel.id)
        & or_(
            ChannelLink.room_id.in_(_ROOMS),
            ChannelLink.type_id.in_(select(Room.type_id).where(Room.id.in_(_ROOMS))),
        ),
    )
    .where(Channel.property_id == bindparam("property_id"))
    .order_by(Channel.id)
)  # fmt: skip


class _Row(NamedTuple):
    """A channel with one of its links that sell the rooms, or with none."""

    channel_id: int
    platform: str
    mode: str
    link_id: int | None
    room_id: int | None
    type_id: int | None
    read_at: datetime | None
    read_version: int | None


def channels_of(
    session: Session, property_id: int, versions: Mapping[int, int], nights: Collection[date] = ()
) -> tuple[Knows, ...]:
    """What the channels of a property know of the rooms in `versions` (feed versions of the change, by room id).

    `nights` are those of the change: where a whole type is sold its feed says only whether any room of it is left
    (R3). One row a channel; one with several of the rooms has read the change when it has read all of them.
    """
    found: dict[int, list[Knows]] = {}
    for row in run(session, _CHANNELS, {"property_id": property_id, "rooms": list(versions)}):
        one = _Row(*row)
        found.setdefault(one.channel_id, []).append(_knows(session, one, versions, nights))
    return tuple(_least(several) for several in found.values())


def _knows(session: Session, row: _Row, versions: Mapping[int, int], nights: Collection[date]) -> Knows:
    platform = PLATFORMS[row.platform]
    if row.mode != Mode.ICAL or row.link_id is None:
        return Knows(platform, row.mode, linked=False, read_at=None, has_read=False)
    if row.type_id is not None:
        return _of_type(session, row, row.link_id, row.type_id, nights)
    has_read = row.read_at is not None and (row.read_version or 0) >= versions[row.room_id or 0]
    return Knows(platform, row.mode, linked=True, read_at=row.read_at, has_read=has_read)


def _of_type(session: Session, row: _Row, link_id: int, type_id: int, nights: Collection[date]) -> Knows:
    """Of a type its channel has read what it has to when it has read just the nights busy on which nothing is left."""
    left = types.left(session, type_id, nights, link_id)
    read_nights = session.scalar(select(ChannelLink.read_nights).where(ChannelLink.id == link_id)) or []
    read = {night for run_ in from_pairs(read_nights) for night in run_}.intersection(nights)
    has_read = row.read_at is not None and read == {night for night in nights if left[night] <= 0}
    name = session.scalar(select(RoomType.name).where(RoomType.id == type_id))
    return Knows(
        PLATFORMS[row.platform], row.mode, linked=True, read_at=row.read_at, has_read=has_read,
        left=max(0, min(left.values(), default=0)), type_name=name,
    )  # fmt: skip


def _least(several: Iterable[Knows]) -> Knows:
    """Of what a channel knows by several links the least: a closing that it has not read, before one it has."""
    return min(several, key=lambda one: (not one.linked, one.has_read, bool(one.left)))
