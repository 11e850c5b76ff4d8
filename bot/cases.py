"""Loading cases as the dialogue knows them: with the stays that their advice moves."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from bot.conversation.cases import Case
from core.conflicts import queries as conflicts
from core.conflicts.models import Conflict, FollowUp
from core.conflicts.views import CaseState, ConflictView, FollowUpView
from core.events.models import Event
from core.feeds.service import UNDO_TIME
from core.stays import queries as stays
from core.stays import undo


def case(session: Session, conflict_id: int, now: datetime) -> Case | None:
    """One case, whatever its state."""
    view = conflicts.case(session, conflict_id, now)
    return _known(session, view) if view is not None else None


def case_now(session: Session, conflict_id: int, now: datetime) -> Case | None:
    """One case, or the one that it became part of."""
    view = conflicts.case(session, conflict_id, now)
    while view is not None and view.merged_into is not None:
        view = conflicts.case(session, view.merged_into, now)
    return _known(session, view) if view is not None else None


def here(session: Session, property_id: int, number: int | None, now: datetime) -> Case | None:
    """The case of a property that has this number, or that it became part of."""
    found = case_now(session, number, now) if number is not None else None
    return found if found is not None and found.view.property_id == property_id else None


def open_cases(session: Session, property_id: int, now: datetime) -> tuple[Case, ...]:
    """The open cases of a property, the worst first."""
    return tuple(_known(session, view) for view in conflicts.open_cases(session, property_id, now))


def _known(session: Session, view: ConflictView) -> Case:
    parties = {party.stay.stay_id for party in view.parties}
    moved = dict.fromkeys(move.stay_id for way in view.advice for move in way.moves if move.stay_id not in parties)
    found = (stays.stay(session, stay_id) for stay_id in moved)
    return Case(view, tuple(stay for stay in found if stay is not None))


def last_decided(session: Session, property_id: int, person_id: int, now: datetime) -> tuple[int, int] | None:
    """The case and its revision that a person decided last, while that can be undone and is the last thing they did."""
    decided = Conflict.decided_by == person_id, Conflict.state == CaseState.DECIDED
    query = (
        select(Conflict.id, Conflict.revision, Conflict.ended_at)
        .where(Conflict.property_id == property_id, *decided, Conflict.ended_at >= now - UNDO_TIME)
        .order_by(Conflict.ended_at.desc(), Conflict.id.desc())
        .limit(1)
    )
    found = session.execute(query).first()
    if found is None:
        return None
    later = select(
        exists().where(
            Event.property_id == property_id, Event.person_id == person_id, Event.kind.in_(undo.UNDOABLE),
            Event.undoes.is_(None), Event.at > found.ended_at,
        )
    )  # fmt: skip
    return None if session.scalar(later) else (found.id, found.revision)


def task_of(session: Session, stay_id: int) -> FollowUpView | None:
    """What is left to do about a stay that lost or was cancelled here."""
    query = select(FollowUp).where(FollowUp.stay_id == stay_id, FollowUp.done_at.is_(None)).order_by(FollowUp.id)
    task, stay = session.scalars(query.limit(1)).first(), stays.stay(session, stay_id)
    return FollowUpView(task.id, task.kind, stay, task.made_at) if task is not None and stay is not None else None
