"""Channels of a property, their links to rooms and types, and the addresses of these."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from core.channels import errors, importing, settings
from core.channels import events as happenings
from core.channels.addresses import calendar_address
from core.channels.models import Channel, ChannelLink, LinkImport
from core.channels.settings import Exports, Wanted
from core.db.work import UnitOfWork
from core.events import service as events
from core.events.service import By
from core.feeds import service as feeds
from core.imports import timetable
from core.platforms.base import Mode
from core.platforms.registry import PLATFORMS
from core.properties.models import Property, Room, RoomType
from core.sealing import Sealer, fingerprint

SEALED_FOR = importing.SEALED_FOR
_WHOLE = (joinedload(ChannelLink.channel), joinedload(ChannelLink.room), joinedload(ChannelLink.type))
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


def exports_closures(work: UnitOfWork, channel: Channel, by: By) -> bool:
    """Somebody found a closure of ours in a calendar that does not tell what it shows (R10); False when known."""
    changed = _set(channel, Wanted(exports=Exports.EVERYTHING))
    if changed:
        _tell(work, channel, changed, by, made=False)
    return bool(changed)


def link_for(
    work: UnitOfWork, sealer: Sealer, property_id: int, platform: str, what: Room | RoomType, by: By
) -> ChannelLink:
    """The link of a room or a type with a platform, made when it is missing, as the channel is; with both of them.

    A channel that was kept by hand is kept by calendars from now on. Raises `NoSuchPlatform`, `ModeNotThere` where
    the platform has no calendars, `KeptByMachine`, `RoomNotLet` where a removed room would be linked anew, and what
    `make_link` raises.
    """
    if what.property_id != property_id:
        raise errors.NoSuchLink(platform=platform, room=what.name)
    channel = _channel(work, property_id, platform)
    if channel is not None and channel.mode in (Mode.API, Mode.CHANNEX):
        raise errors.KeptByMachine(platform=platform, mode=channel.mode)
    channel = set_channel(work, property_id, platform, Wanted(mode=Mode.ICAL), by).channel
    column = ChannelLink.room_id if isinstance(what, Room) else ChannelLink.type_id
    query = select(ChannelLink).where(ChannelLink.channel_id == channel.id, column == what.id).options(*_WHOLE)
    link = work.session.scalar(query)
    if link is None and isinstance(what, Room) and what.removed_at is not None:
        raise errors.RoomNotLet(room=what.name)
    return link or make_link(work, sealer, channel, what, by)


def make_link(work: UnitOfWork, sealer: Sealer, channel: Channel, what: Room | RoomType, by: By) -> ChannelLink:
    """Link a room or a type that the channel does not have yet, and give its feed an address.

    Raises what `may_link_type` raises.
    """
    link = ChannelLink(channel_id=channel.id, channel=channel, made_at=work.now)
    if isinstance(what, Room):
        link.room_id, link.room, link.type = what.id, what, None
    else:
        may_link_type(work, channel.platform, what)
        link.type_id, link.type, link.room = what.id, what, None
    work.session.add(link)
    work.session.flush()
    feeds.give_address(work, sealer, link.id)
    happening = happenings.LinkMade(channel.platform, link.linked.room, link.linked.type)
    events.record(work, happening, link.id, property_id=channel.property_id, by=by)
    return link


def may_link_type(work: UnitOfWork, platform: str, kind: RoomType) -> None:
    """Raise `OneUnitPerType` or `TypeNotLet` when the platform cannot sell the type by one calendar (R3)."""
    let = select(func.count()).select_from(Room).where(Room.type_id == kind.id, Room.removed_at.is_(None))
    rooms = work.session.scalar(let) or 0
    if not rooms:
        raise errors.TypeNotLet(type=kind.code)
    if rooms > 1 and PLATFORMS[platform].one_unit_per_type:
        raise errors.OneUnitPerType(platform=platform, type=kind.code, rooms=rooms)


def set_import(
    work: UnitOfWork, sealer: Sealer, link: ChannelLink, url: str, by: By, public_url: str | None = None
) -> bool:
    """Read `url` for this link from now on, at once the first time; False when it does so already.

    What the link knew of an earlier address stays and is matched again by the next read (R17). Raises
    `NoCalendarAddress`, `AnotherPlatform`, `OurOwnAddress` and `AddressLinked`. `link` comes with its channel and with
    its room or type.
    """
    url = calendar_address(url)
    if import_url(sealer, link) == url:
        return False
    importing.may_read(work, sealer, link, url, public_url)
    importing.keep(work, sealer, link, url)
    _look_anew(work, link.id, elsewhere=True)
    _keep_time(work, link.channel, link.id, soon=True)
    happening = happenings.ImportSet(link.channel.platform, link.linked.room, link.linked.type)
    events.record(work, happening, link.id, property_id=link.channel.property_id, by=by)
    return True


def import_url(sealer: Sealer, link: ChannelLink) -> str | None:
    """The calendar read for a link; None when there is none, or none that our key opens."""
    return importing.address_of(sealer, link)


def rotate(work: UnitOfWork, sealer: Sealer, link_id: int, by: By, *, now: bool = False) -> int:
    """Give a link's feed a new address; how many older ones ended.

    The older ones serve until the new one has been read, or end here when `now` (R8). Raises `NoSuchLink`.
    """
    link = work.session.scalar(select(ChannelLink).where(ChannelLink.id == link_id).options(*_WHOLE))
    if link is None:
        raise errors.NoSuchLink(link_id=link_id)
    token = feeds.give_address(work, sealer, link.id)
    work.session.flush()
    ended = feeds.end_addresses(work, link.id, but=fingerprint(token)) if now else 0
    happening = happenings.AddressRotated(link.channel.platform, link.linked.room, link.linked.type, ended)
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
                channel.inclusive_end, channel.frees_unanswered, channel.exports,
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
