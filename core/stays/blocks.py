"""Blocks: stays that no channel sold and that are no reservation's, as lists show them."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.clock import business_day
from core.errors import NotFound
from core.properties.models import Property
from core.stays import queries
from core.stays.models import Stay
from core.stays.reasons import Reason, StayState
from core.stays.views import StayView

REASONS = (Reason.OWNER, Reason.MAINTENANCE, Reason.WALK_IN)


class NoSuchBlock(NotFound):
    """No block has this id; a guest's stay is none. Facts: `block_id`."""


def block(session: Session, stay_id: int) -> Stay | None:
    """The stay, if it is a block."""
    return session.scalar(select(Stay).where(Stay.id == stay_id, is_block()))


def of_room(session: Session, room_id: int, since: date, after: int, limit: int) -> tuple[StayView, ...]:
    """Up to `limit` blocks of a room that end after `since`, by id, whose ids come after `after`."""
    query = (
        select(Stay.id)
        .where(Stay.room_id == room_id, Stay.departure > since, Stay.state != StayState.RELEASED, is_block())
        .where(Stay.id > after)
        .order_by(Stay.id)
        .limit(limit)
    )
    found = (queries.stay(session, stay_id) for stay_id in session.scalars(query).all())
    return tuple(view for view in found if view is not None)


def is_block() -> ColumnElement[bool]:
    """True of blocks."""
    return Stay.source.is_(None) & Stay.reservation_id.is_(None) & Stay.reason.in_(REASONS)


def today(session: Session, property_id: int, now: datetime) -> date:
    """The business day at a property."""
    return business_day(now, session.get_one(Property, property_id).timezone)
