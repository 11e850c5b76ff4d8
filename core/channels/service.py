"""Channels of a property, their links to rooms, and the addresses of these."""

from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.channels import errors
from core.channels import events as happenings
from core.channels.models import Channel, ChannelLink
from core.db.work import UnitOfWork
from core.events import service as events
from core.events.service import By
from core.feeds import service as feeds
from core.feeds.models import FeedAddress
from core.properties.models import Room
from core.sealing import BrokenSeal, Sealer, fingerprint

SEALED_FOR = "channel_links.import_url"


def set_channel(work: UnitOfWork, property_id: int, platform: str, mode: str, interval: int, by: By) -> Channel:
    """Make or change the property's channel on `platform`; `interval` in seconds."""
    channel = work.session.scalar(
        select(Channel).where(Channel.property_id == property_id, Channel.platform == platform)
    )
    if channel is None:
        channel = Channel(property_id=property_id, platform=platform, made_at=work.now)
        work.session.add(channel)
    channel.mode, channel.interval = mode, interval
    work.session.flush()
    events.record(work, happenings.ChannelSet(platform, mode, interval), channel.id, property_id=property_id, by=by)
    return channel


def link_room(work: UnitOfWork, sealer: Sealer, channel: Channel, room: Room, by: By) -> ChannelLink:
    """Link a room that the channel does not have yet, and give its feed an address."""
    link = ChannelLink(channel_id=channel.id, channel=channel, room_id=room.id, room=room, made_at=work.now)
    work.session.add(link)
    work.session.flush()
    feeds.give_address(work, sealer, link.id)
    happening = happenings.LinkMade(channel.platform, room.name)
    events.record(work, happening, link.id, property_id=channel.property_id, by=by)
    return link


def set_import(
    work: UnitOfWork, sealer: Sealer, link: ChannelLink, url: str, by: By, public_url: str | None = None
) -> bool:
    """Read `url` for this link from now on; False when it does so already.

    Raises `OurOwnAddress` and `AddressLinked` (R17). `link` comes with its channel and room.
    """
    if import_url(sealer, link) == url:
        return False
    if _is_ours(work, url, public_url):
        raise errors.OurOwnAddress
    _refuse_linked(work, sealer, link, url)
    link.import_url = sealer.seal(url, SEALED_FOR)
    happening = happenings.ImportSet(link.channel.platform, link.room.name)
    events.record(work, happening, link.id, property_id=link.channel.property_id, by=by)
    return True


def import_url(sealer: Sealer, link: ChannelLink) -> str | None:
    """The calendar read for a link; None when there is none, or none that our key opens."""
    if link.import_url is None:
        return None
    try:
        return sealer.unseal(link.import_url, SEALED_FOR)
    except BrokenSeal:
        return None


def rotate(work: UnitOfWork, sealer: Sealer, link_id: int, by: By, *, now: bool = False) -> int:
    """Give a link's feed a new address; how many older ones ended.

    The older ones serve until the new one has been read, or end here when `now` (R8). Raises `NoSuchLink`.
    """
    link = work.session.scalar(
        select(ChannelLink)
        .where(ChannelLink.id == link_id)
        .options(joinedload(ChannelLink.channel), joinedload(ChannelLink.room))
    )
    if link is None:
        raise errors.NoSuchLink(link_id=link_id)
    token = feeds.give_address(work, sealer, link.id)
    work.session.flush()
    ended = feeds.end_addresses(work, link.id, but=fingerprint(token)) if now else 0
    happening = happenings.AddressRotated(link.channel.platform, link.room.name, ended)
    events.record(work, happening, link.id, property_id=link.channel.property_id, by=by)
    return ended


def _is_ours(work: UnitOfWork, url: str, public_url: str | None) -> bool:
    parts = urlsplit(url)
    if public_url is not None and parts.netloc == urlsplit(public_url).netloc:
        return parts.path.startswith("/ics/")
    token = parts.path.rpartition("/")[2].removesuffix(".ics")
    return work.session.get(FeedAddress, fingerprint(token)) is not None


def _refuse_linked(work: UnitOfWork, sealer: Sealer, link: ChannelLink, url: str) -> None:
    # Sealing the same text twice gives two different seals, so the addresses are compared opened.
    others = (
        select(ChannelLink)
        .where(ChannelLink.id != link.id, ChannelLink.import_url.is_not(None))
        .options(joinedload(ChannelLink.channel), joinedload(ChannelLink.room).joinedload(Room.property))
    )
    for other in work.session.scalars(others):
        theirs = import_url(sealer, other)
        if theirs is not None and same_calendar(theirs, url):
            raise errors.AddressLinked(
                platform=other.channel.platform, room=other.room.name, property=other.room.property.code
            )


def same_calendar(one: str, other: str) -> bool:
    """Whether two addresses lead to the same calendar: scheme and the host's letter case do not matter."""
    first, second = urlsplit(one), urlsplit(other)
    return (first.netloc.lower(), first.path, first.query) == (
        second.netloc.lower(),
        second.path,
        second.query,
    )
