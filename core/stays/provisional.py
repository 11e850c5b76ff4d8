"""Stays sold as a type: another room of it while nobody has chosen theirs, before they wait for one (R1, R3)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from core.conflicts.models import Conflict
from core.db.work import UnitOfWork
from core.events import service as events
from core.events.service import By
from core.feeds import service as feeds
from core.inventory import parts
from core.inventory import service as inventory
from core.inventory.models import RoomNight
from core.properties.models import Room, RoomType
from core.stays import events as happenings
from core.stays import holding
from core.stays.models import Stay
from core.stays.reasons import StayState
from core.values.nights import ONE_NIGHT, Nights

AROUND = timedelta(days=30)
"""How far from a stay a gap counts that it would leave in a room."""


@dataclass(frozen=True, slots=True)
class _Fit:
    """A room and what it has to offer for some nights; the least is the best."""

    lacks: int
    """How many of the nights somebody has."""
    kept: bool
    """Whether it is kept for a case on one of them (R21)."""
    gap: int
    """Free nights before and after them, which become hard to sell the fewer they are: a room that is full round
    the stay is filled first."""
    position: int
    room_id: int

    @property
    def order(self) -> tuple[int, bool, int, int, int]:
        return self.lacks, self.kept, self.gap, self.position, self.room_id


def is_provisional(stay: Stay) -> bool:
    """Whether the house may still put it into another room of its type."""
    return stay.type_id is not None and not stay.assigned and stay.checked_in_at is None


def any_room(work: UnitOfWork, kind: RoomType) -> Room:
    """Where a stay of a type waits of which no room is let: a booking that reached us is stored all the same."""
    rooms = select(Room.id).where(Room.property_id == kind.property_id)
    first = rooms.order_by(Room.type_id != kind.id, Room.removed_at.is_not(None), Room.position, Room.id).limit(1)
    return holding.room_of(work, work.session.scalars(first).one(), removed=True)


def free_room(work: UnitOfWork, stay: Stay, nights: Collection[date]) -> Room | None:
    """Another room of the type of a provisional stay that is free on all of `nights`; None where there is none."""
    if not is_provisional(stay) or stay.type_id is None or not nights:
        return None
    if not _free(work, stay, stay.type_id, nights):
        # Asked after every change near it: locked only where there may be one, since others' nights come out of order.
        return None
    inventory.lock(work, [(stay.type_id, night) for night in nights])
    free = _free(work, stay, stay.type_id, nights)
    return holding.room_of(work, free[0]) if free else None


def _free(work: UnitOfWork, stay: Stay, type_id: int, nights: Collection[date]) -> list[int]:
    """The other rooms of a type that nobody holds on any of `nights`, the best first."""
    fits = _fits(work, type_id, nights)
    return [fit.room_id for fit in fits if not fit.lacks and fit.room_id != stay.room_id]


def find_room(work: UnitOfWork, stay: Stay) -> bool:
    """Put a provisional stay that waits for nights into a room that is free; whether there is one.

    Nobody did it: whoever opened the room takes back that, and not this.
    """
    if stay.state != StayState.CONTESTED:
        return False
    room = holding.room_of(work, stay.room_id, removed=True)
    left = [night for night in stay.nights if night >= holding.today_at(work, room)]
    to = free_room(work, stay, left)
    if to is None:
        return False
    waits = [night for night in holding.lacking(work, stay, stay.nights) if night in left]
    holding.lock(work, stay, [(kind, night) for kind in (room.type_id, to.type_id) for night in left])
    inventory.contest(work, room.type_id, waits, -1)
    opened = inventory.move(work, stay, to, left)
    stay.room_id, stay.state = to.id, StayState.HOLDING
    holding.touch(work, stay)
    work.session.flush()
    holding.settle(work, opened)
    feeds.close(work, to.id, left, stay.id)
    holding.open_late(work, stay, opened)
    work.session.flush()
    versions = feeds.changed(work, inventory.touched_rooms(work))
    moved = happenings.StayMoved(
        room=to.name, arrival=stay.arrival, departure=stay.departure, revision=stay.revision,
        versions={str(room_id): version for room_id, version in versions.items()},
        before_room=room.name, before_room_id=room.id,
    )  # fmt: skip
    events.record(work, moved, stay.id, property_id=stay.property_id, by=By())
    return True


def _fits(work: UnitOfWork, type_id: int, nights: Collection[date]) -> list[_Fit]:
    """The rooms of a type, the best for `nights` first."""
    query = select(Room.id, Room.position).where(Room.type_id == type_id, Room.removed_at.is_(None))
    rooms = work.session.execute(query).all()
    made = parts.of_type(work.session, type_id)
    wholes: dict[int, list[int]] = {}
    for room_id, _ in rooms:
        for each in made.taken_with(room_id):
            wholes.setdefault(each, []).append(room_id)
    first, last = min(nights), max(nights)
    taken = select(RoomNight.room_id, RoomNight.night).where(
        RoomNight.room_id.in_(wholes), RoomNight.night >= first - AROUND, RoomNight.night <= last + AROUND
    )
    held: dict[int, set[date]] = {}
    for each, night in work.session.execute(taken):
        # A taken part closes the whole.
        for room_id in wholes[each]:
            held.setdefault(room_id, set()).add(night)
    kept = _kept(work, type_id, Nights(first, last + ONE_NIGHT))
    found = [
        _Fit(
            lacks=sum(night in held.get(room_id, ()) for night in nights), kept=room_id in kept,
            gap=_gap(held.get(room_id, set()), first, last), position=position, room_id=room_id,
        )
        for room_id, position in rooms
    ]  # fmt: skip
    return sorted(found, key=lambda fit: fit.order)


def _gap(held: set[date], first: date, last: date) -> int:
    before = next((days for days in range(AROUND.days) if first - timedelta(days=days + 1) in held), AROUND.days)
    after = next((days for days in range(AROUND.days) if last + timedelta(days=days + 1) in held), AROUND.days)
    return before + after


def _kept(work: UnitOfWork, type_id: int, nights: Nights) -> Sequence[int]:
    query = (
        select(Room.id)
        .join(Conflict, Conflict.kept_room_id == Room.id)
        .where(Room.type_id == type_id)
        .where(Conflict.kept_arrival < nights.departure, Conflict.kept_departure > nights.arrival)
    )
    return work.session.scalars(query).all()
