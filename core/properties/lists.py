"""Properties, their room types and all their rooms, removed ones too, as lists show them page by page."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, joinedload

from core.properties.models import Property, Room, RoomType
from core.values.money import Money


@dataclass(frozen=True, slots=True)
class PropertyView:
    """One property."""

    property_id: int
    code: str
    name: str
    timezone: str
    currency: str
    language: str
    conflict_preference: str
    weekend_days: tuple[int, ...]
    """Monday 0."""
    made_at: datetime


@dataclass(frozen=True, slots=True)
class TypeView:
    """One room type."""

    type_id: int
    property_id: int
    code: str
    name: str
    rate: Money | None
    """For a night, where nothing else says otherwise."""
    rooms: int
    """How many of its rooms are let."""


@dataclass(frozen=True, slots=True)
class ListingView:
    """One room, let or removed."""

    room_id: int
    property_id: int
    type_id: int
    type_code: str
    name: str
    aliases: tuple[str, ...]
    position: int
    removed_at: datetime | None


def properties(session: Session, ids: Collection[int], after: int, limit: int) -> tuple[PropertyView, ...]:
    """Up to `limit` of these properties whose ids come after `after`, by id."""
    query = select(Property).where(Property.id.in_(ids), Property.id > after).order_by(Property.id).limit(limit)
    return tuple(
        PropertyView(
            one.id, one.code, one.name, one.timezone, one.currency, one.language, one.conflict_preference,
            tuple(one.weekend_days), one.made_at,
        )
        for one in session.scalars(query)
    )  # fmt: skip


def room_types(session: Session, property_ids: Collection[int], after: int, limit: int) -> tuple[TypeView, ...]:
    """Up to `limit` room types of these properties whose ids come after `after`, by id."""
    return _types(session, RoomType.property_id.in_(property_ids) & (RoomType.id > after), limit)


def room_type(session: Session, type_id: int) -> TypeView | None:
    """One room type."""
    return next(iter(_types(session, RoomType.id == type_id, 1)), None)


def listings(session: Session, property_ids: Collection[int], after: int, limit: int) -> tuple[ListingView, ...]:
    """Up to `limit` rooms of these properties whose ids come after `after`, by id."""
    query = _rooms().where(Room.property_id.in_(property_ids), Room.id > after).order_by(Room.id).limit(limit)
    return tuple(_listing(one) for one in session.scalars(query))


def listing(session: Session, room_id: int) -> ListingView | None:
    """One room."""
    found = session.scalar(_rooms().where(Room.id == room_id))
    return _listing(found) if found is not None else None


def _types(session: Session, which: ColumnElement[bool], limit: int) -> tuple[TypeView, ...]:
    query = (
        select(RoomType, Property.currency)
        .join(Property, Property.id == RoomType.property_id)
        .where(which)
        .order_by(RoomType.id)
        .limit(limit)
    )
    found = session.execute(query).all()
    counted: dict[int, int] = {}
    let = select(Room.type_id).where(Room.type_id.in_([one.id for one, _ in found]), Room.removed_at.is_(None))
    for type_id in session.scalars(let):
        counted[type_id] = counted.get(type_id, 0) + 1
    return tuple(
        TypeView(
            one.id, one.property_id, one.code, one.name,
            Money.of(one.base_rate, currency) if one.base_rate is not None else None, counted.get(one.id, 0),
        )
        for one, currency in found
    )  # fmt: skip


def _rooms() -> Select[Room]:
    return select(Room).options(joinedload(Room.type))


def _listing(one: Room) -> ListingView:
    return ListingView(
        one.id, one.property_id, one.type_id, one.type.code, one.name, tuple(one.aliases), one.position, one.removed_at
    )
