"""Properties, room types and rooms made and changed one by one; the setup file does the same for a whole house."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from core.db.work import UnitOfWork
from core.events import service as events
from core.events.service import By
from core.feeds import service as feeds
from core.feeds import versions
from core.properties import errors
from core.properties.models import Property, Room, RoomType
from core.setup import events as happenings
from core.setup import rooms as house_rooms
from core.setup import values
from core.setup.account import Account, What
from core.setup.apply_rooms import set_property
from core.setup.document import PropertyEntry, Source, folded
from core.setup.errors import Unusable
from core.staff import events as staff_happenings
from core.staff.models import Membership
from core.staff.roles import Role
from core.stays.errors import NoSuchRoom

_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class NewProperty:
    """A property as it is wanted; None: as is usual."""

    code: str
    name: str
    timezone: str
    currency: str
    language: str | None = None
    conflict_preference: str | None = None
    weekend_days: tuple[int, ...] | None = None
    """Monday 0."""


@dataclass(frozen=True, slots=True)
class NewRoomType:
    """A room type as it is wanted; the rate in the property's currency."""

    code: str
    name: str
    base_rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class NewRoom:
    """A room as it is wanted; without a position it comes last."""

    type_id: int
    name: str
    aliases: tuple[str, ...] = ()
    position: int | None = None


@dataclass(frozen=True, slots=True)
class RoomChange:
    """What of a room shall be otherwise; None: as it is."""

    name: str | None = None
    aliases: tuple[str, ...] | None = None
    type_id: int | None = None
    position: int | None = None
    removed: bool | None = None


def make_property(work: UnitOfWork, wanted: NewProperty, by: By) -> Property:
    """Make a property, of which the person who makes it is the first admin. Raises `WrongValue` and `CodeTaken`."""
    entry = PropertyEntry(
        code=_read("code", values.code, wanted.code),
        name=wanted.name,
        timezone=_read("timezone", values.zone, wanted.timezone),
        currency=_read("currency", values.currency, wanted.currency),
        language=_read("language", values.language, wanted.language) if wanted.language else None,
        conflicts=_read("conflict_preference", values.preference, wanted.conflict_preference)
        if wanted.conflict_preference
        else None,
        weekend=wanted.weekend_days,
    )
    account = Account(Source("", {}))
    try:
        place = set_property(work, entry, account, by)
    except IntegrityError:
        # Somebody else made it between the look and the word.
        raise errors.CodeTaken(given=entry.code) from None
    if all(one.what != What.PROPERTY_MADE for one in account.changes):
        raise errors.CodeTaken(given=entry.code)
    if by.person_id is not None:
        work.session.add(Membership(person_id=by.person_id, property_id=place.id, role=Role.SUPER_ADMIN))
        happening = staff_happenings.PersonAdded(Role.SUPER_ADMIN)
        events.record(work, happening, by.person_id, property_id=place.id, by=by)
    return place


def make_type(work: UnitOfWork, property_id: int, wanted: NewRoomType, by: By) -> RoomType:
    """Make a room type. Raises `NoSuchProperty`, `WrongValue` and `CodeTaken`."""
    place = _alone(work, property_id)
    code = _read("code", values.code, wanted.code)
    known = work.session.scalars(select(RoomType.code).where(RoomType.property_id == place.id))
    if folded(code) in {folded(one) for one in known}:
        raise errors.CodeTaken(given=code)
    rate = wanted.base_rate
    if rate is not None:
        rate = _read("base_rate", lambda text: values.rate(text, place.currency), str(rate))
    made = RoomType(property_id=place.id, code=code, name=wanted.name, base_rate=rate)
    work.session.add(made)
    work.session.flush()
    events.record(work, happenings.RoomTypeSet(made.code, ("name", "base_rate")), made.id, property_id=place.id, by=by)
    return made


def make_room(work: UnitOfWork, property_id: int, wanted: NewRoom, by: By) -> Room:
    """Make a room, which is sold from today on. Raises `NoSuchProperty`, `NoSuchType`, `NameTaken` or `Busy`."""
    place = _alone(work, property_id)
    type_ = _type(work, place, wanted.type_id)
    _refuse_taken_names(work, place, None, (wanted.name, *wanted.aliases))
    house_rooms.lock(work, place, [type_.id])
    last = work.session.scalar(select(func.max(Room.position)).where(Room.property_id == place.id))
    position = wanted.position if wanted.position is not None else (-1 if last is None else last) + 1
    room = Room(
        property_id=place.id, property=place, type_id=type_.id, type=type_, name=wanted.name,
        aliases=list(wanted.aliases), position=position,
    )  # fmt: skip
    work.session.add(room)
    work.session.flush()
    house_rooms.recount(work, place, [type_.id], [room.id])
    happening = happenings.RoomSet(room.name, type_.code, ("name", "type", "aliases"))
    events.record(work, happening, room.id, property_id=place.id, by=by)
    return room


def change_room(work: UnitOfWork, room_id: int, change: RoomChange, by: By) -> Room:
    """Change what differs: its names, its type, its place in lists, and whether it is let at all (R6).

    Raises `NoSuchRoom`, `NoSuchType`, `NameTaken`, and `RoomInUse` where a room with nights to come would be removed
    or become another type's.
    """
    room = work.session.get(Room, room_id)
    if room is None:
        raise NoSuchRoom(room_id=room_id)
    place = _alone(work, room.property_id)
    room = work.session.get_one(
        Room, room_id, populate_existing=True, options=(joinedload(Room.type), joinedload(Room.property))
    )
    named = (change.name, *(change.aliases or ()))
    _refuse_taken_names(work, place, room, [name for name in named if name is not None])
    changed = _set(room, {"name": change.name, "aliases": change.aliases, "position": change.position})
    changed += _set_type(work, place, room, change.type_id)
    if changed:
        if {"name", "type_id"} & set(changed):
            work.session.flush()
            feeds.changed(work, [room.id])
        happening = happenings.RoomSet(room.name, room.type.code, tuple(changed))
        events.record(work, happening, room.id, property_id=place.id, by=by)
    if change.removed is not None and change.removed != (room.removed_at is not None):
        work.session.flush()
        (house_rooms.remove if change.removed else house_rooms.restore)(work, place, room.name, by)
    return room


def _alone(work: UnitOfWork, property_id: int) -> Property:
    """The property, locked: of two people who give one name at once the second one is told."""
    query = select(Property).where(Property.id == property_id)
    place = work.session.scalar(query.with_for_update(key_share=True))
    if place is None:
        raise errors.NoSuchProperty(property_id=property_id)
    return place


def _type(work: UnitOfWork, place: Property, type_id: int) -> RoomType:
    found = work.session.get(RoomType, type_id)
    if found is None or found.property_id != place.id:
        raise errors.NoSuchType(room_type_id=type_id)
    return found


def _set_type(work: UnitOfWork, place: Property, room: Room, type_id: int | None) -> list[str]:
    if type_id is None or type_id == room.type_id:
        return []
    to, before = _type(work, place, type_id), room.type_id
    types = [before, to.id]
    house_rooms.lock(work, place, types)
    house_rooms.refuse_in_use(work, place, room)
    room.type_id, room.type = to.id, to
    work.session.flush()
    versions.room_left(work, room.id, before)
    house_rooms.recount(work, place, types, [room.id])
    return ["type_id"]


def _refuse_taken_names(work: UnitOfWork, place: Property, room: Room | None, wanted: Iterable[str]) -> None:
    """Raise `NameTaken` when another room is called so, by name or alias, removed ones included."""
    others = work.session.scalars(select(Room).where(Room.property_id == place.id).order_by(Room.id))
    taken = {folded(name): other.id for other in others if other is not room for name in (other.name, *other.aliases)}
    for name in wanted:
        if folded(name) in taken:
            raise errors.NameTaken(given=name, listing_id=taken[folded(name)])


def _set(row: object, wanted: Mapping[str, object]) -> list[str]:
    given = {name: list(value) if isinstance(value, tuple) else value for name, value in wanted.items()}
    changed = [name for name, value in given.items() if value is not None and getattr(row, name) != value]
    for name in changed:
        setattr(row, name, given[name])
    return changed


def _read(field: str, read: Callable[[str], _Read], text: str) -> _Read:
    try:
        return read(text)
    except Unusable as error:
        known = {"known": error.facts["known"]} if "known" in error.facts else {}
        raise errors.WrongValue(field=field, why=error.why, **known) from None
