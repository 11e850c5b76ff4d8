"""Rooms made, moved to another type, taken out of the house and brought back, with their days counted."""

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import func, select

from core.clock import business_day
from core.db.work import UnitOfWork
from core.errors import NotFound, Refused
from core.events import service as events
from core.events.service import By
from core.feeds import service as feeds
from core.inventory import audit
from core.inventory import service as inventory
from core.inventory.models import RoomNight, RoomPart
from core.properties.models import Property, Room, RoomType
from core.setup import events as happenings
from core.setup.document import folded
from core.stays.models import Stay
from core.stays.reasons import StayState
from core.stays.rules import horizon


class NoSuchRoom(NotFound):
    """The property has no room of this name. Facts: `asked`."""


class RoomInUse(Refused):
    """The room has nights to come. Facts: `room`, `nights`, `first`."""


class AlreadyRemoved(Refused):
    """The room was removed before. Facts: `room`."""


class NotRemoved(Refused):
    """There is nothing to bring back: the room is let. Facts: `room`."""


def remove(work: UnitOfWork, place: Property, name: str, by: By) -> Room:
    """Take a room out of the house; its feeds say all busy from now on (R6).

    Raises `NoSuchRoom`, `AlreadyRemoved`, and `RoomInUse` while somebody has a night to come in it.
    """
    room, type_ = named(work, place, name)
    if room.removed_at is not None:
        raise AlreadyRemoved(room=room.name)
    lock(work, place, [room.type_id])
    refuse_in_use(work, place, room)
    room.removed_at = work.now
    recount(work, place, [room.type_id], [room.id])
    happening = happenings.RoomRemoved(room.name, type_.code)
    events.record(work, happening, room.id, property_id=place.id, by=by)
    return room


def restore(work: UnitOfWork, place: Property, name: str, by: By) -> Room:
    """Let a removed room again.

    Raises `NoSuchRoom`, `NotRemoved`, and `RoomInUse` while a room that it is a part of has nights to come.
    """
    room, type_ = named(work, place, name)
    if room.removed_at is None:
        raise NotRemoved(room=room.name)
    lock(work, place, [room.type_id])
    for whole in work.session.scalars(
        select(Room).join(RoomPart, RoomPart.whole_id == Room.id).where(RoomPart.part_id == room.id)
    ):
        # Who has the whole has it without this part.
        refuse_in_use(work, place, whole)
    room.removed_at = None
    recount(work, place, [room.type_id], [room.id])
    happening = happenings.RoomRestored(room.name, type_.code)
    events.record(work, happening, room.id, property_id=place.id, by=by)
    return room


def named(work: UnitOfWork, place: Property, name: str) -> tuple[Room, RoomType]:
    """The room of this name or alias, removed ones too, and its type. Raises `NoSuchRoom`."""
    query = select(Room, RoomType).join(RoomType, RoomType.id == Room.type_id)
    found: dict[str, tuple[Room, RoomType]] = {}
    for room, type_ in work.session.execute(query.where(Room.property_id == place.id)):
        found[folded(room.name)] = (room, type_)
        for alias in room.aliases:
            found.setdefault(folded(alias), (room, type_))
    if folded(name) not in found:
        raise NoSuchRoom(asked=name)
    return found[folded(name)]


def lock(work: UnitOfWork, place: Property, type_ids: Iterable[int]) -> None:
    """Lock the days of these types from today to the horizon (R5), making those that are not there yet."""
    nights = to_come(today(work, place))
    inventory.lock(work, [(type_id, night) for type_id in sorted(set(type_ids)) for night in nights])


def recount(work: UnitOfWork, place: Property, type_ids: Iterable[int], room_ids: Iterable[int]) -> None:
    """Count the rooms of these types anew; the feeds of these rooms, and whom it concerns, get a version."""
    work.session.flush()
    for type_id in sorted(set(type_ids)):
        audit.count_rooms(work, type_id, today(work, place))
    work.touched_rooms |= set(room_ids)
    feeds.changed(work, inventory.touched_rooms(work))


def refuse_in_use(work: UnitOfWork, place: Property, room: Room) -> None:
    """Raise `RoomInUse` while a stay, holding or contested, has a night to come in this room."""
    first_day = today(work, place)
    nights, first = work.session.execute(
        select(func.count(), func.min(RoomNight.night)).where(
            RoomNight.room_id == room.id, RoomNight.night >= first_day
        )
    ).one()
    if not nights:
        waiting = select(func.count(), func.min(Stay.arrival)).where(
            Stay.room_id == room.id, Stay.departure > first_day, Stay.state != StayState.RELEASED
        )
        nights, first = work.session.execute(waiting).one()
    if nights:
        raise RoomInUse(room=room.name, nights=nights, first=first)


def today(work: UnitOfWork, place: Property) -> date:
    """The business day at the property."""
    return business_day(work.now, place.timezone)


def to_come(first: date) -> list[date]:
    """The nights from `first` to the horizon (R5)."""
    return [first + timedelta(days=n) for n in range((horizon(first) - first).days)]
