"""Rooms made of parts: a villa and its rooms. A stay in the whole holds every part; a taken part closes the whole.

Parts are no wholes themselves; two wholes may share parts. A night of a whole belongs to a stay when it holds the row
of the whole; then it holds those of all parts too. Who lost a part has lost the whole night, and keeps the other parts
closed until somebody decides (R20).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, aliased

from core.db.prepared import Prepared, run
from core.inventory.models import RoomPart
from core.properties.models import Room, RoomType

_CACHE = "parts"
"""Where a session keeps what it has read: a unit of work sees one state of the house."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The rooms of one property that are made of others."""

    of: Mapping[int, tuple[int, ...]]
    """By whole, its parts in order."""
    within: Mapping[int, tuple[int, ...]]
    """By part, the wholes that it belongs to."""
    types: Mapping[int, int]
    """The types of all these rooms."""

    def taken_with(self, room_id: int) -> tuple[int, ...]:
        """The rooms whose nights a stay in this room holds: itself, then its parts."""
        return (room_id, *self.of.get(room_id, ()))

    def around(self, room_ids: Iterable[int]) -> set[int]:
        """These rooms with all that are taken or closed when their nights are."""
        found = set(room_ids)
        for room_id in tuple(found):
            found.update(self.of.get(room_id, ()), self.within.get(room_id, ()))
        return found

    def reached(self, room_ids: Iterable[int]) -> set[int]:
        """These rooms with all that nobody can have while they are closed: other wholes of their parts, too."""
        found = self.around(room_ids)
        for room_id in tuple(found):
            found.update(self.within.get(room_id, ()))
        return found

    def linked(self, type_ids: Iterable[int]) -> set[int]:
        """These types with all whose days may be written when theirs are: they are locked together."""
        found = set(type_ids)
        more = True
        while more:
            more = False
            for whole, parts in self.of.items():
                bound = {self.types[room_id] for room_id in (whole, *parts)}
                if not bound.isdisjoint(found) and not bound <= found:
                    found |= bound
                    more = True
        return found


NONE = Parts({}, {}, {})


def of_type(session: Session, type_id: int) -> Parts:
    """The parts at the property of a room type; read once a session."""
    known: dict[int, Parts] = session.info.setdefault(_CACHE, {})
    if type_id not in known:
        found = _of_rows(run(session, _AT_TYPE, {"type_id": type_id}).all())
        known[type_id] = found
        known.update(dict.fromkeys(found.types.values(), found))
    return known[type_id]


def of_property(session: Session, property_id: int) -> Parts:
    """The parts at a property, read now."""
    return _of_rows(run(session, _AT, {"property_id": property_id}).all())


def of_room(session: Session, room_id: int) -> Parts:
    """The parts at the property of a room."""
    room = session.get(Room, room_id)
    return NONE if room is None else of_type(session, room.type_id)


def reached(session: Session, room_ids: Iterable[int]) -> set[int]:
    """These rooms with all whose feeds may show something else when theirs do."""
    return {near for room_id in room_ids for near in of_room(session, room_id).reached([room_id])}


def forget(session: Session) -> None:
    """Read the parts anew the next time: somebody has just changed them in this session."""
    session.info.pop(_CACHE, None)


def _of_rows(rows: Iterable[tuple[int, int, int, int]]) -> Parts:
    of: dict[int, list[int]] = {}
    within: dict[int, list[int]] = {}
    types: dict[int, int] = {}
    for whole, part, whole_type, part_type in rows:
        of.setdefault(whole, []).append(part)
        within.setdefault(part, []).append(whole)
        types[whole], types[part] = whole_type, part_type
    if not of:
        return NONE
    return Parts(
        {whole: tuple(parts) for whole, parts in of.items()},
        {part: tuple(wholes) for part, wholes in within.items()},
        types,
    )


def _statement() -> Select[int, int, int, int]:
    whole, part = aliased(Room), aliased(Room)
    return (
        select(whole.id, part.id, whole.type_id, part.type_id)
        .select_from(RoomPart)
        .join(whole, whole.id == RoomPart.whole_id)
        .join(part, part.id == RoomPart.part_id)
        .where(whole.removed_at.is_(None), part.removed_at.is_(None))
        .order_by(whole.id, part.id)
    )


_AT = Prepared(_statement().where(RoomPart.property_id == bindparam("property_id")))
_HERE = select(RoomType.property_id).where(RoomType.id == bindparam("type_id")).scalar_subquery()
_AT_TYPE = Prepared(_statement().where(RoomPart.property_id == _HERE))
