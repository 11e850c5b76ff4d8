"""Rows of the inventory for screens and programs: blocks that recur."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.inventory.models import RecurringBlock


@dataclass(frozen=True, slots=True)
class RecurringView:
    """A block that recurs."""

    recurring_id: int
    property_id: int
    room_id: int
    rule: str
    first: date
    until: date | None
    nights: int
    reason: str
    note: str | None


def recurring(session: Session, property_ids: Collection[int], after: int, most: int) -> list[RecurringView]:
    """The recurring blocks of these properties behind the id `after`, ended ones too."""
    query = (
        select(RecurringBlock)
        .where(RecurringBlock.property_id.in_(property_ids), RecurringBlock.id > after)
        .order_by(RecurringBlock.id)
        .limit(most)
    )
    return [
        RecurringView(
            one.id, one.property_id, one.room_id, one.rule, one.first, one.until, one.nights, one.reason, one.note
        )
        for one in session.scalars(query)
    ]
