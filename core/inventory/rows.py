"""The rows of held nights and counted days: locked, made, written and counted. Nobody else writes them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from sqlalchemy import Table, delete, func, select, update
from sqlalchemy.exc import IntegrityError

from core.db.prepared import run
from core.db.upsert import insert_new
from core.db.work import UnitOfWork
from core.errors import Refused
from core.inventory import parts, statements
from core.inventory.models import InventoryDay, RoomNight
from core.properties.models import Room
from core.stays.models import Stay
from core.stays.reasons import Reason

Cell = tuple[int, date]
"""A room type and a night."""

_DAYS: Table = InventoryDay.__table__  # type: ignore[assignment]
_NIGHTS: Table = RoomNight.__table__  # type: ignore[assignment]
_CHUNK = 200
"""Rows a statement carries: SQLite and PostgreSQL both limit the number of parameters."""


class NightTaken(Refused):
    """Somebody holds a wanted night. Facts: `night`, `stay_id` of its holder, `room_id`."""


class TypeOversold(Refused):
    """The type has no room left to count on some night. Facts: `type_id`, `night`."""


def lock(work: UnitOfWork, cells: Iterable[Cell]) -> None:
    """Lock the days of `cells` in order, making those that are not there yet.

    Types whose rooms are parts of each other are locked together, so that whoever takes a whole and whoever takes a
    part of it wait for each other. PostgreSQL waits for the lock at most `lock_timeout` (then `Busy`); SQLite's writer
    is alone already.
    """
    nights_of: dict[int, set[date]] = {}
    for type_id, night in cells:
        nights_of.setdefault(type_id, set()).add(night)
    for type_id in tuple(nights_of):
        for linked in parts.of_type(work.session, type_id).linked([type_id]):
            nights_of.setdefault(linked, set()).update(nights_of[type_id])
    for type_id in sorted(nights_of):
        for chunk in chunks(sorted(nights_of[type_id])):
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
    for chunk in chunks(nights):
        rows = [{"type_id": type_id, "night": night, "total": total or 0, **zero} for night in chunk]
        run(work.session, insert_new(work.session, _DAYS), rows)


def hold(work: UnitOfWork, stay: Stay, room_id: int, type_id: int, nights: Collection[date]) -> None:
    """Insert rows of one room and count them. Raises `TypeOversold` or `NightTaken`."""
    if not nights:
        return
    work.touched_rooms.add(room_id)
    try:
        for chunk in chunks(sorted(nights)):
            rows = [{"room_id": room_id, "night": night, "stay_id": stay.id} for night in chunk]
            run(work.session, statements.HOLD, rows)
        count(work, type_id, nights, counted(stay, 1))
    except IntegrityError as error:
        if "not_oversold" in str(error.orig):
            raise TypeOversold(type_id=type_id, night=min(nights)) from error
        # Only a writer that did not lock can have come between; the key still holds.
        raise NightTaken(night=min(nights), stay_id=None, room_id=room_id) from error


def drop(work: UnitOfWork, stay: Stay, room_id: int, type_id: int, nights: Collection[date]) -> None:
    """Delete rows of one room that the stay holds, and count them."""
    work.touched_rooms.add(room_id)
    for chunk in chunks(sorted(nights)):
        work.session.execute(
            delete(_NIGHTS).where(
                _NIGHTS.c.room_id == room_id, _NIGHTS.c.night.in_(chunk), _NIGHTS.c.stay_id == stay.id
            )
        )
    count(work, type_id, nights, counted(stay, -1))


def change_hands(work: UnitOfWork, cell: Cell, room_id: int, loser: Stay, winner: Stay) -> None:
    """Let `winner` hold a night of one room instead of `loser`; `cell` is where it is counted.

    The key is never written, and one statement counts both, so that the CHECK never sees the night twice.
    """
    type_id, night = cell
    work.session.execute(
        update(_NIGHTS).where(_NIGHTS.c.room_id == room_id, _NIGHTS.c.night == night).values(stay_id=winner.id)
    )
    work.touched_rooms.add(room_id)
    work.touched_types.add(type_id)
    changes = counted(loser, -1)
    for key, by in counted(winner, 1).items():
        changes[key] = changes.get(key, 0) + by
    count(work, type_id, [night], changes)


def counted(stay: Stay, by: int) -> dict[str, int]:
    """What `by` more nights of a stay change in the counters of their days."""
    return {"sold" if Reason(stay.reason).sells else "blocked": by}


def count(work: UnitOfWork, type_id: int, nights: Collection[date], changes: dict[str, int]) -> None:
    """Add to the counters of a type's days."""
    by = {key: value for key, value in changes.items() if value}
    if not by:
        return
    statement = statements.counting(tuple(sorted(by)))
    for chunk in chunks(sorted(nights)):
        run(work.session, statement, {"of_type": type_id, "nights": chunk, **{f"by_{key}": by[key] for key in by}})


def chunks(nights: Sequence[date]) -> Iterable[Sequence[date]]:
    """Nights in portions that a statement can carry."""
    return (nights[start : start + _CHUNK] for start in range(0, len(nights), _CHUNK))


def _locked(work: UnitOfWork, type_id: int, nights: Sequence[date]) -> set[date]:
    return set(run(work.session, statements.LOCK, {"type_id": type_id, "nights": nights}).scalars())
