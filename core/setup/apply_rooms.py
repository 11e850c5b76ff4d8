"""Applying `[property]` and `[[room_type]]`."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from core.db.work import UnitOfWork
from core.events import service as events
from core.events.service import By
from core.feeds import service as feeds
from core.feeds import versions
from core.properties.models import Property, Room, RoomType
from core.rates import service as rates
from core.setup import events as happenings
from core.setup import rooms
from core.setup.account import Account, What
from core.setup.document import Document, PropertyEntry, RoomTypeEntry, folded
from core.setup.errors import Why
from core.setup.lines import Path

USUAL_LANGUAGE, USUAL_PREFERENCE, USUAL_WEEKEND = "en", "first", (4, 5)


def set_property(
    work: UnitOfWork, entry: PropertyEntry, account: Account, by: By, weekend: tuple[int, ...] = USUAL_WEEKEND
) -> Property:
    """Make the property or change what differs; `weekend`: the nights that are a new property's where it says none."""
    place = work.session.scalar(select(Property).where(Property.code == entry.code).with_for_update())
    wanted = {
        "name": entry.name,
        "timezone": entry.timezone,
        "currency": entry.currency,
        "language": entry.language or (place.language if place else USUAL_LANGUAGE),
        "conflict_preference": entry.conflicts or (place.conflict_preference if place else USUAL_PREFERENCE),
        "weekend_days": list(entry.weekend or (place.weekend_days if place else weekend)),
    }
    if entry.conflicts is None and wanted["conflict_preference"] != USUAL_PREFERENCE:
        account.keep(What.PREFERENCE_KEPT, value=wanted["conflict_preference"])
    if place is None:
        place = Property(code=entry.code, made_at=work.now, **wanted)
        work.session.add(place)
        work.session.flush()
        rates.standard(work, place.id)
        account.change(What.PROPERTY_MADE, code=place.code, name=place.name)
        changed = list(wanted)
    else:
        changed = _set(place, wanted)
        if not changed:
            return place
        fields = [_AS_WRITTEN.get(name, name) for name in changed]
        account.change(What.PROPERTY_CHANGED, code=place.code, fields=fields)
        if {"name", "timezone"} & set(changed):
            # A name stands in the feeds, and a zone says which nights they show.
            feeds.changed(work, work.session.scalars(select(Room.id).where(Room.property_id == place.id)))
    happening = happenings.PropertySet(place.code, tuple(changed))
    events.record(work, happening, place.id, property_id=place.id, by=by)
    return place


def set_rooms(work: UnitOfWork, place: Property, document: Document, account: Account, by: By) -> None:
    """Make and change the types and rooms of the file; name those that it leaves out."""
    setting = _Setting(work, place, account, by)
    types = {entry.code: setting.room_type(entry) for entry in document.room_types}
    setting.lock(document, types)
    for entry in document.room_types:
        for number, name in enumerate(entry.rooms):
            setting.room(entry, types[entry.code], number, name)
    setting.count()
    setting.order(document)
    setting.refuse_taken_names(document)
    setting.name_the_rest(document)


_AS_WRITTEN = {"conflict_preference": "conflicts", "weekend_days": "weekend"}


@dataclass(slots=True)
class _Wanted:
    """A room as the file wants it."""

    name: str
    aliases: list[str] | None
    path: Path


class _Setting:
    """One application of the rooms of a file."""

    def __init__(self, work: UnitOfWork, place: Property, account: Account, by: By) -> None:
        self._work, self._place, self._account, self._by = work, place, account, by
        self._types = {
            folded(one.code): one
            for one in work.session.scalars(
                select(RoomType).where(RoomType.property_id == place.id).order_by(RoomType.id)
            )
        }
        self._rooms = {
            folded(one.name): one
            for one in work.session.scalars(
                select(Room).where(Room.property_id == place.id).order_by(Room.position, Room.id)
            )
        }
        self._touched_types: set[int] = set()
        self._touched_rooms: set[int] = set()

    def room_type(self, entry: RoomTypeEntry) -> RoomType:
        found = self._types.get(folded(entry.code))
        if found is None:
            found = RoomType(property_id=self._place.id, code=entry.code, name=entry.name, base_rate=entry.base_rate)
            self._work.session.add(found)
            self._work.session.flush()
            self._types[folded(entry.code)] = found
            self._account.change(What.TYPE_MADE, type=found.code, name=found.name)
            changed = ["name", "base_rate"]
        else:
            wanted: dict[str, object] = {"code": entry.code, "name": entry.name}
            if entry.base_rate is not None:
                wanted["base_rate"] = entry.base_rate
            changed = _set(found, wanted)
            if not changed:
                return found
            self._account.change(What.TYPE_CHANGED, type=found.code, fields=changed)
        self._record(happenings.RoomTypeSet(found.code, tuple(changed)), found.id)
        return found

    def lock(self, document: Document, types: dict[str, RoomType]) -> None:
        """Lock the days of every type that gains or loses a room, before anything is judged."""
        for entry in document.room_types:
            for name in entry.rooms:
                room, to = self._rooms.get(folded(name)), types[entry.code]
                if room is None:
                    self._touched_types.add(to.id)
                elif room.type_id != to.id and room.removed_at is None:
                    self._touched_types |= {room.type_id, to.id}
        rooms.lock(self._work, self._place, self._touched_types)

    def room(self, entry: RoomTypeEntry, to: RoomType, number: int, name: str) -> None:
        aliases = next((list(a) for room, a in entry.aliases.items() if folded(room) == folded(name)), None)
        wanted = _Wanted(name, aliases, (*entry.path, "rooms", number))
        room = self._rooms.get(folded(name))
        if room is None:
            self._make(wanted, to)
        elif room.removed_at is not None:
            self._account.note(What.ROOM_IS_REMOVED, room=room.name)
        else:
            self._change(room, wanted, to)

    def _make(self, wanted: _Wanted, to: RoomType) -> None:
        position = 1 + max((room.position for room in self._rooms.values()), default=-1)
        room = Room(
            property_id=self._place.id, type_id=to.id, name=wanted.name, position=position,
            aliases=wanted.aliases or [],
        )  # fmt: skip
        self._work.session.add(room)
        self._work.session.flush()
        self._rooms[folded(wanted.name)] = room
        self._touched_rooms.add(room.id)
        self._account.change(What.ROOM_MADE, room=room.name, type=to.code)
        self._record(happenings.RoomSet(room.name, to.code, ("name", "type", "aliases")), room.id)

    def _change(self, room: Room, wanted: _Wanted, to: RoomType) -> None:
        before = room.type_id
        moves = before != to.id
        if moves:
            try:
                rooms.refuse_in_use(self._work, self._place, room)
            except rooms.RoomInUse as error:
                self._account.fault(wanted.path, Why.ROOM_IN_USE, **error.facts, to=to.code)
                return
        changed = _set(room, {"name": wanted.name, "type_id": to.id})
        if wanted.aliases is not None:
            changed += _set(room, {"aliases": wanted.aliases})
        if not changed:
            return
        self._touched_rooms.add(room.id)
        if moves:
            self._work.session.flush()
            versions.room_left(self._work, room.id, before)
            self._account.change(What.ROOM_MOVED, room=room.name, type=to.code)
        if changed != ["type_id"]:
            fields = [field for field in changed if field != "type_id"]
            self._account.change(What.ROOM_CHANGED, room=room.name, fields=fields)
        self._record(happenings.RoomSet(room.name, to.code, tuple(changed)), room.id)

    def count(self) -> None:
        if self._touched_rooms:
            rooms.recount(self._work, self._place, self._touched_types, self._touched_rooms)

    def order(self, document: Document) -> None:
        """Put the rooms of the file in its order; the others follow behind them."""
        named = [folded(name) for entry in document.room_types for name in entry.rooms]
        before = list(self._rooms)
        if [name for name in before if name in named] == named:
            return
        for position, name in enumerate([*named, *(name for name in before if name not in named)]):
            self._rooms[name].position = position
        self._account.change(What.ROOMS_REORDERED)

    def refuse_taken_names(self, document: Document) -> None:
        """Refuse a name of the file that also means a room the file leaves out."""
        meant: dict[str, Room] = {}
        for room in self._rooms.values():
            for name in (room.name, *room.aliases):
                other = meant.setdefault(folded(name), room)
                if other is not room:
                    path = _path_of(document, room) or _path_of(document, other) or ()
                    self._account.fault(path, Why.NAME_TAKEN, value=name, room=other.name)

    def name_the_rest(self, document: Document) -> None:
        types = {folded(entry.code) for entry in document.room_types}
        named = {folded(name) for entry in document.room_types for name in entry.rooms}
        for key, one in self._types.items():
            if key not in types:
                self._account.keep(What.TYPE_KEPT, type=one.code)
        for key, room in self._rooms.items():
            if key not in named and room.removed_at is None:
                self._account.keep(What.ROOM_KEPT, room=room.name)

    def _record(self, happening: happenings.RoomTypeSet | happenings.RoomSet, subject_id: int) -> None:
        events.record(self._work, happening, subject_id, property_id=self._place.id, by=self._by)


def _path_of(document: Document, room: Room) -> Path | None:
    for entry in document.room_types:
        for number, name in enumerate(entry.rooms):
            if folded(name) == folded(room.name):
                return (*entry.path, "rooms", number)
    return None


def _set(row: object, wanted: Mapping[str, object]) -> list[str]:
    """Set what differs; the names of what did."""
    changed = [name for name, value in wanted.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, wanted[name])
    return changed
