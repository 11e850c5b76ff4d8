"""Bringing the channels up to date with one thing of the house, on demand: the outbox seen from outside.

Channels that read our calendars are told by their next read; theirs are read at once, so that what they sold meanwhile
is known too. The effect names what changed, never how: the job reads the present truth.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from core.channels import errors
from core.channels.models import Channel
from core.db.work import UnitOfWork
from core.imports import timetable
from core.outbox import service as outbox
from core.outbox.effects import SyncChannels
from core.outbox.models import Due
from core.properties.models import Room
from core.rates.models import RatePlan
from core.reservations.models import Reservation
from core.stays.models import Stay


class Entity(StrEnum):
    """What may be named, by which number."""

    RESERVATION = "reservation"
    ROOM = "room"
    GUEST = "guest"
    """By their reservation: guests have no number of their own."""
    RATE = "rate"
    """By its plan."""


@dataclass(frozen=True, slots=True)
class Named:
    """A thing of the house that channels should know the state of."""

    entity: Entity
    entity_id: int
    property_id: int


@dataclass(frozen=True, slots=True)
class Status:
    """How many wishes wait, how many were given up, and whether one is being carried out."""

    pending: int
    failed: int
    processing: bool


def named(session: Session, entity: Entity, entity_id: int) -> Named | None:
    """The thing, if there is one."""
    property_id = session.scalar(_PROPERTY_OF[entity](entity_id))
    return Named(entity, entity_id, property_id) if property_id is not None else None


def queue(work: UnitOfWork, what: Named) -> int:
    """Have the channels brought up to date with `what`; the row's id. Raises `NoChannels` where there is none."""
    there = select(Channel.id).where(Channel.property_id == what.property_id).limit(1)
    if work.session.scalar(there) is None:
        raise errors.NoChannels(property_id=what.property_id)
    return outbox.add(work, SyncChannels(what.property_id, what.entity, what.entity_id)).id


def bring(work: UnitOfWork, effect: SyncChannels) -> int:
    """Do what `queue` stored; how many calendars will be read. Nothing where the thing is there no more."""
    rooms = work.session.scalars(_ROOMS_OF[Entity(effect.entity)](effect.entity_id)).all()
    return timetable.pull_rooms(work, rooms)


def status(session: Session, property_ids: Collection[int]) -> Status:
    """How the wishes of these properties stand."""
    leased = func.count(Due.leased_until)
    query = select(func.count(), leased).where(_of(property_ids), Due.closed_at.is_(None))
    pending, processing = session.execute(query).one()
    failed = session.scalar(select(func.count()).where(_of(property_ids), Due.buried))
    return Status(pending, failed or 0, processing > 0)


def process(work: UnitOfWork, property_ids: Collection[int]) -> tuple[int, int]:
    """Let what waits for a repetition be tried now, and what was given up once more; how many of each."""
    waiting = select(Due).where(
        _of(property_ids), Due.closed_at.is_(None), Due.leased_until.is_(None), Due.due_at > work.now
    )
    hastened = work.session.scalars(waiting.with_for_update(skip_locked=True)).all()
    for row in hastened:
        row.due_at = work.now
    buried = work.session.scalars(select(Due.id).where(_of(property_ids), Due.buried).order_by(Due.id)).all()
    for due_id in buried:
        outbox.replay(work, due_id)
    return len(hastened), len(buried)


def _of(property_ids: Collection[int]) -> ColumnElement[bool]:
    return and_(Due.kind == SyncChannels.kind, Due.facts["property_id"].as_integer().in_(property_ids))


def _rooms_of_reservation(reservation_id: int) -> Select[int]:
    return select(Stay.room_id).where(Stay.reservation_id == reservation_id)


def _rooms_of_plan(plan_id: int) -> Select[int]:
    """All rooms of the plan's property: other plans may be made of this one's prices."""
    query = select(Room.id).join(RatePlan, RatePlan.property_id == Room.property_id)
    return query.where(RatePlan.id == plan_id, Room.removed_at.is_(None))


_PROPERTY_OF: dict[Entity, Callable[[int], Select[int]]] = {
    Entity.RESERVATION: lambda one: select(Reservation.property_id).where(Reservation.id == one),
    Entity.GUEST: lambda one: select(Reservation.property_id).where(Reservation.id == one),
    Entity.ROOM: lambda one: select(Room.property_id).where(Room.id == one),
    Entity.RATE: lambda one: select(RatePlan.property_id).where(RatePlan.id == one),
}
_ROOMS_OF: dict[Entity, Callable[[int], Select[int]]] = {
    Entity.RESERVATION: _rooms_of_reservation,
    Entity.GUEST: _rooms_of_reservation,
    Entity.ROOM: lambda one: select(Room.id).where(Room.id == one),
    Entity.RATE: _rooms_of_plan,
}
