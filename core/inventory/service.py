"""Taking, releasing and moving nights: nobody else writes RoomNight or InventoryDay.

Order of every change: the types' days are locked in date order, then RoomNights are written in date order, then the
counters follow. Two changes of the same nights therefore wait for each other and never deadlock. Nights that change
hands are in `core.inventory.handing`, the rows themselves in `core.inventory.rows`; what is held back of the channels
is set in `core.inventory.selling`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select

from core.db.prepared import run
from core.db.work import UnitOfWork
from core.errors import Refused
from core.inventory import parts, statements
from core.inventory.models import RoomNight
from core.inventory.rows import Cell, NightTaken, TypeOversold, count, drop, hold, lock, make_days
from core.inventory.selling import preload, set_allowance, set_keep_back, set_stop_sell
from core.properties.models import Room
from core.stays.models import Stay

__all__ = [
    "Cell", "NightTaken", "RoomChanged", "TypeOversold", "cells", "contest", "free_of", "held_by", "lacking", "lock",
    "make_days", "move", "preload", "refuse_changed", "refuse_taken", "release", "retake", "set_allowance",
    "set_keep_back", "set_stop_sell", "take", "touched_rooms", "types_of",
]  # fmt: skip


class RoomChanged(Refused):
    """The room was removed, became another type's, or is made of other parts than when we looked. Facts: `room_id`."""


def take(work: UnitOfWork, stay: Stay, room: Room, nights: Collection[date]) -> None:
    """Let `stay` hold `nights` of `room`, all or none. Raises `NightTaken`, `TypeOversold` or `Busy`."""
    lock(work, ((room.type_id, night) for night in nights))
    # Of a room without parts it can hold nothing that it wants.
    is_whole = room.id in parts.of_type(work.session, room.type_id).of
    refuse_taken(work, room, nights, stay if is_whole else None)
    _hold(work, stay, room, nights)


def release(work: UnitOfWork, stay: Stay, nights: Collection[date]) -> dict[int, list[date]]:
    """Give up what `stay` holds of `nights`; the nights given up, by room."""
    held = held_by(work, stay, nights)
    types = types_of(work, held)
    lock(work, cells(work, held))
    for room_id, held_nights in held.items():
        drop(work, stay, room_id, types[room_id], held_nights)
    return held


def move(work: UnitOfWork, stay: Stay, to: Room, nights: Collection[date]) -> dict[int, list[date]]:
    """Let `stay` hold `nights` in `to` instead of where it holds them; the nights given up, by room."""
    held = held_by(work, stay, nights)
    types = types_of(work, held)
    lock(work, [*cells(work, held), *((to.type_id, night) for night in nights)])
    refuse_taken(work, to, nights, stay)
    for room_id, held_nights in held.items():
        drop(work, stay, room_id, types[room_id], held_nights)
    _hold(work, stay, to, nights)
    return held


def retake(work: UnitOfWork, stay: Stay, room: Room, nights: Collection[date]) -> list[date]:
    """Give a contested stay those of `nights`, which it lacks, that are free by now; the nights it got."""
    if not nights:
        return []
    lock(work, ((room.type_id, night) for night in nights))
    free = free_of(work, room.id, nights, stay)
    contest(work, room.type_id, free, -1)
    _hold(work, stay, room, free)
    return free


def held_by(work: UnitOfWork, stay: Stay, nights: Collection[date]) -> dict[int, list[date]]:
    """Which of `nights` the stay holds, by room (the parts of its room too), in date order."""
    query = select(RoomNight.room_id, RoomNight.night).where(RoomNight.stay_id == stay.id).order_by(RoomNight.night)
    wanted, found = set(nights), dict[int, list[date]]()
    for room_id, night in work.session.execute(query):
        if night in wanted:
            found.setdefault(room_id, []).append(night)
    return found


def lacking(work: UnitOfWork, stay: Stay, nights: Collection[date]) -> list[date]:
    """Those of `nights` that the stay does not hold, in order; parts alone do not make a night of their whole."""
    of_whole = parts.of_room(work.session, stay.room_id).of.get(stay.room_id, ())
    held = held_by(work, stay, nights)
    has = {night for room_id, of_room in held.items() if room_id not in of_whole for night in of_room}
    return sorted(night for night in nights if night not in has)


def refuse_taken(work: UnitOfWork, room: Room, nights: Collection[date], stay: Stay | None = None) -> None:
    """Raise `NightTaken` for the first of `nights` that somebody holds, `RoomChanged` when the room is gone.

    Of a room that is made of parts every part counts. What `stay` holds itself does not.
    """
    of_whole = parts.of_type(work.session, room.type_id).of.get(room.id, ())
    asked = {"room_id": room.id, "first": min(nights), "last": max(nights)}
    wanted = set(nights)
    for type_id, removed_at, made_of, night, stay_id in run(work.session, statements.HELD, asked):
        _refuse_when_changed(room, type_id, removed_at)
        if made_of != len(of_whole):
            raise RoomChanged(room_id=room.id)
        if night in wanted and not _is(stay, stay_id):
            raise NightTaken(night=night, stay_id=stay_id, room_id=room.id)
    if of_whole:
        for night, room_id, stay_id in _held(work, of_whole, nights):
            if not _is(stay, stay_id):
                raise NightTaken(night=night, stay_id=stay_id, room_id=room_id)


def refuse_changed(work: UnitOfWork, room: Room) -> None:
    """The room was loaded before its days were locked: whoever removes or moves it holds the same lock."""
    now = work.session.execute(select(Room.type_id, Room.removed_at).where(Room.id == room.id)).one()
    _refuse_when_changed(room, now.type_id, now.removed_at)


def cells(work: UnitOfWork, held: Mapping[int, Sequence[date]]) -> list[Cell]:
    """The days that nights of rooms are counted in."""
    types = types_of(work, held)
    return [(types[room_id], night) for room_id, nights in held.items() for night in nights]


def types_of(work: UnitOfWork, room_ids: Iterable[int]) -> dict[int, int]:
    """The types of these rooms."""
    query = select(Room.id, Room.type_id).where(Room.id.in_(list(room_ids)))
    return {room_id: type_id for room_id, type_id in work.session.execute(query)}  # noqa: C416 - rows are no pairs to mypy.


def free_of(work: UnitOfWork, room_id: int, nights: Collection[date], stay: Stay | None = None) -> list[date]:
    """Those of `nights` that nobody holds in this room or a part of it, in date order.

    Of a room that is made of parts, what `stay` holds already is as good as free to it.
    """
    if not nights:
        return []
    rooms = parts.of_room(work.session, room_id).taken_with(room_id)
    own = stay if len(rooms) > 1 else None
    held = {night for night, _, stay_id in _held(work, rooms, nights) if not _is(own, stay_id)}
    return sorted(night for night in nights if night not in held)


def touched_rooms(work: UnitOfWork) -> list[int]:
    """The rooms whose feeds may show something else after what this unit of work has done so far.

    Usually just those whose nights changed hands, with the wholes and parts around them; where a type keeps rooms back
    or has (or just had) stays without a room, whether its other rooms are shown free depends on them too (R1), so all
    of them are named.
    """
    touched, work.touched_rooms = work.touched_rooms, set()
    tight, work.touched_types = work.touched_types, set()
    touched = parts.reached(work.session, touched)
    if touched:
        since = work.now.date() - timedelta(days=1)
        tight |= set(run(work.session, statements.TIGHT, {"rooms": list(touched), "since": since}).scalars())
    siblings = set(work.session.scalars(select(Room.id).where(Room.type_id.in_(tight)))) if tight else set()
    return sorted(touched | parts.reached(work.session, siblings))


def contest(work: UnitOfWork, type_id: int, nights: Collection[date], by: int) -> None:
    """Count `by` more stays without a room on `nights`; their days are locked already."""
    if nights:
        work.touched_types.add(type_id)
        count(work, type_id, nights, {"contested": by})


def _held(work: UnitOfWork, room_ids: Collection[int], nights: Collection[date]) -> list[tuple[date, int, int]]:
    """Who holds what of `nights` in these rooms: night, room and stay, in date order."""
    query = (
        select(RoomNight.night, RoomNight.room_id, RoomNight.stay_id)
        .where(RoomNight.room_id.in_(room_ids), RoomNight.night >= min(nights), RoomNight.night <= max(nights))
        .order_by(RoomNight.night, RoomNight.room_id)
    )
    wanted = set(nights)
    return [(night, room_id, stay_id) for night, room_id, stay_id in work.session.execute(query) if night in wanted]


def _is(stay: Stay | None, stay_id: int | None) -> bool:
    return stay is not None and stay.id == stay_id


def _refuse_when_changed(room: Room, type_id: int, removed_at: datetime | None) -> None:
    if removed_at is not None or type_id != room.type_id:
        raise RoomChanged(room_id=room.id)


def _hold(work: UnitOfWork, stay: Stay, room: Room, nights: Collection[date]) -> None:
    """Write the rows of a room and of its parts; those of parts that the stay has kept are there already."""
    if not nights:
        return
    made = parts.of_type(work.session, room.type_id)
    rooms = made.taken_with(room.id)
    if len(rooms) == 1:
        hold(work, stay, room.id, room.type_id, nights)
        return
    kept = held_by(work, stay, nights)
    for room_id in rooms:
        missing = [night for night in nights if night not in kept.get(room_id, ())]
        hold(work, stay, room_id, made.types[room_id], missing)
