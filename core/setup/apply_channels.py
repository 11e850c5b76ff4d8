"""Applying `[[channel]]` and its links."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.channels import errors
from core.channels import service as channels
from core.channels.models import Channel, ChannelLink
from core.channels.settings import Wanted, usual
from core.db.work import UnitOfWork
from core.events.service import By
from core.platforms.base import Mode
from core.platforms.registry import PLATFORMS
from core.properties.models import Property, Room
from core.sealing import Sealer
from core.setup.account import Account, What
from core.setup.document import ChannelEntry, Document, LinkEntry, folded, nearest
from core.setup.errors import Why

_KEYS = {"frees_unanswered": "when_unanswered"}
"""What the file calls a column that has another name."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What every step here needs."""

    work: UnitOfWork
    sealer: Sealer
    place: Property
    account: Account
    by: By
    public_url: str | None


def set_channels(setting: Setting, document: Document) -> None:
    """Make and change the channels and links of the file; name those that it leaves out."""
    session = setting.work.session
    query = select(Channel).where(Channel.property_id == setting.place.id).order_by(Channel.id)
    before = {one.platform: one for one in session.scalars(query)}
    rooms = session.scalars(select(Room).where(Room.property_id == setting.place.id).order_by(Room.position))
    by_name = {folded(room.name): room for room in rooms}
    links: list[tuple[ChannelLink, LinkEntry]] = []
    for entry in document.channels:
        channel = _set_channel(setting, before.get(entry.platform), entry)
        links += _set_links(setting, channel, entry, by_name)
    _set_imports(setting, links)
    named = {entry.platform for entry in document.channels}
    for platform in before:
        if platform not in named:
            setting.account.keep(What.CHANNEL_KEPT, platform=platform)


def _set_channel(setting: Setting, channel: Channel | None, entry: ChannelEntry) -> Channel:
    done = channels.set_channel(setting.work, setting.place.id, entry.platform, entry.wanted, setting.by)
    made = done.channel
    if done.made:
        setting.account.change(What.CHANNEL_MADE, platform=made.platform, mode=made.mode, interval=made.interval)
    elif done.changed:
        now = {_KEYS.get(name, name): _value(made, name) for name in done.changed}
        setting.account.change(What.CHANNEL_CHANGED, platform=made.platform, settings=now)
    if channel is not None:
        _name_settings(setting, made, entry.wanted)
    return made


def _name_settings(setting: Setting, channel: Channel, wanted: Wanted) -> None:
    """Name the settings that the file leaves out and that are not as usual."""
    said = {name for name, _ in wanted.given()}
    ordinary = usual(PLATFORMS[channel.platform], channel.mode).given()
    odd = [name for name, value in ordinary if name not in said and getattr(channel, name) != value]
    if odd:
        kept = {_KEYS.get(name, name): _value(channel, name) for name in odd}
        setting.account.keep(What.SETTINGS_KEPT, platform=channel.platform, settings=kept)


def _value(channel: Channel, name: str) -> object:
    """A setting as the file says it; times in seconds."""
    if name == "frees_unanswered":
        return "free" if channel.frees_unanswered else "keep"
    value: object = getattr(channel, name)
    return value


def _set_links(
    setting: Setting, channel: Channel, entry: ChannelEntry, rooms: dict[str, Room]
) -> list[tuple[ChannelLink, LinkEntry]]:
    query = (
        select(ChannelLink)
        .where(ChannelLink.channel_id == channel.id)
        .options(joinedload(ChannelLink.room), joinedload(ChannelLink.channel))
        .order_by(ChannelLink.id)
    )
    linked = {one.room_id: one for one in setting.work.session.scalars(query)}
    found: list[tuple[ChannelLink, LinkEntry]] = []
    for wanted in entry.links:
        room = rooms.get(folded(wanted.room))
        if room is None:
            known = nearest(wanted.room, [one.name for one in rooms.values()])
            path = (*wanted.path, "room")
            setting.account.fault(path, Why.UNKNOWN_ROOM, value=wanted.room, nearest=known)
            continue
        if room.id not in linked:
            linked[room.id] = channels.link_room(setting.work, setting.sealer, channel, room, setting.by)
            setting.account.change(What.LINK_MADE, platform=channel.platform, room=room.name)
        found.append((linked[room.id], wanted))
    named = {link.room_id for link, _ in found}
    for room_id, link in linked.items():
        if room_id not in named:
            setting.account.keep(What.LINK_KEPT, platform=channel.platform, room=link.room.name)
    without = [one.name for one in rooms.values() if one.id not in linked and one.removed_at is None]
    if channel.mode == Mode.ICAL and without:
        setting.account.note(What.ROOMS_WITHOUT_LINK, platform=channel.platform, rooms=without)
    most = PLATFORMS[channel.platform].most_links
    if most is not None and len(linked) > most:
        setting.account.note(What.TOO_MANY_LINKS, platform=channel.platform, most=most, count=len(linked))
    return found


def _set_imports(setting: Setting, links: list[tuple[ChannelLink, LinkEntry]]) -> None:
    wanted = [
        (link, entry, entry.import_url)
        for link, entry in links
        if entry.import_url is not None and channels.import_url(setting.sealer, link) != entry.import_url
    ]
    # Emptied first, so that two rooms may swap their calendars in one file.
    for link, _, _ in wanted:
        link.import_url = None
    setting.work.session.flush()
    for link, entry, url in wanted:
        path = (*entry.path, "import_url")
        try:
            channels.set_import(setting.work, setting.sealer, link, url, setting.by, setting.public_url)
        except errors.OurOwnAddress:
            setting.account.fault(path, Why.OUR_OWN_ADDRESS)
        except errors.AddressLinked as error:
            setting.account.fault(path, Why.ADDRESS_LINKED, **error.facts)
        except errors.AnotherPlatform as error:
            setting.account.fault(path, Why.ANOTHER_PLATFORM, **error.facts)
        else:
            setting.account.change(What.IMPORT_SET, platform=link.channel.platform, room=link.room.name)
