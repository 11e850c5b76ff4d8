"""Conflicts: seen, decided, and decisions taken back."""

from typing import Annotated, assert_never

from fastapi import APIRouter, Body, Query

from core.conflicts import lists, queries, service
from core.conflicts.commands import (
    ConflictCommand,
    KeepStay,
    MoveParties,
    OnlyOurBlock,
    Relocation,
    SameBooking,
    UndoDecision,
)
from core.conflicts.errors import NoSuchConflict
from core.conflicts.models import Conflict
from core.conflicts.views import ConflictView
from core.db.work import UnitOfWork
from core.properties.errors import WrongValue
from core.values.nights import Nights
from webhooks.api.caller import Act, Calling
from webhooks.api.described import needing
from webhooks.api.paging import Page, Paging
from webhooks.deps import Stored
from webhooks.schemas import conflicts as schemas
from webhooks.schemas.base import Key
from webhooks.schemas.conflicts import ConflictAnswer, DecidedAnswer, Resolution, Status, UndoOrder

router = APIRouter(prefix="/api", tags=["conflicts"])


@router.get("/conflicts", operation_id="list_conflicts", **needing(Act.READ_CONFLICTS, also=(404,)))
def list_conflicts(
    caller: Calling,
    store: Stored,
    window: Paging,
    status: Annotated[Status | None, Query(description="Only those that stand so.")] = None,
    property_id: Key | None = None,
) -> Page[ConflictAnswer]:
    """The conflicts of one property, or of all that the caller knows of, the newest first."""
    ids = caller.properties(Act.READ_CONFLICTS, property_id)
    now = store.clock.now()
    with store.reading() as session:
        found = lists.cases(session, ids, status.state if status else None, window.before, window.fetch)
        views = [view for one in found if (view := queries.case(session, one, now)) is not None]
    return window.page(views, lambda one: one.conflict_id, ConflictAnswer.of)


@router.get("/conflicts/{conflict_id}", operation_id="get_conflict", **needing(Act.READ_CONFLICTS, also=(404,)))
def get_conflict(conflict_id: Key, caller: Calling, store: Stored) -> ConflictAnswer:
    """One conflict, with what is advised while it is open."""
    with store.reading() as session:
        caller.theirs(session.get(Conflict, conflict_id), Act.READ_CONFLICTS, NoSuchConflict(conflict_id=conflict_id))
        return ConflictAnswer.of(_view(queries.case(session, conflict_id, store.clock.now()), conflict_id))


@router.post(
    "/conflicts/{conflict_id}/resolve",
    operation_id="resolve_conflict",
    **needing(Act.DECIDE_CONFLICTS, also=(404, 409)),
)
def resolve_conflict(
    conflict_id: Key, order: Annotated[Resolution, Body()], caller: Calling, store: Stored
) -> DecidedAnswer:
    """Decide: who keeps the nights, who moves where, or that there are no two bookings. The first decision counts."""
    with store.unit_of_work() as work:
        case = _theirs(work, caller, conflict_id)
        return _decided(work, _command(order, conflict_id, order.revision or case.revision), caller)


@router.post(
    "/conflicts/{conflict_id}/undo", operation_id="undo_conflict", **needing(Act.DECIDE_CONFLICTS, also=(404, 409))
)
def undo_conflict(conflict_id: Key, caller: Calling, store: Stored, order: UndoOrder | None = None) -> DecidedAnswer:
    """Take the decision back under today's rules: the conflict is open again."""
    seen = order.revision if order is not None else None
    with store.unit_of_work() as work:
        case = _theirs(work, caller, conflict_id)
        return _decided(work, UndoDecision(conflict_id, seen or case.revision), caller)


def _command(order: Resolution, conflict_id: int, revision: int) -> ConflictCommand:
    match order:
        case schemas.Keep():
            return KeepStay(conflict_id, revision, order.winner)
        case schemas.MoveOne():
            return MoveParties(conflict_id, revision, (Relocation(order.move, order.to_room),))
        case schemas.MoveSeveral():
            return MoveParties(conflict_id, revision, tuple(_step(one) for one in order.moves))
        case schemas.SameBooking():
            return SameBooking(conflict_id, revision)
        case schemas.OurEcho():
            return OnlyOurBlock(conflict_id, revision)
        case _:
            assert_never(order)


def _step(order: schemas.Step) -> Relocation:
    if order.arrival is None and order.departure is None:
        return Relocation(order.stay_id, order.listing_id)
    if order.arrival is None or order.departure is None:
        raise WrongValue(field="moves", why="both_or_no_days")
    return Relocation(order.stay_id, order.listing_id, Nights(order.arrival, order.departure))


def _decided(work: UnitOfWork, command: ConflictCommand, caller: Calling) -> DecidedAnswer:
    done = service.decide(work, command, caller.by)
    work.session.flush()
    assert done.conflict_id is not None  # noqa: S101 - every command here is about a case.
    return DecidedAnswer.of(done, _view(queries.case(work.session, done.conflict_id, work.now), done.conflict_id))


def _theirs(work: UnitOfWork, caller: Calling, conflict_id: int) -> Conflict:
    missing = NoSuchConflict(conflict_id=conflict_id)
    return caller.theirs(work.session.get(Conflict, conflict_id), Act.DECIDE_CONFLICTS, missing)


def _view(found: ConflictView | None, conflict_id: int) -> ConflictView:
    if found is None:
        raise NoSuchConflict(conflict_id=conflict_id)
    return found
