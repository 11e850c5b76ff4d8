"""Words on cases and their tasks, carried out for one property."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from bot import cases
from bot.conversation.actions import PartyIsIn
from bot.conversation.cases import Case, Decided
from bot.conversation.facts import Facts
from core.conflicts import errors, service
from core.conflicts.commands import ConflictCommand, KeepStay, TickFollowUp
from core.conflicts.models import Conflict, FollowUp
from core.conflicts.views import FollowUpView
from core.db.work import UnitOfWork
from core.events.service import By
from core.platforms.registry import PLATFORMS
from core.stays import queries as stays
from core.stays import service as desk
from core.stays.commands import CheckIn
from core.stays.models import Stay
from core.stays.views import StayView


@dataclass(frozen=True, slots=True)
class Did:
    """What a word on a case did, and the feeds' versions that show it, by room."""

    told: Decided
    versions: Mapping[int, int]


def carry_out(work: UnitOfWork, facts: Facts, command: ConflictCommand | PartyIsIn, by: By) -> Did:
    """Carry out one command for the property of `facts`: ids in old buttons prove nothing."""
    _must_be_here(work, facts, command)
    if isinstance(command, PartyIsIn):
        return _is_in(work, command, by)
    done = service.decide(work, command, by)
    case = cases.case(work.session, done.conflict_id, work.now) if done.conflict_id is not None else None
    read = {PLATFORMS[read.platform].name: read.at for read in sorted(done.read_by, key=lambda read: read.at)}
    told = Decided(
        done.decision, case, _tasks(work, done.follow_up_ids), _views(work, done.moved_ids), remind_at=done.remind_at,
        read_by=tuple(read.items()),
    )  # fmt: skip
    return Did(told, done.versions)


def case_of(work: UnitOfWork, facts: Facts, conflict_id: object) -> Case | None:
    """How a case of this property stands now, to be shown with a refusal."""
    number = conflict_id if isinstance(conflict_id, int) else None
    return cases.here(work.session, facts.place.property_id, number, work.now)


def _is_in(work: UnitOfWork, command: PartyIsIn, by: By) -> Did:
    """A guest is in the room (R21): the case is decided for them, and they are checked in with it."""
    done = service.decide(work, KeepStay(command.conflict_id, command.revision, command.stay_id), by)
    work.session.flush()
    stay = work.session.get_one(Stay, command.stay_id)
    desk.check_in(work, CheckIn(stay.id, stay.revision), by)
    inside = stays.stay(work.session, command.stay_id)
    case = cases.case(work.session, command.conflict_id, work.now)
    return Did(Decided(done.decision, case, _tasks(work, done.follow_up_ids), checked_in=inside), done.versions)


def _must_be_here(work: UnitOfWork, facts: Facts, command: ConflictCommand | PartyIsIn) -> None:
    if isinstance(command, TickFollowUp):
        task = work.session.get(FollowUp, command.follow_up_id)
        if task is None or task.property_id != facts.place.property_id:
            raise errors.NoSuchFollowUp(follow_up_id=command.follow_up_id)
        return
    case = work.session.get(Conflict, command.conflict_id)
    if case is None or case.property_id != facts.place.property_id:
        raise errors.NoSuchConflict(conflict_id=command.conflict_id)


def _tasks(work: UnitOfWork, ids: tuple[int, ...]) -> tuple[FollowUpView, ...]:
    tasks = work.session.scalars(select(FollowUp).where(FollowUp.id.in_(ids)).order_by(FollowUp.id)).all()
    seen = [(task, stays.stay(work.session, task.stay_id)) for task in tasks]
    return tuple(FollowUpView(task.id, task.kind, stay, task.made_at) for task, stay in seen if stay is not None)


def _views(work: UnitOfWork, ids: Iterable[int]) -> tuple[StayView, ...]:
    found = (stays.stay(work.session, stay_id) for stay_id in dict.fromkeys(ids))
    return tuple(stay for stay in found if stay is not None)
