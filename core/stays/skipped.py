"""Times of a recurring block that were left out, because somebody had the nights: how they stand now."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from core.clock import business_day
from core.db.work import UnitOfWork
from core.events.models import Event
from core.inventory import parts
from core.inventory.models import Occurrence, RecurringBlock, RoomNight
from core.properties.models import Property
from core.stays import queries
from core.stays.views import StayView
from core.values.nights import Nights


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One time at which no block was made."""

    nights: Nights
    holder: StayView | None
    """Who has the first night that is taken; None: nobody any more."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """What of a recurring block was left out in one go and is still to come."""

    property_id: int
    room: str
    note: str | None
    times: tuple[LeftOut, ...]


def told_by(work: UnitOfWork, event_id: int) -> Skipped | None:
    """What a `RecurringSkipped` told, without what is over or was ended since; None when nothing is left of it."""
    event = work.session.get(Event, event_id)
    row = work.session.get(RecurringBlock, event.subject_id) if event is not None else None
    if event is None or row is None:
        return None
    place = work.session.get_one(Property, row.property_id)
    named: Any = event.facts["skipped"]
    days = [date.fromisoformat(day) for day in named]
    query = select(Occurrence.arrival).where(
        Occurrence.recurring_id == row.id, Occurrence.stay_id.is_(None), Occurrence.arrival.in_(days),
        Occurrence.arrival >= business_day(work.now, place.timezone),
    )  # fmt: skip
    times = tuple(
        LeftOut(nights := Nights(day, day + timedelta(days=row.nights)), _holder(work, row.room_id, nights))
        for day in work.session.scalars(query.order_by(Occurrence.arrival))
    )
    return Skipped(row.property_id, str(event.facts["room"]), row.note, times) if times else None


def _holder(work: UnitOfWork, room_id: int, nights: Nights) -> StayView | None:
    rooms = parts.of_room(work.session, room_id).taken_with(room_id)
    query = (
        select(RoomNight.stay_id)
        .where(RoomNight.room_id.in_(rooms), RoomNight.night >= nights.arrival, RoomNight.night < nights.departure)
        .order_by(RoomNight.night, RoomNight.room_id)
    )
    stay_id = work.session.scalars(query.limit(1)).first()
    return queries.stay(work.session, stay_id) if stay_id is not None else None
