"""Reads about properties and their rooms, as frozen rows."""

from collections.abc import Collection

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.db.prepared import Prepared, run
from core.properties.models import Property, Room, RoomType
from core.properties.views import RoomView

_ROOMS = Prepared(
    select(
        Room.id, Room.name, Room.aliases, Room.type_id, RoomType.name, RoomType.base_rate, Room.position, RoomType.code
    )
    .join(RoomType, RoomType.id == Room.type_id)
    .where(Room.property_id == bindparam("property_id"), Room.removed_at.is_(None))
    .order_by(Room.position, Room.id)
)
_THESE = (
    select(
        Room.id, Room.name, Room.aliases, Room.type_id, RoomType.name, RoomType.base_rate, Room.position, RoomType.code
    )
    .join(RoomType, RoomType.id == Room.type_id)
    .where(Room.id.in_(bindparam("room_ids", expanding=True)))
    .order_by(Room.position, Room.id)
)


def rooms(session: Session, property_id: int) -> tuple[RoomView, ...]:
    """The rooms of a property that are not removed, in the order of its setup."""
    rows = run(session, _ROOMS, {"property_id": property_id})
    return tuple(RoomView(row[0], row[1], tuple(row[2]), *row[3:]) for row in rows)


def rooms_by_id(session: Session, room_ids: Collection[int]) -> tuple[RoomView, ...]:
    """These rooms, removed ones too, in the order of their setup."""
    rows = session.execute(_THESE, {"room_ids": list(room_ids)})
    return tuple(RoomView(row[0], row[1], tuple(row[2]), *row[3:]) for row in rows)


def by_code(session: Session, code: str) -> Property | None:
    """The property with this code."""
    return session.scalar(select(Property).where(Property.code == code))
