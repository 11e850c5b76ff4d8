"""The counters of InventoryDay recomputed from RoomNights, contested stays and rooms; compared and put right."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Table, exists, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from core.clock import business_day
from core.db.work import UnitOfWork
from core.inventory import service as inventory
from core.inventory.models import InventoryDay, RoomNight, RoomPart
from core.properties.models import Property, Room, RoomType
from core.stays.models import Stay
from core.stays.reasons import Reason, StayState

Cell = tuple[int, date]
"""A room type and a night."""

_DAYS: Table = InventoryDay.__table__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Counters:
    """What one day counts."""

    total: int = 0
    sold: int = 0
    blocked: int = 0
    contested: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """A day that does not say what is so; `counted` is None where the day is missing altogether."""

    property: str
    type_id: int
    type: str
    night: date
    counted: Counters | None
    truth: Counters


def differences(session: Session, now: datetime) -> list[Difference]:
    """The days from each property's business day on whose counters are wrong, in order.

    Past days stay as they were counted then: a room may have changed its type since.
    """
    found: list[Difference] = []
    for place in session.scalars(select(Property).order_by(Property.id)):
        first = business_day(now, place.timezone)
        types = {one.id: one.code for one in session.scalars(select(RoomType).where(RoomType.property_id == place.id))}
        counted, truth = _counted(session, types, first), _truth(session, place.id, first)
        totals = _totals(session, types)
        for type_id, night in sorted({*counted, *truth}):
            so = replace(truth.get((type_id, night), Counters()), total=totals.get(type_id, 0))
            said = counted.get((type_id, night))
            if said != so:
                found.append(Difference(place.code, type_id, types[type_id], night, said, so))
    return found


def repair(work: UnitOfWork) -> tuple[int, int]:
    """Set the counters that are wrong; how many days were put right, and how many cannot be.

    A day that would be oversold stays as it is: the numbers are not what is wrong there.
    """
    inventory.lock(work, [(one.type_id, one.night) for one in differences(work.session, work.now)])
    repaired = refused = 0
    # Looked at again under the locks: somebody may have changed a day in between.
    for one in differences(work.session, work.now):
        try:
            with work.session.begin_nested():
                work.session.execute(
                    update(_DAYS)
                    .where(_DAYS.c.type_id == one.type_id, _DAYS.c.night == one.night)
                    .values(asdict(one.truth))
                )
            repaired += 1
        except IntegrityError:
            refused += 1
    return repaired, refused


def count_rooms(work: UnitOfWork, type_id: int, first: date) -> None:
    """Take a changed number of rooms over into the days from `first` on; the days before had the old number."""
    total = _totals(work.session, [type_id]).get(type_id, 0)
    work.session.execute(update(_DAYS).where(_DAYS.c.type_id == type_id, _DAYS.c.night >= first).values(total=total))


def _totals(session: Session, type_ids: Iterable[int]) -> dict[int, int]:
    query = (
        select(Room.type_id, func.count())
        .where(Room.type_id.in_(list(type_ids)), Room.removed_at.is_(None))
        .group_by(Room.type_id)
    )
    return {type_id: rooms for type_id, rooms in session.execute(query)}  # noqa: C416 - rows are no pairs to mypy.


def _counted(session: Session, type_ids: Iterable[int], first: date) -> dict[Cell, Counters]:
    query = select(
        _DAYS.c.type_id, _DAYS.c.night, _DAYS.c.total, _DAYS.c.sold, _DAYS.c.blocked, _DAYS.c.contested
    ).where(_DAYS.c.type_id.in_(list(type_ids)), _DAYS.c.night >= first)
    return {(row[0], row[1]): Counters(*row[2:]) for row in session.execute(query)}


def _truth(session: Session, property_id: int, first: date) -> dict[Cell, Counters]:
    truth: dict[Cell, Counters] = {}
    held = (
        select(Room.type_id, RoomNight.night, Stay.reason, func.count())
        .join(Room, Room.id == RoomNight.room_id)
        .join(Stay, Stay.id == RoomNight.stay_id)
        .where(Room.property_id == property_id, RoomNight.night >= first)
        .group_by(Room.type_id, RoomNight.night, Stay.reason)
    )
    for type_id, night, reason, rooms in session.execute(held):
        so = truth.get((type_id, night), Counters())
        if Reason(reason).sells:
            truth[type_id, night] = replace(so, sold=so.sold + rooms)
        else:
            truth[type_id, night] = replace(so, blocked=so.blocked + rooms)
    for cell in _waiting(session, property_id, first):
        so = truth.get(cell, Counters())
        truth[cell] = replace(so, contested=so.contested + 1)
    return truth


def is_part() -> ColumnElement[bool]:
    """Whether a RoomNight is but a part of what its stay wants: the night counts by the row of the whole."""
    of = aliased(Stay)
    return (
        exists()
        .where(RoomPart.part_id == RoomNight.room_id, RoomPart.whole_id == of.room_id, of.id == RoomNight.stay_id)
        .correlate(RoomNight)
    )


def without_parts(session: Session, now: datetime) -> list[int]:
    """The stays that hold a night of a room that is made of parts without holding all parts of it."""
    since = now.date() - timedelta(days=1)
    part, held = aliased(Room), aliased(RoomNight)
    has_it = exists().where(
        held.room_id == RoomPart.part_id, held.night == RoomNight.night, held.stay_id == RoomNight.stay_id
    )
    query = (
        select(RoomNight.stay_id)
        .join(RoomPart, RoomPart.whole_id == RoomNight.room_id)
        .join(part, part.id == RoomPart.part_id)
        .where(RoomNight.night >= since, part.removed_at.is_(None), ~has_it)
        .distinct()
        .order_by(RoomNight.stay_id)
    )
    return list(session.scalars(query))


def _waiting(session: Session, property_id: int, first: date) -> Iterator[Cell]:
    """Every night that a contested stay should have and has not, with the type it waits for."""
    query = (
        select(Stay.id, Stay.arrival, Stay.departure, Room.type_id)
        .join(Room, Room.id == Stay.room_id)
        .where(Stay.property_id == property_id, Stay.state == StayState.CONTESTED, Stay.departure > first)
    )
    for stay_id, arrival, departure, type_id in session.execute(query).all():
        mine = select(RoomNight.night).where(RoomNight.stay_id == stay_id, ~is_part())
        held = set(session.scalars(mine))
        night = max(arrival, first)
        while night < departure:
            if night not in held:
                yield type_id, night
            night += timedelta(days=1)
