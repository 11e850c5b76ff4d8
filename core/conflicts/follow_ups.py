"""What a decision leaves to be done at a channel or with a guest, and how it is over with (R15, R20, R24)."""

from collections.abc import Mapping

from sqlalchemy import Select, select

from core.conflicts import events as happenings
from core.conflicts.models import FollowUp
from core.db.work import UnitOfWork
from core.events import service as events
from core.events.service import By
from core.properties.models import Room
from core.stays.models import Stay

CANCEL_THERE, RELOCATE = "cancel_there", "relocate"
"""At the platform that sold the stay; with a guest of the house's own."""
TICKED, FEED, UNDONE = "ticked", "feed", "undone"


def make(work: UnitOfWork, stay: Stay, by: By, conflict_id: int | None = None) -> FollowUp:
    """The task that a stay leaves which lost, or was cancelled here; the open one when it left one before."""
    found = work.session.scalars(_open(stay.id).where(FollowUp.conflict_id.is_not_distinct_from(conflict_id))).first()
    if found is not None:
        return found
    kind = CANCEL_THERE if stay.source is not None else RELOCATE
    made = FollowUp(property_id=stay.property_id, stay_id=stay.id, conflict_id=conflict_id, kind=kind, made_at=work.now)
    work.session.add(made)
    work.session.flush()
    happening = happenings.FollowUpMade(kind, stay.id, _room(work, stay))
    events.record(work, happening, made.id, property_id=stay.property_id, by=_without_undo(by))
    return made


def close_by_feed(work: UnitOfWork, stay: Stay) -> bool:
    """Its channel dropped the stay, or changed it: the tasks about it are over; whether there were any."""
    return close_all(work, stay, FEED, By())


def close_all(
    work: UnitOfWork,
    stay: Stay,
    how: str,
    by: By,
    opened: Mapping[str, list[str]] | None = None,
    versions: Mapping[str, int] | None = None,
) -> bool:
    """Close the open tasks about a stay; whether there were any. `opened` and `versions`: see `FollowUpClosed`."""
    tasks = work.session.scalars(_open(stay.id).with_for_update()).all()
    for task in tasks:
        task.done_at, task.done_by, task.how = work.now, by.person_id, how
        happening = happenings.FollowUpClosed(
            task.kind, stay.id, _room(work, stay), how, dict(opened or {}), dict(versions or {})
        )
        events.record(work, happening, task.id, property_id=stay.property_id, by=_without_undo(by))
    return bool(tasks)


def _open(stay_id: int) -> Select[FollowUp]:
    return select(FollowUp).where(FollowUp.stay_id == stay_id, FollowUp.done_at.is_(None)).order_by(FollowUp.id)


def _room(work: UnitOfWork, stay: Stay) -> str:
    return work.session.get_one(Room, stay.room_id).name


def _without_undo(by: By) -> By:
    """An event can be taken back by one other event only, which is not this one."""
    return by.also()
