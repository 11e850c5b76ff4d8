"""Channels of a property, their links to rooms, and the addresses of these."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.channels import errors, settings
from core.channels import events as happenings
from core.channels.addresses import calendar_address, same_calendar
from core.channels.models import Channel, ChannelLink, LinkImport
from core.channels.settings import Wanted
from core.db.work import UnitOfWork
from core.events import service as events
from core.events.service import By
from core.feeds import service as feeds
from core.feeds.models import FeedAddress
from core.imports import timetable
from core.platforms.base import Mode
from core.platforms.registry import PLATFORMS, at
from core.properties.models import Property, Room
from core.sealing import BrokenSeal, Sealer, fingerprint

SEALED_FOR = "channel_links.import_url"
_TIMES = frozenset({"mode", "interval", "active"})
"""The settings that say whether, and how often, calendars are read."""


@dataclass(frozen=True, slots=True)
class ChannelChange:
    """What setting a channel did; `changed` names the columns, all of them when it is new."""

    channel: Channel
    made: bool
    changed: tuple[str, ...]


def set_channel(work: UnitOfWork, property_id: int, platform: str, wanted: Wanted, by: By) -> ChannelChange:
    """Make or change the property's channel on `platform`; what `wanted` leaves out stays, or is as usual.

    Raises `NoSuchPlatform`, and what `settings.may_set` raises. Its calendars are read at the new pace from now on.
    """
    known = PLATFORMS.get(platform)
    if known is None:
        raise errors.NoSuchPlatform(platform=platform)
    settings.may_set(known, wanted)
    _one_at_a_time(work, property_id)
    channel = _channel(work, property_id, platform)
    made = channel is None
    if channel is None:
        usual = settings.usual(known, wanted.mode or (Mode.ICAL if known.dialect else Mode.MANUAL))
        channel = Channel(property_id=property_id, platform=platform, made_at=work.now, **dict(usual.given()))
        work.session.add(channel)
    changed = _set(channel, wanted)
    if made:
        work.session.flush()
        changed = [name for name, _ in settings.usual(known, channel.mode).given()]
    if changed:
        _tell(work, channel, changed, by, made=made)
        _follow(work, channel, changed)
    return ChannelChange(channel, made, tuple(changed))


def set_interval(work: UnitOfWork, property_id: int, platform: str, seconds: int, by: By) -> bool:
    """Read the calendars of a channel every `seconds`; False when that is so already.

    Raises `NoSuchChannel` and `IntervalOutOfRange`.
    """
    return _change(work, property_id, platform, Wanted(interval=seconds), by)


def pause(work: UnitOfWork, property_id: int, platform: str, by: By) -> bool:
    """Read nothing of a channel until it is resumed; nothing is freed and its feeds go on (R6).

    False when it is paused already. Raises `NoSuchChannel`.
    """
    return _change(work, property_id, platform, Wanted(active=False), by)


def resume(work: UnitOfWork, property_id: int, platform: str, by: By) -> bool:
    """Read the calendars of a paused channel again, at once; False when it is not paused. Raises `NoSuchChannel`."""
    return _change(work, property_id, platform, Wanted(active=True), by)


def link_for(work: UnitOfWork, sealer: Sealer, property_id: int, platform: str, room: Room, by: By) -> ChannelLink:
    """The link of a room with a platform, made when it is missing, as the channel is; with its channel and room.

    A channel that was kept by hand is kept by calendars from now on. Raises `NoSuchPlatform`, `ModeNotThere` where
    the platform has no calendars, `KeptByMachine`, and `RoomNotLet` where a removed room would be linked anew.
    """
    if room.property_id != property_id:
        raise errors.NoSuchLink(platform=platform, room=room.name)
    channel = _channel(work, property_id, platform)
    if channel is not None and channel.mode in (Mode.API, Mode.CHANNEX):
        raise errors.KeptByMachine(platform=platform, mode=channel.mode)
    channel = set_channel(work, property_id, platform, Wanted(mode=Mode.ICAL), by).channel
    query = (
        select(ChannelLink)
        .where(ChannelLink.channel_id == channel.id, ChannelLink.room_id == room.id)
        .options(joinedload(ChannelLink.channel), joinedload(ChannelLink.room))
    )
    link = work.session.scalar(query)
    if link is None and room.removed_at is not None:
        raise errors.RoomNotLet(room=room.name)
    return link or link_room(work, sealer, channel, room, by)


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
    """Read `url` for this link from now on, at once the first time; False when it does so already.

    What the link knew of an earlier address stays and is matched again by the next read (R17). Raises
    `NoCalendarAddress`, `AnotherPlatform`, `OurOwnAddress` and `AddressLinked`. `link` comes with its channel and room.
    """
    url = calendar_address(url)
    if import_url(sealer, link) == url:
        return False
    _refuse_other(link, url)
    if _is_ours(work, url, public_url):
        raise errors.OurOwnAddress
    _refuse_linked(work, sealer, link, url)
    link.import_url = sealer.seal(url, SEALED_FOR)
    work.session.flush()
    _look_anew(work, link.id, elsewhere=True)
    _keep_time(work, link.channel, link.id, soon=True)
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


def _one_at_a_time(work: UnitOfWork, property_id: int) -> None:
    # Two people who connect at once would make one channel twice. The weaker lock: others write events meanwhile.
    place = select(Property.id).where(Property.id == property_id)
    work.session.execute(place.with_for_update(key_share=True))


def _channel(work: UnitOfWork, property_id: int, platform: str) -> Channel | None:
    query = select(Channel).where(Channel.property_id == property_id, Channel.platform == platform)
    return work.session.scalar(query)


def _change(work: UnitOfWork, property_id: int, platform: str, wanted: Wanted, by: By) -> bool:
    """Change a channel that is there. One whose platform is no longer installed can still be paused."""
    _one_at_a_time(work, property_id)
    channel = _channel(work, property_id, platform)
    if channel is None:
        raise errors.NoSuchChannel(platform=platform)
    settings.may_set(PLATFORMS[platform], wanted)
    changed = _set(channel, wanted)
    if changed:
        _tell(work, channel, changed, by, made=False)
        _follow(work, channel, changed)
    return bool(changed)


def _set(channel: Channel, wanted: Wanted) -> list[str]:
    changed = [name for name, value in wanted.given() if getattr(channel, name) != value]
    for name in changed:
        setattr(channel, name, getattr(wanted, name))
    return changed


def _tell(work: UnitOfWork, channel: Channel, changed: list[str], by: By, *, made: bool) -> None:
    told: list[events.Happening] = []
    if made or set(changed) - {"active"}:
        told.append(
            happenings.ChannelSet(
                channel.platform, channel.mode, channel.interval, channel.alert_after,
                channel.inclusive_end, channel.frees_unanswered,
            )
        )  # fmt: skip
    if not channel.active and "active" in changed:
        told.append(happenings.ChannelPaused(channel.platform))
    elif "active" in changed and not made:
        told.append(happenings.ChannelResumed(channel.platform))
    for happening in told:
        events.record(work, happening, channel.id, property_id=channel.property_id, by=by)


def _follow(work: UnitOfWork, channel: Channel, changed: list[str]) -> None:
    """Let the reading of a channel's calendars follow its settings."""
    work.session.flush()
    linked = select(ChannelLink.id).where(ChannelLink.channel_id == channel.id, ChannelLink.import_url.is_not(None))
    for link_id in work.session.scalars(linked.order_by(ChannelLink.id)).all():
        if "inclusive_end" in changed:
            _look_anew(work, link_id, elsewhere=False)
        if _TIMES & set(changed):
            _keep_time(work, channel, link_id, soon=bool({"mode", "active"} & set(changed)))


def _keep_time(work: UnitOfWork, channel: Channel, link_id: int, *, soon: bool) -> None:
    if channel.active and channel.mode == Mode.ICAL:
        timetable.schedule(work, link_id, timedelta(seconds=channel.interval), soon=soon)
    else:
        timetable.unschedule(work, link_id)


def _look_anew(work: UnitOfWork, link_id: int, *, elsewhere: bool) -> None:
    """Let the next look read every line, whatever the last one said; `elsewhere`: at another address.

    Counting it as a look makes a result that is still on its way stale: it was read elsewhere, or read differently.
    """
    row = work.session.get(LinkImport, link_id, with_for_update=True)
    if row is None:
        work.session.add(LinkImport(link_id=link_id))
        work.session.flush()
        return
    row.looks += 1
    row.etag = row.last_modified = row.fingerprint = None
    if elsewhere:
        row.failures, row.trouble, row.run_id = 0, None, None
        row.alerts, row.alerted_at = 0, None


def _refuse_other(link: ChannelLink, url: str) -> None:
    platform, other = link.channel.platform, at(url)
    if other is not None and other.code != platform:
        raise errors.AnotherPlatform(platform=platform, other=other.code)


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
