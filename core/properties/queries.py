"""Reads about properties and their rooms, as frozen rows."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.properties.models import Property, Room, RoomType
from core.properties.views import RoomView


def rooms(session: Session, property_id: int) -> tuple[RoomView, ...]:
    """The rooms of a property that are not removed, in the order of its setup."""
    query = (
        select(Room.id, Room.name, Room.aliases, Room.type_id, RoomType.name, RoomType.base_rate, Room.position)
        .join(RoomType, RoomType.id == Room.type_id)
        .where(Room.property_id == property_id, Room.removed_at.is_(None))
        .order_by(Room.position, Room.id)
    )
    return tuple(RoomView(row[0], row[1], tuple(row[2]), *row[3:]) for row in session.execute(query))


def by_code(session: Session, code: str) -> Property | None:
    """The property with this code."""
    return session.scalar(select(Property).where(Property.code == code))
