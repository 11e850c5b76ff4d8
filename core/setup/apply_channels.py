"""Applying `[[channel]]` and its links."""

from collections.abc import Mapping
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
from core.properties.models import Property, Room, RoomType
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


@dataclass(frozen=True, slots=True)
class House:
    """What may be linked, by the name or code it is called by, folded."""

    rooms: Mapping[str, Room]
    types: Mapping[str, RoomType]


_Set = tuple[ChannelLink, LinkEntry]
"""A link and what the file says of it."""
_Key = tuple[int | None, int | None]
"""The room or the type of a link."""


def set_channels(setting: Setting, document: Document) -> None:
    """Make and change the channels and links of the file; name those that it leaves out."""
    session = setting.work.session
    query = select(Channel).where(Channel.property_id == setting.place.id).order_by(Channel.id)
    before = {one.platform: one for one in session.scalars(query)}
    rooms = session.scalars(select(Room).where(Room.property_id == setting.place.id).order_by(Room.position))
    types = session.scalars(select(RoomType).where(RoomType.property_id == setting.place.id).order_by(RoomType.id))
    house = House({folded(room.name): room for room in rooms}, {folded(kind.code): kind for kind in types})
    links: list[_Set] = []
    for entry in document.channels:
        channel = _set_channel(setting, before.get(entry.platform), entry)
        links += _set_links(setting, channel, entry, house)
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


def _set_links(setting: Setting, channel: Channel, entry: ChannelEntry, house: House) -> list[_Set]:
    query = (
        select(ChannelLink)
        .where(ChannelLink.channel_id == channel.id)
        .options(joinedload(ChannelLink.room), joinedload(ChannelLink.type), joinedload(ChannelLink.channel))
        .order_by(ChannelLink.id)
    )
    linked = {(one.room_id, one.type_id): one for one in setting.work.session.scalars(query)}
    found: list[_Set] = []
    for wanted in entry.links:
        what = _meant(setting, house, wanted)
        if what is None:
            continue
        key = (what.id, None) if isinstance(what, Room) else (None, what.id)
        if not _may_link(setting, channel, what, wanted):
            continue
        if key not in linked:
            linked[key] = channels.make_link(setting.work, setting.sealer, channel, what, setting.by)
            setting.account.change(What.LINK_MADE, **_named(linked[key]))
        found.append((linked[key], wanted))
    named = {link.id for link, _ in found}
    for link in linked.values():
        if link.id not in named:
            setting.account.keep(What.LINK_KEPT, **_named(link))
    _note(setting, channel, house, linked)
    return found


def _meant(setting: Setting, house: House, wanted: LinkEntry) -> Room | RoomType | None:
    """The room or the type that a link of the file is for; a fault where there is none such."""
    if wanted.room is not None:
        room = house.rooms.get(folded(wanted.room))
        if room is None:
            known = nearest(wanted.room, [one.name for one in house.rooms.values()])
            setting.account.fault((*wanted.path, "room"), Why.UNKNOWN_ROOM, value=wanted.room, nearest=known)
        return room
    code = wanted.type or ""
    kind = house.types.get(folded(code))
    if kind is None:
        known = nearest(code, [one.code for one in house.types.values()])
        setting.account.fault((*wanted.path, "type"), Why.UNKNOWN_TYPE, value=code, nearest=known)
    return kind


def _may_link(setting: Setting, channel: Channel, what: Room | RoomType, wanted: LinkEntry) -> bool:
    """Whether the platform can sell it by one calendar; asked again each time, since a type gets more rooms (R3)."""
    if isinstance(what, Room):
        return True
    path = (*wanted.path, "type")
    try:
        channels.may_link_type(setting.work, channel.platform, what)
    except errors.OneUnitPerType as error:
        setting.account.fault(path, Why.ONE_UNIT_PER_TYPE, **error.facts)
    except errors.TypeNotLet as error:
        setting.account.fault(path, Why.TYPE_NOT_LET, **error.facts)
    else:
        return True
    return False


def _named(link: ChannelLink) -> dict[str, object]:
    """A link as the account names it: its platform, and its room or its type."""
    return {"platform": link.channel.platform, "room": link.linked.room, "type": link.linked.type}


def _note(setting: Setting, channel: Channel, house: House, linked: Mapping[_Key, ChannelLink]) -> None:
    """Say which rooms the channel does not sell, and when it is more than the platform connects."""
    sold = {room_id for room_id, _ in linked}
    types = {type_id for _, type_id in linked if type_id is not None}
    without = [
        one.name
        for one in house.rooms.values()
        if one.id not in sold and one.type_id not in types and one.removed_at is None
    ]
    if channel.mode == Mode.ICAL and without:
        setting.account.note(What.ROOMS_WITHOUT_LINK, platform=channel.platform, rooms=without)
    most = PLATFORMS[channel.platform].most_links
    if most is not None and len(linked) > most:
        setting.account.note(What.TOO_MANY_LINKS, platform=channel.platform, most=most, count=len(linked))


def _set_imports(setting: Setting, links: list[_Set]) -> None:
    wanted = [
        (link, entry, entry.import_url)
        for link, entry in links
        if entry.import_url is not None and channels.import_url(setting.sealer, link) != entry.import_url
    ]
    # Emptied first, so that two rooms may swap their calendars in one file.
    for link, _, _ in wanted:
        link.import_url = link.import_mark = None
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
            setting.account.change(What.IMPORT_SET, **_named(link))
