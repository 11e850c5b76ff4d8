"""Telling a channel something at once. No platform has an interface here yet, which is said with what to do instead."""

from enum import StrEnum

from sqlalchemy import select

from core.channels import errors
from core.channels.models import Channel
from core.db.work import UnitOfWork
from core.platforms.base import Mode
from core.properties.errors import NoSuchType
from core.properties.models import RoomType


class Instead(StrEnum):
    """What brings the channel up to date where nothing can be sent."""

    FEED = "feed"
    """Its platform reads our calendar."""
    BY_HAND = "by_hand"


def push_availability(work: UnitOfWork, channel: Channel, room_type: str) -> None:
    """Send how many rooms of a type (by its code) are free. Raises `NoSuchType` and `NoInterface`."""
    _must_have(work, channel, room_type)
    instead = Instead.FEED if channel.mode == Mode.ICAL else Instead.BY_HAND
    raise errors.NoInterface(platform=channel.platform, mode=channel.mode, instead=instead)


def push_rate(work: UnitOfWork, channel: Channel, room_type: str) -> None:
    """Send what a night in a type costs; a calendar knows no prices. Raises `NoSuchType` and `NoInterface`."""
    _must_have(work, channel, room_type)
    raise errors.NoInterface(platform=channel.platform, mode=channel.mode, instead=Instead.BY_HAND)


def _must_have(work: UnitOfWork, channel: Channel, room_type: str) -> None:
    of_code = select(RoomType.id).where(RoomType.property_id == channel.property_id, RoomType.code == room_type)
    if work.session.scalar(of_code) is None:
        raise NoSuchType(room_type=room_type)
