"""Taking, releasing and moving nights: nobody else writes RoomNight or InventoryDay.

Order of every change: the type's days are locked in date order, then RoomNights are written in date order, then the
counters follow. Two changes of the same nights therefore wait for each other and never deadlock.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Table, delete, func, select, update
from sqlalchemy.exc import IntegrityError

from core.db.prepared import run
from core.db.upsert import insert_new
from core.db.work import UnitOfWork
from core.errors import Refused
from core.inventory import statements
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

    The losers become contested: their nights here count as contested until they find a room. A shadowed one waits for
    nothing and stays as it is.
    """
    lock(work, ((room.type_id, night) for night in nights))
    _refuse_changed(work, room)
    losers: dict[int, Stay] = {}
    for night, holder in _holders(work, room, nights):
        losers[holder.id] = holder
        _hand_over(work, room, night, holder, stay, contested=int(holder.state != StayState.SHADOWED))
    taken = {night for night, _ in _holders(work, room, nights)}
    _hold(work, stay, room, [night for night in nights if night not in taken])
    for loser in losers.values():
        if loser.state != StayState.SHADOWED:
            loser.state = StayState.CONTESTED
    return list(losers.values())


def hand_over(work: UnitOfWork, stay: Stay, room: Room, nights: Collection[date]) -> dict[int, list[date]]:
    """Give a contested stay those of `nights` that others hold; the nights each of them lost, by stay.

    Who has lost (`StayState.SHADOWED`) waits for them no more; anybody else is contested from now on. The caller
    settles the states of both sides. Each night changes hands in one statement, and its count in another one, so that
    neither the key nor the CHECK ever sees it twice.
    """
    if not nights:
        return {}
    lock(work, ((room.type_id, night) for night in nights))
    _refuse_changed(work, room)
    lost: dict[int, list[date]] = {}
    for night, holder in _holders(work, room, nights):
        if holder.id != stay.id:
            waits = int(holder.state != StayState.SHADOWED)
            _hand_over(work, room, night, holder, stay, contested=waits - 1)
            lost.setdefault(holder.id, []).append(night)
    return lost


def pass_on(work: UnitOfWork, stay: Stay, heir: Stay, nights: Collection[date]) -> None:
    """Let `heir`, which is held for the same reason, hold what `stay` holds of `nights`: nothing is counted anew."""
    held = held_by(work, stay, nights)
    lock(work, cells(work, held))
    for room_id, of_room in held.items():
        work.touched_rooms.add(room_id)
        for chunk in _chunks(of_room):
            mine = (_NIGHTS.c.room_id == room_id, _NIGHTS.c.night.in_(chunk), _NIGHTS.c.stay_id == stay.id)
            work.session.execute(update(_NIGHTS).where(*mine).values(stay_id=heir.id))


def become(work: UnitOfWork, stay: Stay, reason: Reason) -> None:
    """Let `stay` hold its nights for another reason; they are counted under it from now on, those that are over too."""
    before, stay.reason = Reason(stay.reason), reason
    if before.sells == reason.sells:
        return
    held = held_by(work, stay, list(stay.nights))
    types = _types(work, held)
    lock(work, cells(work, held))
    by = 1 if reason.sells else -1
    for room_id, nights in held.items():
        work.touched_rooms.add(room_id)
        _count(work, types[room_id], nights, {"sold": by, "blocked": -by})


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
    asked = {"room_id": room.id, "first": min(nights), "last": max(nights)}
    wanted = set(nights)
    for type_id, removed_at, night, stay_id in run(work.session, statements.HELD, asked):
        _refuse_when_changed(room, type_id, removed_at)
        if night in wanted:
            raise NightTaken(night=night, stay_id=stay_id, room_id=room.id)


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
    if touched:
        since = work.now.date() - timedelta(days=1)
        tight |= set(run(work.session, statements.TIGHT, {"rooms": list(touched), "since": since}).scalars())
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
    return set(work.session.scalars(statements.LOCK, {"type_id": type_id, "nights": nights}))


def _refuse_changed(work: UnitOfWork, room: Room) -> None:
    """The room was loaded before its days were locked: whoever removes or moves it holds the same lock."""
    now = work.session.execute(select(Room.type_id, Room.removed_at).where(Room.id == room.id)).one()
    _refuse_when_changed(room, now.type_id, now.removed_at)


def _refuse_when_changed(room: Room, type_id: int, removed_at: datetime | None) -> None:
    if removed_at is not None or type_id != room.type_id:
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
            work.session.execute(statements.HOLD, rows)
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


def _hand_over(work: UnitOfWork, room: Room, night: date, loser: Stay, winner: Stay, *, contested: int) -> None:
    """Let `winner` hold a night instead of `loser`; `contested` more stays than before wait for it."""
    work.session.execute(
        update(_NIGHTS).where(_NIGHTS.c.room_id == room.id, _NIGHTS.c.night == night).values(stay_id=winner.id)
    )
    work.touched_rooms.add(room.id)
    work.touched_types.add(room.type_id)
    # One statement, so that the CHECK never sees the night counted twice.
    changes = {"contested": contested, **_counted(loser, -1)}
    for key, by in _counted(winner, 1).items():
        changes[key] = changes.get(key, 0) + by
    _count(work, room.type_id, [night], changes)


def _counted(stay: Stay, by: int) -> dict[str, int]:
    return {"sold" if Reason(stay.reason).sells else "blocked": by}


def _count(work: UnitOfWork, type_id: int, nights: Collection[date], changes: dict[str, int]) -> None:
    by = {key: value for key, value in changes.items() if value}
    if not by:
        return
    statement = statements.counting(tuple(sorted(by)))
    for chunk in _chunks(sorted(nights)):
        work.session.execute(statement, {"of_type": type_id, "nights": chunk, **{f"by_{key}": by[key] for key in by}})


def _types(work: UnitOfWork, room_ids: Iterable[int]) -> dict[int, int]:
    query = select(Room.id, Room.type_id).where(Room.id.in_(list(room_ids)))
    return {room_id: type_id for room_id, type_id in work.session.execute(query)}  # noqa: C416 - rows are no pairs to mypy.


def _chunks(nights: Sequence[date]) -> Iterable[Sequence[date]]:
    return (nights[start : start + _CHUNK] for start in range(0, len(nights), _CHUNK))
