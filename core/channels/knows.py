"""What each channel knows of a room: told by feed (read since?), or only by a person."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.channels.models import Channel, ChannelLink
from core.channels.views import Knows
from core.platforms.base import Mode
from core.platforms.registry import PLATFORMS


def channels_of(session: Session, property_id: int, versions: Mapping[int, int]) -> tuple[Knows, ...]:
    """What the channels of a property know of the rooms in `versions` (feed versions of the change, by room id).

    One row a channel; a channel with several of the rooms has read the change when it has read all of them.
    """
    query = (
        select(Channel, ChannelLink)
        .outerjoin(ChannelLink, (ChannelLink.channel_id == Channel.id) & ChannelLink.room_id.in_(list(versions)))
        .where(Channel.property_id == property_id)
        .order_by(Channel.id)
    )
    found: dict[int, Knows] = {}
    for channel, link in session.execute(query):
        knows = _knows(channel, link, versions)
        earlier = found.get(channel.id)
        if earlier is not None and not earlier.has_read:
            continue
        found[channel.id] = knows
    return tuple(found.values())


def _knows(channel: Channel, link: ChannelLink | None, versions: Mapping[int, int]) -> Knows:
    platform = PLATFORMS[channel.platform]
    if link is None or channel.mode != Mode.ICAL:
        return Knows(platform, channel.mode, linked=False, read_at=None, has_read=False)
    has_read = link.read_at is not None and link.read_version >= versions[link.room_id]
    return Knows(platform, channel.mode, linked=True, read_at=link.read_at, has_read=has_read)
