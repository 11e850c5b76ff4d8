"""Taking an edit of rates back, while nobody has changed the same nights again (R25)."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from core.db.work import UnitOfWork
from core.events.models import Event
from core.events.service import By
from core.feeds.service import UNDO_TIME
from core.rates import commands, editing, events, queries, service
from core.rates.editing import Edit, Spot
from core.rates.service import RatesChange
from core.rates.views import DayRate, Range
from core.stays.errors import AlreadyUndone, ChangedMeanwhile, NothingToUndo, TooLateToUndo
from core.values import weekdays


def undo(work: UnitOfWork, property_id: int, order: commands.UndoRates, by: By) -> RatesChange:
    """Give the nights of an edit back what was set before it.

    Raises `NothingToUndo`, `TooLateToUndo`, `AlreadyUndone`, or `ChangedMeanwhile` when one of them was set again.
    """
    event = work.session.get(Event, order.event_id)
    if event is None or event.property_id != property_id or event.kind != events.RatesSet.kind or event.undoes:
        raise NothingToUndo(event_id=order.event_id)
    row = service.locked_plan(work, property_id, event.subject_id)
    earlier = work.session.scalar(select(Event).where(Event.undoes == event.id))
    if earlier is not None:
        raise AlreadyUndone(at=earlier.at, person_id=earlier.person_id)
    if work.now - event.at > UNDO_TIME:
        raise TooLateToUndo(minutes=int(UNDO_TIME.total_seconds() // 60))
    facts: dict[str, Any] = dict(event.facts)
    about = Range(
        date.fromisoformat(facts["first"]), date.fromisoformat(facts["last"]), weekdays.weekdays(facts["days"])
    )
    nights = weekdays.nights_on(
        (about.first + timedelta(days=n) for n in range((about.last - about.first).days + 1)), about.days
    )
    was, became = editing.from_runs(facts["before"], nights), editing.from_runs(facts["after"], nights)
    now = _now(work, row.id, became)
    for spot, values in became.items():
        if any(getattr(now[spot], name) != value for name, value in values.items()):
            raise ChangedMeanwhile(plan=row.code)
    back = {spot: replace(rate, **was[spot]) for spot, rate in now.items()}  # type: ignore[arg-type] # `DayRate`'s names.
    plan = queries.house(work.session, property_id).plan(row.id)
    event_id = service.record(work, plan, about, Edit(now, back, ()), nights, replace(by, undoes=event.id))
    type_ids = tuple(sorted({type_id for type_id, _ in back}))
    return RatesChange(plan, event_id, about, type_ids, len(back))


def last_undoable(session: Session, property_id: int, person_id: int, now: datetime) -> tuple[int, datetime] | None:
    """This person's last edit of rates here that stands and can still be taken back: its event, and when it was."""
    later = aliased(Event)
    query = (
        select(Event.id, Event.at)
        .where(Event.property_id == property_id, Event.person_id == person_id, Event.kind == events.RatesSet.kind)
        .where(Event.undoes.is_(None), ~exists().where(later.undoes == Event.id), Event.at >= now - UNDO_TIME)
        .order_by(Event.id.desc())
        .limit(1)
    )
    found = session.execute(query).one_or_none()
    return (found[0], found[1]) if found is not None else None


def _now(work: UnitOfWork, plan_id: int, spots: dict[Spot, editing.Values]) -> dict[Spot, DayRate]:
    """What is set now for these nights."""
    type_ids = sorted({type_id for type_id, _ in spots})
    nights = [night for _, night in spots]
    found = queries.days_of(work.session, plan_id, type_ids, min(nights), max(nights))
    return {spot: found.get(spot, DayRate()) for spot in spots}
