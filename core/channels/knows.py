"""What each channel knows of a room: told by feed (read since?), or only by a person."""

from collections.abc import Mapping

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.channels.models import Channel, ChannelLink
from core.channels.views import Knows
from core.db.prepared import run
from core.platforms.base import Mode
from core.platforms.registry import PLATFORMS

_CHANNELS = (
    select(
        Channel.id, Channel.platform, Channel.mode, ChannelLink.room_id, ChannelLink.read_at, ChannelLink.read_version
    )
    .outerjoin(
        ChannelLink,
        (ChannelLink.channel_id == Channel.id) & ChannelLink.room_id.in_(bindparam("rooms", expanding=True)),
    )
    .where(Channel.property_id == bindparam("property_id"))
    .order_by(Channel.id)
)


def channels_of(session: Session, property_id: int, versions: Mapping[int, int]) -> tuple[Knows, ...]:
    """What the channels of a property know of the rooms in `versions` (feed versions of the change, by room id).

    One row a channel; a channel with several of the rooms has read the change when it has read all of them.
    """
    found: dict[int, Knows] = {}
    rows = run(session, _CHANNELS, {"property_id": property_id, "rooms": list(versions)})
    for channel_id, code, mode, room_id, read_at, read_version in rows:
        earlier = found.get(channel_id)
        if earlier is not None and not earlier.has_read:
            continue
        linked = mode == Mode.ICAL and room_id is not None
        has_read = linked and read_at is not None and read_version >= versions[room_id]
        found[channel_id] = Knows(
            PLATFORMS[code], mode, linked=linked, read_at=read_at if linked else None, has_read=has_read
        )
    return tuple(found.values())
