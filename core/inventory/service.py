"""Taking, releasing and moving nights: nobody else writes RoomNight or InventoryDay.

Order of every change: the type's days are locked in date order, then RoomNights are written in date order, then the
counters follow. Two changes of the same nights therefore wait for each other and never deadlock.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import Table, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from core.db.upsert import insert_new
from core.db.work import UnitOfWork
from core.errors import Refused
from core.inventory.models import InventoryDay, RoomNight
from core.properties.models import Room
from core.stays.models import Stay
from core.stays.reasons import Reason, StayState

Cell = tuple[int, date]
"""A room type and a night."""

_DAYS: Table = InventoryDay.__table__  # type: ignore[assignment]
_NIGHTS: Table = RoomNight.__table__  # type: ignore[assignment]
_CHUNK = 200
"""Rows a statement carries: SQLite and PostgreSQL both limit the number of parameters."""


class NightTaken(Refused):
    """Somebody holds a wanted night. Facts: `night`, `stay_id` of its holder, `room_id`."""


class RoomChanged(Refused):
    """The room was removed, or became another type's, while we waited for its days. Facts: `room_id`."""


class TypeOversold(Refused):
    """The type has no room left to count on some night."""


def take(work: UnitOfWork, stay: Stay, room: Room, nights: Collection[date]) -> None:
    """Let `stay` hold `nights` of `room`, all or none. Raises `NightTaken`, `TypeOversold` or `Busy`."""
    lock(work, ((room.type_id, night) for night in nights))
    refuse_taken(work, room, nights)
    _hold(work, stay, room, nights)


def release(work: UnitOfWork, stay: Stay, nights: Collection[date]) -> dict[int, list[date]]:
    """Give up what `stay` holds of `nights`; the nights given up, by room."""
    held = held_by(work, stay, nights)
    types = _types(work, held)
    lock(work, cells(work, held))
    for room_id, held_nights in held.items():
        _drop(work, stay, room_id, types[room_id], held_nights)
    return held


def move(work: UnitOfWork, stay: Stay, to: Room, nights: Collection[date]) -> dict[int, list[date]]:
    """Let `stay` hold `nights` in `to` instead of where it holds them; the nights given up, by room."""
    held = held_by(work, stay, nights)
    types = _types(work, held)
    lock(work, [*cells(work, held), *((to.type_id, night) for night in nights)])
    refuse_taken(work, to, nights)
    for room_id, held_nights in held.items():
        _drop(work, stay, room_id, types[room_id], held_nights)
    _hold(work, stay, to, nights)
    return held


def seize(work: UnitOfWork, stay: Stay, room: Room, nights: Collection[date]) -> list[Stay]:
    """Let `stay`, which states a fact (R23), hold `nights` whoever held them; the stays that lost nights.

    The losers become contested: their nights here count as contested until they find a room.
    """
    lock(work, ((room.type_id, night) for night in nights))
    _refuse_changed(work, room)
    losers: dict[int, Stay] = {}
    for night, holder in _holders(work, room, nights):
        losers[holder.id] = holder
        _hand_over(work, room, night, holder, stay)
    taken = {night for night, _ in _holders(work, room, nights)}
    _hold(work, stay, room, [night for night in nights if night not in taken])
    for loser in losers.values():
        loser.state = StayState.CONTESTED
    return list(losers.values())


def retake(work: UnitOfWork, stay: Stay, room: Room, nights: Collection[date]) -> list[date]:
    """Give a contested stay those of `nights`, which it lacks, that are free by now; the nights it got."""
    if not nights:
        return []
    lock(work, ((room.type_id, night) for night in nights))
    free = free_of(work, room.id, nights)
    contest(work, room.type_id, free, -1)
    _hold(work, stay, room, free)
    return free


def held_by(work: UnitOfWork, stay: Stay, nights: Collection[date]) -> dict[int, list[date]]:
    """Which of `nights` the stay holds, by room, in date order."""
    query = select(RoomNight.room_id, RoomNight.night).where(RoomNight.stay_id == stay.id).order_by(RoomNight.night)
    wanted, found = set(nights), dict[int, list[date]]()
    for room_id, night in work.session.execute(query):
        if night in wanted:
            found.setdefault(room_id, []).append(night)
    return found


def refuse_taken(work: UnitOfWork, room: Room, nights: Collection[date]) -> None:
    """Raise `NightTaken` for the first of `nights` that somebody holds, `RoomChanged` when the room is gone."""
    _refuse_changed(work, room)
    for night, holder in _holders(work, room, nights):
        raise NightTaken(night=night, stay_id=holder.id, room_id=room.id)


def cells(work: UnitOfWork, held: Mapping[int, Sequence[date]]) -> list[Cell]:
    """The days that nights of rooms are counted in."""
    types = _types(work, held)
    return [(types[room_id], night) for room_id, nights in held.items() for night in nights]


def free_of(work: UnitOfWork, room_id: int, nights: Collection[date]) -> list[date]:
    """Those of `nights` that nobody holds in this room, in date order."""
    if not nights:
        return []
    held = set(
        work.session.scalars(
            select(RoomNight.night).where(
                RoomNight.room_id == room_id, RoomNight.night >= min(nights), RoomNight.night <= max(nights)
            )
        )
    )
    return sorted(night for night in nights if night not in held)


def touched_rooms(work: UnitOfWork) -> list[int]:
    """The rooms whose feeds may show something else after what this unit of work has done so far.

    Usually just those whose nights changed hands; where a type keeps rooms back or has (or just had) stays without a
    room, whether its other rooms are shown free depends on them too (R1), so all of them are named.
    """
    touched, work.touched_rooms = work.touched_rooms, set()
    tight, work.touched_types = work.touched_types, set()
    days = select(InventoryDay.type_id).where(
        InventoryDay.type_id.in_(select(Room.type_id).where(Room.id.in_(touched))),
        InventoryDay.night >= work.now.date() - timedelta(days=1),
        InventoryDay.keep_back + InventoryDay.contested > 0,
    )
    tight |= set(work.session.scalars(days.distinct()))
    siblings = set(work.session.scalars(select(Room.id).where(Room.type_id.in_(tight)))) if tight else set()
    return sorted(touched | siblings)


def contest(work: UnitOfWork, type_id: int, nights: Collection[date], by: int) -> None:
    """Count `by` more stays without a room on `nights`; their days are locked already."""
    if nights:
        work.touched_types.add(type_id)
        _count(work, type_id, nights, {"contested": by})


def lock(work: UnitOfWork, cells: Iterable[Cell]) -> None:
    """Lock the days of `cells` in order, making those that are not there yet.

    PostgreSQL waits for the lock at most `lock_timeout` (then `Busy`); SQLite's writer is alone already.
    """
    wanted = sorted(set(cells))
    for type_id in sorted({type_id for type_id, _ in wanted}):
        nights = [night for cell_type, night in wanted if cell_type == type_id]
        for chunk in _chunks(nights):
            found = _locked(work, type_id, chunk)
            if missing := [night for night in chunk if night not in found]:
                make_days(work, type_id, missing)
                _locked(work, type_id, missing)


def make_days(work: UnitOfWork, type_id: int, nights: Sequence[date]) -> None:
    """Make the days that do not exist; the others are left alone."""
    total = work.session.scalar(
        select(func.count()).select_from(Room).where(Room.type_id == type_id, Room.removed_at.is_(None))
    )
    zero = {"sold": 0, "blocked": 0, "contested": 0, "keep_back": 0, "allowance": 0, "stop_sell": False}
    for chunk in _chunks(nights):
        rows = [{"type_id": type_id, "night": night, "total": total or 0, **zero} for night in chunk]
        work.session.execute(insert_new(work.session, _DAYS), rows)


def _locked(work: UnitOfWork, type_id: int, nights: Sequence[date]) -> set[date]:
    query = select(_DAYS.c.night).where(_DAYS.c.type_id == type_id, _DAYS.c.night.in_(nights)).order_by(_DAYS.c.night)
    return set(work.session.scalars(query.with_for_update()))


def _refuse_changed(work: UnitOfWork, room: Room) -> None:
    """The room was loaded before its days were locked: whoever removes or moves it holds the same lock."""
    now = work.session.execute(select(Room.type_id, Room.removed_at).where(Room.id == room.id)).one()
    if now.removed_at is not None or now.type_id != room.type_id:
        raise RoomChanged(room_id=room.id)


def _holders(work: UnitOfWork, room: Room, nights: Collection[date]) -> list[tuple[date, Stay]]:
    """Who holds which of `nights`, in date order."""
    query = (
        select(RoomNight.night, Stay)
        .join(Stay, Stay.id == RoomNight.stay_id)
        .where(RoomNight.room_id == room.id, RoomNight.night >= min(nights), RoomNight.night <= max(nights))
        .order_by(RoomNight.night)
    )
    wanted = set(nights)
    return [(night, stay) for night, stay in work.session.execute(query) if night in wanted]


def _hold(work: UnitOfWork, stay: Stay, room: Room, nights: Collection[date]) -> None:
    if not nights:
        return
    work.touched_rooms.add(room.id)
    try:
        for chunk in _chunks(sorted(nights)):
            rows = [{"room_id": room.id, "night": night, "stay_id": stay.id} for night in chunk]
            work.session.execute(insert(_NIGHTS).values(rows))
        _count(work, room.type_id, nights, _counted(stay, 1))
    except IntegrityError as error:
        if "not_oversold" in str(error.orig):
            raise TypeOversold(type_id=room.type_id, night=min(nights)) from error
        # Only a writer that did not lock can have come between; the key still holds.
        raise NightTaken(night=min(nights), stay_id=None, room_id=room.id) from error


def _drop(work: UnitOfWork, stay: Stay, room_id: int, type_id: int, nights: Collection[date]) -> None:
    work.touched_rooms.add(room_id)
    for chunk in _chunks(sorted(nights)):
        work.session.execute(
            delete(_NIGHTS).where(
                _NIGHTS.c.room_id == room_id, _NIGHTS.c.night.in_(chunk), _NIGHTS.c.stay_id == stay.id
            )
        )
    _count(work, type_id, nights, _counted(stay, -1))


def _hand_over(work: UnitOfWork, room: Room, night: date, loser: Stay, winner: Stay) -> None:
    work.session.execute(
        update(_NIGHTS).where(_NIGHTS.c.room_id == room.id, _NIGHTS.c.night == night).values(stay_id=winner.id)
    )
    work.touched_rooms.add(room.id)
    work.touched_types.add(room.type_id)
    # One statement, so that the CHECK never sees the night counted twice.
    changes = {"contested": 1, **_counted(loser, -1)}
    for key, by in _counted(winner, 1).items():
        changes[key] = changes.get(key, 0) + by
    _count(work, room.type_id, [night], changes)


def _counted(stay: Stay, by: int) -> dict[str, int]:
    return {"sold" if Reason(stay.reason).sells else "blocked": by}


def _count(work: UnitOfWork, type_id: int, nights: Collection[date], changes: dict[str, int]) -> None:
    values = {key: _DAYS.c[key] + by for key, by in changes.items() if by}
    if not values:
        return
    for chunk in _chunks(sorted(nights)):
        work.session.execute(update(_DAYS).where(_DAYS.c.type_id == type_id, _DAYS.c.night.in_(chunk)).values(values))


def _types(work: UnitOfWork, room_ids: Iterable[int]) -> dict[int, int]:
    query = select(Room.id, Room.type_id).where(Room.id.in_(list(room_ids)))
    return {room_id: type_id for room_id, type_id in work.session.execute(query)}  # noqa: C416 - rows are no pairs to mypy.


def _chunks(nights: Sequence[date]) -> Iterable[Sequence[date]]:
    return (nights[start : start + _CHUNK] for start in range(0, len(nights), _CHUNK))
