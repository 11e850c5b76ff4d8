"""Rooms out of service: they stay in the inventory, are given to guests last and with a warning.

Out of order is something else: a block for maintenance, a fact that leaves nothing to sell (R23).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from core.clock import business_day
from core.db.work import UnitOfWork
from core.errors import NotFound
from core.events import service as events
from core.events.service import By, Happening
from core.inventory.models import ServiceMark
from core.properties.models import Room
from core.values.nights import Nights


class NoSuchMark(NotFound):
    """The room is not marked out of service. Facts: `room_id`."""


class NoSuchRoomToMark(NotFound):
    """There is no such room, or it was removed. Facts: `room_id`."""


@dataclass(frozen=True, slots=True)
class MarkOutOfService:
    """A room is poor for a while (a dripping tap): give it last. `until`: in service again; None: nobody knows."""

    room_id: int
    since: date
    until: date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class RoomOutOfService(Happening):
    """A room is given last from now on."""

    kind: ClassVar[str] = "inventory.out_of_service"
    subject: ClassVar[str] = "room"

    room: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class RoomInService(Happening):
    """A room is as good as the others again."""

    kind: ClassVar[str] = "inventory.in_service"
    subject: ClassVar[str] = "room"

    room: str


def mark(work: UnitOfWork, order: MarkOutOfService, by: By) -> ServiceMark:
    """Mark a room out of service; the feeds and the counters do not change. Raises `NoSuchRoomToMark`."""
    room = _room(work, order.room_id)
    made = ServiceMark(
        room_id=room.id, since=order.since, until=order.until, note=order.note, made_by=by.person_id, made_at=work.now
    )
    work.session.add(made)
    work.session.flush()
    happening = RoomOutOfService(room.name, order.since, order.until)
    events.record(work, happening, room.id, property_id=room.property_id, by=by)
    return made


def in_service(work: UnitOfWork, room_id: int, by: By) -> None:
    """End the marks of a room from today on; what was stays on record. Raises `NoSuchMark`, `NoSuchRoomToMark`."""
    room = _room(work, room_id)
    today = business_day(work.now, room.property.timezone)
    query = select(ServiceMark).where(
        ServiceMark.room_id == room_id, or_(ServiceMark.until.is_(None), ServiceMark.until > today)
    )
    open_marks = work.session.scalars(query.with_for_update()).all()
    if not open_marks:
        raise NoSuchMark(room_id=room_id)
    for one in open_marks:
        if one.since < today:
            one.until = today
        else:
            work.session.delete(one)
    events.record(work, RoomInService(room.name), room.id, property_id=room.property_id, by=by)


def out_of_service(session: Session, room_ids: Collection[int], nights: Nights) -> set[int]:
    """Those of the rooms that are out of service on some of `nights`."""
    if not room_ids:
        return set()
    query = select(ServiceMark.room_id).where(
        ServiceMark.room_id.in_(room_ids),
        ServiceMark.since < nights.departure,
        or_(ServiceMark.until.is_(None), ServiceMark.until > nights.arrival),
    )
    return set(session.scalars(query))


def _room(work: UnitOfWork, room_id: int) -> Room:
    query = select(Room).where(Room.id == room_id, Room.removed_at.is_(None)).options(joinedload(Room.property))
    room = work.session.scalar(query)
    if room is None:
        raise NoSuchRoomToMark(room_id=room_id)
    return room
