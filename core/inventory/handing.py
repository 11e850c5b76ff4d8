"""Nights that change hands: taken by a fact, given by a decision, passed on, or held for another reason."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Table, select, update

from core.db.work import UnitOfWork
from core.inventory import parts
from core.inventory.models import RoomNight
from core.inventory.rows import change_hands, chunks, count, drop, hold, lock
from core.inventory.service import cells, contest, held_by, refuse_changed, types_of
from core.properties.models import Room
from core.stays.models import Stay
from core.stays.reasons import Reason, StayState

_NIGHTS: Table = RoomNight.__table__  # type: ignore[assignment]


def seize(work: UnitOfWork, stay: Stay, room: Room, nights: Collection[date]) -> list[Stay]:
    """Let `stay`, which states a fact (R23), hold `nights` whoever held them; the stays that lost nights.

    The losers become contested: their nights here count as contested until they find a room. A shadowed one waits for
    nothing and stays as it is.
    """
    lock(work, ((room.type_id, night) for night in nights))
    refuse_changed(work, room)
    lost = _wrest(work, stay, room, nights, only_taken=False)
    for loser, _ in lost.values():
        if loser.state != StayState.SHADOWED:
            loser.state = StayState.CONTESTED
    return [loser for loser, _ in lost.values()]


def hand_over(work: UnitOfWork, stay: Stay, room: Room, nights: Collection[date]) -> dict[int, list[date]]:
    """Give a contested stay those of `nights` that others hold; the nights each of them lost, by stay.

    Who has lost (`StayState.SHADOWED`) waits for them no more; anybody else is contested from now on. The caller
    settles the states of both sides. Between a whole and a part of it the stay gets its own room, whichever of them
    `room` is; who loses a part of a whole has lost the night, and keeps the other parts.
    """
    if not nights:
        return {}
    lock(work, ((room.type_id, night) for night in nights))
    refuse_changed(work, room)
    if stay.room_id in parts.of_type(work.session, room.type_id).around([room.id]):
        room = work.session.get_one(Room, stay.room_id)
    lost = _wrest(work, stay, room, nights, only_taken=True)
    return {loser.id: of_loser for loser, of_loser in lost.values()}


def pass_on(work: UnitOfWork, stay: Stay, heir: Stay, nights: Collection[date]) -> None:
    """Let `heir`, which is held for the same reason, hold what `stay` holds of `nights`: nothing is counted anew."""
    held = held_by(work, stay, nights)
    lock(work, cells(work, held))
    for room_id, of_room in held.items():
        work.touched_rooms.add(room_id)
        for chunk in chunks(of_room):
            mine = (_NIGHTS.c.room_id == room_id, _NIGHTS.c.night.in_(chunk), _NIGHTS.c.stay_id == stay.id)
            work.session.execute(update(_NIGHTS).where(*mine).values(stay_id=heir.id))


def become(work: UnitOfWork, stay: Stay, reason: Reason) -> None:
    """Let `stay` hold its nights for another reason; they are counted under it from now on, those that are over too."""
    before, stay.reason = Reason(stay.reason), reason
    if before.sells == reason.sells:
        return
    held = held_by(work, stay, list(stay.nights))
    types = types_of(work, held)
    lock(work, cells(work, held))
    by = 1 if reason.sells else -1
    for room_id, nights in held.items():
        work.touched_rooms.add(room_id)
        count(work, types[room_id], nights, {"sold": by, "blocked": -by})


@dataclass(frozen=True, slots=True)
class _Row:
    """A held night of the wanted room or of one of its parts."""

    night: date
    room_id: int
    holder: Stay


_Lost = dict[int, tuple[Stay, list[date]]]
"""By stay: itself, and the nights that it has no more."""


def _wrest(work: UnitOfWork, stay: Stay, room: Room, nights: Collection[date], *, only_taken: bool) -> _Lost:
    """Let `stay` hold `nights` of a room and its parts; with `only_taken` those alone that somebody else holds.

    `only_taken` says that `stay` waits for them, and is counted so until now.
    """
    made = parts.of_type(work.session, room.type_id)
    rooms = made.taken_with(room.id)
    rows = _rows(work, rooms, nights)
    taken = {row.night for row in rows if row.holder.id != stay.id}
    wanted = sorted(taken if only_taken else nights)
    types = {each: made.types.get(each, room.type_id) for each in rooms}
    waits: Counter[tuple[int, date]] = Counter()
    lost: _Lost = {}
    for row in rows:
        if row.holder.id == stay.id:
            continue
        has_key = _is_key(made, row) or _key_of(work, row) is not None
        change_hands(work, (types[row.room_id], row.night), row.room_id, row.holder, stay)
        _give_up_whole(work, made, row)
        of_loser = lost.setdefault(row.holder.id, (row.holder, []))[1]
        if has_key and row.night not in of_loser:
            of_loser.append(row.night)
            if row.holder.state != StayState.SHADOWED:
                waits[_type_of(work, row.holder), row.night] += 1
    held = {(row.room_id, row.night) for row in rows}
    for each in rooms:
        hold(work, stay, each, types[each], [night for night in wanted if (each, night) not in held])
    if only_taken:
        waits.subtract((room.type_id, night) for night in wanted)
    for (type_id, night), by in sorted(waits.items()):
        contest(work, type_id, [night] if by else [], by)
    return lost


def _is_key(made: parts.Parts, row: _Row) -> bool:
    """Whether the row alone is the stay's night: it is no part of the room that the stay is in."""
    return row.room_id not in made.of.get(row.holder.room_id, ())


def _key_of(work: UnitOfWork, row: _Row) -> date | None:
    """The night, when the holder of a part holds the whole that it is in, too."""
    query = select(RoomNight.night).where(
        RoomNight.room_id == row.holder.room_id, RoomNight.night == row.night, RoomNight.stay_id == row.holder.id
    )
    return work.session.scalar(query)


def _give_up_whole(work: UnitOfWork, made: parts.Parts, row: _Row) -> None:
    """Who lost a part has not got the whole any more."""
    if not _is_key(made, row) and _key_of(work, row) is not None:
        drop(work, row.holder, row.holder.room_id, _type_of(work, row.holder), [row.night])


def _type_of(work: UnitOfWork, stay: Stay) -> int:
    """The type of the room that a stay is in: where it is counted while it waits."""
    return work.session.get_one(Room, stay.room_id).type_id


def _rows(work: UnitOfWork, room_ids: Collection[int], nights: Collection[date]) -> list[_Row]:
    """Who holds which of `nights` in these rooms, in date order, the whole before its parts."""
    query = (
        select(RoomNight.night, RoomNight.room_id, Stay)
        .join(Stay, Stay.id == RoomNight.stay_id)
        .where(RoomNight.room_id.in_(room_ids), RoomNight.night >= min(nights), RoomNight.night <= max(nights))
    )
    wanted, order = set(nights), {room_id: number for number, room_id in enumerate(room_ids)}
    found = [_Row(night, room_id, stay) for night, room_id, stay in work.session.execute(query) if night in wanted]
    return sorted(found, key=lambda row: (row.night, order[row.room_id]))
