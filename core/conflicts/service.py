"""Cases are decided here: every decision is compared with the case as it was shown, and the first one wins."""

from dataclasses import replace
from typing import assert_never

from core.conflicts import cases, errors, follow_ups, losing, reminding, rules, same, undoing
from core.conflicts import events as happenings
from core.conflicts.commands import (
    ConflictCommand,
    DecideLater,
    KeepStay,
    MoveParties,
    OnlyOurBlock,
    Relocation,
    SameBooking,
    TickFollowUp,
    UndoDecision,
)
from core.conflicts.deciding import Decided, TakenUp, Word, latest_event, plain, refuse, settle, take_up
from core.conflicts.loading import party
from core.conflicts.models import FollowUp
from core.conflicts.views import Severity
from core.db.work import UnitOfWork
from core.events import service as events
from core.events.service import By
from core.feeds import service as feeds
from core.inventory import service as inventory
from core.properties.models import Room
from core.stays import chains, holding, splitting
from core.stays import rules as stay_rules
from core.stays import service as stays
from core.stays.commands import MoveStay
from core.stays.errors import NoSuchRoom, NoSuchStay
from core.stays.models import Stay
from core.stays.reasons import StayState
from core.values.nights import Nights


def decide(work: UnitOfWork, command: ConflictCommand, by: By) -> Decided:
    """Carry out what somebody decided about a case.

    Raises `NoSuchConflict`, `AlreadyDecided`, `CaseChanged`, `GuestIsIn`, `NeedsPerson` (R22), and what the single
    decision says it raises.
    """
    match command:
        case KeepStay():
            return _keep(work, command, by)
        case MoveParties():
            return _move(work, command, by)
        case SameBooking():
            return same.same_booking(work, command, by)
        case OnlyOurBlock():
            return same.only_our_block(work, command, by)
        case DecideLater():
            return _later(work, command, by)
        case UndoDecision():
            return undoing.undo(work, command, by)
        case TickFollowUp():
            return _tick(work, command, by)
        case _:
            assert_never(command)


def _keep(work: UnitOfWork, command: KeepStay, by: By) -> Decided:
    """Give one party its nights. Those who want none of them keep what they have."""
    taken = take_up(work, command.conflict_id, command.revision)
    winner = next((stay for stay in taken.stays if stay.id == command.stay_id), None)
    if winner is None:
        raise errors.CaseChanged(conflict_id=taken.case.id)
    losers = _losers(taken, winner)
    refuse(taken, losers, by)
    tasks, facts = losing.give_way(work, taken, winner, losers, by)
    return settle(work, taken, Word("KeepStay", winner, losers, tasks, facts=facts), by)


def _losers(taken: TakenUp, winner: Stay) -> list[Stay]:
    kept = party(winner, taken.room.id)
    others = [stay for stay in taken.stays if stay is not winner]
    return [stay for stay in others if rules.disputed(kept, party(stay, taken.room.id), taken.today)]


def _move(work: UnitOfWork, command: MoveParties, by: By) -> Decided:
    """Put stays, or their first or last nights, into other rooms, one after the other.

    Raises `NightTaken`, `CannotSplit` and what a move raises.
    """
    taken = take_up(work, command.conflict_id, command.revision, command.moves)
    waited = {stay.id for stay in taken.stays if stay.state == StayState.CONTESTED}
    versions: dict[int, int] = {}
    moved: list[Stay] = []
    steps: list[dict[str, int]] = []
    splits: list[list[int]] = []
    for step in command.moves:
        stay = _mover(work, taken, step, by)
        stay = _part(work, taken, stay, step.nights, by, splits) if step.nights is not None else stay
        before = stay.room_id
        change = stays.move(work, MoveStay(stay.id, stay.revision, step.room_id), plain(by), reviewed=False)
        versions |= change.versions
        moved.append(stay)
        steps.append({"stay": stay.id, "from": before, "to": step.room_id, "event": change.event_id})
    still = {stay.id for stay in taken.stays if stay.state == StayState.CONTESTED}
    concerned = {stay.id for stay in moved} | {head for head, _ in splits}
    if still == waited and not concerned & {stay.id for stay in taken.stays}:
        raise errors.CaseChanged(conflict_id=taken.case.id)
    word = Word("MoveParties", versions=versions, facts={"moves": steps, "splits": splits})
    return replace(settle(work, taken, word, by), moved_ids=tuple(stay.id for stay in moved))


def _mover(work: UnitOfWork, taken: TakenUp, step: Relocation, by: By) -> Stay:
    stay = work.session.get(Stay, step.stay_id, populate_existing=True)
    room = work.session.get(Room, step.room_id)
    if stay is None or stay.property_id != taken.case.property_id:
        raise NoSuchStay(stay_id=step.stay_id)
    if room is None or room.property_id != taken.case.property_id:
        raise NoSuchRoom(room_id=step.room_id)
    refuse(taken, [stay], by)
    return stay


def _part(work: UnitOfWork, taken: TakenUp, stay: Stay, nights: Nights, by: By, splits: list[list[int]]) -> Stay:
    """The part of a stay that has just these nights of what is left; `splits` is told where it had to be divided."""
    if set(taken.left(stay)) <= set(nights):
        return stay
    parts = [part for part in chains.chain(work, stay) if set(nights) <= set(taken.left(part))]
    if not parts:
        raise errors.CannotSplit(stay_id=stay.id)
    [whole] = parts
    left = taken.left(whole)
    if len(left) == len(nights):
        return whole
    at_start = nights.arrival == left[0]
    if not at_start and nights.departure != whole.departure:
        raise errors.CannotSplit(stay_id=stay.id)
    _, tail = splitting.divide(work, whole, nights.departure if at_start else nights.arrival, plain(by))
    splits.append([whole.id, tail.id])
    return whole if at_start else tail


def _later(work: UnitOfWork, command: DecideLater, by: By) -> Decided:
    taken = take_up(work, command.conflict_id, command.revision)
    case = taken.case
    until = reminding.put_off(Severity(case.severity), work.now)
    cases.put_off(work, case.id, case.reminded, until)
    stay_ids = [stay.id for stay in taken.stays]
    happening = happenings.DecisionPutOff(*cases.happening_facts(work, case, stay_ids), happenings.instant(until))
    event_id = events.record(work, happening, case.id, property_id=case.property_id, by=plain(by))
    return Decided("DecideLater", case.property_id, case.id, event_id, remind_at=until)


def _tick(work: UnitOfWork, command: TickFollowUp, by: By) -> Decided:
    """It is done at the channel or with the guest: what the stay still held opens, late (R4, R20).

    Raises `NoSuchFollowUp` or `AlreadyTicked`.
    """
    seen = work.session.get(FollowUp, command.follow_up_id)
    if seen is None:
        raise errors.NoSuchFollowUp(follow_up_id=command.follow_up_id)
    stay = work.session.get_one(Stay, seen.stay_id, populate_existing=True)
    room = holding.room_of(work, stay.room_id, removed=True)
    today = holding.today_at(work, room)
    inventory.lock(work, [(room.type_id, night) for night in stay.nights if night >= today])
    task = work.session.get_one(FollowUp, command.follow_up_id, with_for_update=True, populate_existing=True)
    if task.done_at is not None:
        raise errors.AlreadyTicked(follow_up_id=task.id, person_id=task.done_by, at=task.done_at)
    stay = work.session.get_one(Stay, seen.stay_id, populate_existing=True)
    opened: dict[str, list[str]] = {}
    if stay.state == StayState.SHADOWED and stay.departure > today:
        kept, given_up = stay_rules.what_remains(stay.nights, None, today, stay.id)
        opened = holding.as_facts(holding.give_up(work, stay, kept, given_up, at_once=False))
    work.session.flush()
    versions = feeds.changed(work, inventory.touched_rooms(work))
    told = {str(room_id): version for room_id, version in versions.items()}
    follow_ups.close_all(work, stay, follow_ups.TICKED, by, opened, told)
    cases.review(work, {room.id, *versions}, by)
    event_id = latest_event(work, happenings.FollowUpClosed, task.id)
    return Decided(
        "TickFollowUp", task.property_id, task.conflict_id, event_id,
        follow_up_ids=(task.id,), stay_id=stay.id, versions=versions,
    )  # fmt: skip
