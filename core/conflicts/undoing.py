"""Taking a decision back: a new command under today's rules, never a rollback (R25). The case is open again."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select

from core.conflicts import cases, errors, follow_ups, reminding
from core.conflicts import events as happenings
from core.conflicts.commands import UndoDecision
from core.conflicts.deciding import Decided, TakenUp, is_block, latest_event, take_up
from core.conflicts.models import FollowUp
from core.conflicts.same import point_back
from core.conflicts.views import CaseState, Severity
from core.db.work import UnitOfWork
from core.events import service as events
from core.events.service import By
from core.feeds import service as feeds
from core.inventory import handing
from core.inventory import service as inventory
from core.outbox import service as outbox
from core.outbox.effects import TellConflict
from core.reservations import following
from core.stays import holding, splitting
from core.stays import service as stays
from core.stays.models import Stay
from core.stays.reasons import Reason, StayState
from core.stays.undo import read_since
from core.values.nights import Nights

Facts = Mapping[str, Any]


def undo(work: UnitOfWork, command: UndoDecision, by: By) -> Decided:
    """Take a decision back. Raises `NothingDecided`, `CaseChanged` or `DecisionStands`; a way back may be taken.

    Who lost wants its nights again: it gets those that nobody needs by now, and waits for the others.
    """
    taken = take_up(work, command.conflict_id, command.revision, state=CaseState.DECIDED)
    case = taken.case
    facts: Facts = case.decision or {}
    _refuse(work, taken, facts)
    event_id = latest_event(work, happenings.ConflictDecided, case.id)
    was = {int(room_id): version for room_id, version in facts["versions"].items()}
    read_by = read_since(work.session, was)
    _close_tasks(work, taken, by)
    given = _WAYS_BACK[facts["command"]](work, taken, facts, by.also())
    work.session.flush()
    versions = {**given, **feeds.changed(work, {*inventory.touched_rooms(work), case.room_id})}
    case.state, case.ended_at, case.changed_at = CaseState.OPEN, None, work.now
    case.decided_by, case.transport, case.decision = None, None, None
    case.reminded, case.remind_at = 0, reminding.first_at(Severity(case.severity), work.now)
    work.session.flush()
    told = {str(room_id): version for room_id, version in versions.items()}
    happening = happenings.DecisionUndone(
        *cases.happening_facts(work, case, [stay.id for stay in taken.stays]), facts["command"], told
    )
    told_id = events.record(work, happening, case.id, property_id=case.property_id, by=replace(by, undoes=event_id))
    following.follow_all(work, taken.stays, by)
    outbox.add(work, TellConflict(case.id))
    cases.review(work, {case.room_id, *versions, *(stay.room_id for stay in taken.stays)}, by)
    return Decided(
        "UndoDecision", case.property_id, case.id, told_id, versions=versions, read_by=read_by,
        winner_id=facts["winner"], loser_ids=tuple(facts["losers"]),
    )  # fmt: skip


def _refuse(work: UnitOfWork, taken: TakenUp, facts: Facts) -> None:
    """Raise `DecisionStands` where somebody has relied on the decision since (R25)."""
    case = taken.case

    def stands(why: str) -> errors.DecisionStands:
        return errors.DecisionStands(conflict_id=case.id, why=why)

    if case.departure <= taken.today:
        raise stands("over")
    tasks = work.session.scalars(select(FollowUp).where(FollowUp.conflict_id == case.id, FollowUp.done_at.is_not(None)))
    for task in tasks:
        if task.id in facts["follow_ups"] and task.how in _SAID:
            raise stands(_SAID[task.how])
    for stay in taken.stays:
        if stay.checked_in_at is not None and case.ended_at is not None and stay.checked_in_at >= case.ended_at:
            raise stands("checked_in")
    if not all(_as_left(work, taken, facts, stay_id) for stay_id in _concerned(facts)):
        raise stands("changed")
    if not all(_follows(work, head, tail) for head, tail in facts.get("splits", ())):
        raise stands("changed")


def _concerned(facts: Facts) -> set[int]:
    """The stays that a way back would change, but for a winner: what that has become is respected."""
    moved = {step["stay"] for step in facts.get("moves", ())}
    holder = {facts["winner"]} if facts["command"] == "SameBooking" else set()
    return moved | holder | set(facts["losers"])


def _as_left(work: UnitOfWork, taken: TakenUp, facts: Facts, stay_id: int) -> bool:
    """Whether a stay is as the decision left it."""
    stay = work.session.get_one(Stay, stay_id, populate_existing=True)
    match facts["command"]:
        case "KeepStay":
            block = facts["blocks"].get(str(stay_id))
            if block is None:
                return stay.state == StayState.SHADOWED
            return bool(block["left"] == _left(stay))
        case "MoveParties":
            to = next(step["to"] for step in reversed(facts["moves"]) if step["stay"] == stay_id)
            here = stay.state in (StayState.HOLDING, StayState.CONTESTED) and stay.room_id == to
            return here and stay.departure > taken.today
        case _:
            return bool(stay.revision == facts["revisions"][str(stay_id)])


def _follows(work: UnitOfWork, head_id: int, tail_id: int) -> bool:
    """Whether the two parts of a stay that was split still go on from each other."""
    head = work.session.get_one(Stay, head_id, populate_existing=True)
    tail = work.session.get_one(Stay, tail_id, populate_existing=True)
    standing = all(stay.state in (StayState.HOLDING, StayState.CONTESTED) for stay in (head, tail))
    return standing and tail.follows_id == head.id and tail.arrival == head.departure


def _left(stay: Stay) -> list[str] | None:
    return None if stay.state == StayState.RELEASED else [stay.arrival.isoformat(), stay.departure.isoformat()]


def _close_tasks(work: UnitOfWork, taken: TakenUp, by: By) -> None:
    for stay in taken.stays:
        if stay.state == StayState.SHADOWED:
            follow_ups.close_all(work, stay, follow_ups.UNDONE, by)


def _keep_back(work: UnitOfWork, taken: TakenUp, facts: Facts, _by: By) -> dict[int, int]:
    """Let the losers want their nights again, and give them back those that the winner had of them."""
    winner = work.session.get_one(Stay, facts["winner"], populate_existing=True)
    for stay in (stay for stay in taken.stays if stay.id in facts["losers"]):
        if is_block(stay):
            block = facts["blocks"][str(stay.id)]
            stay.arrival, stay.departure = _day(block["arrival"]), _day(block["until"])
        holding.stand_again(work, stay)
        lost = [night for night in map(_day, facts["lost"].get(str(stay.id), ())) if night >= taken.today]
        had = inventory.held_by(work, winner, lost).get(taken.room.id, [])
        if winner.checked_in_at is not None or stay.state != StayState.CONTESTED or not had:
            continue
        handing.hand_over(work, stay, taken.room, had)
        for each in (winner, stay):
            each.state = holding.state_of(work, each) if each.state != StayState.SHADOWED else each.state
            holding.touch(work, each)
    return {}


def _move_back(work: UnitOfWork, taken: TakenUp, facts: Facts, by: By) -> dict[int, int]:
    """Go the moves backwards. A party waits in its room for what is taken there; others go only where it is free.

    Who was to change the room is in one again.
    """
    splits: list[list[int]] = facts.get("splits", [])
    parties = {stay.id for stay in taken.stays} | {tail for _, tail in splits}
    versions: dict[int, int] = {}
    for step in reversed(facts["moves"]):
        stay = work.session.get_one(Stay, step["stay"], populate_existing=True)
        room = holding.room_of(work, step["from"])
        if stay.id not in parties:
            inventory.refuse_taken(work, room, taken.left(stay))
        versions |= stays.put_back(work, stay, room, by).versions
    for head, _ in reversed(splits):
        versions |= splitting.join(work, work.session.get_one(Stay, head, populate_existing=True), by).versions
    return versions


def _same_back(work: UnitOfWork, taken: TakenUp, facts: Facts, _by: By) -> dict[int, int]:
    """Let both parties be two bookings again, each with what it knew and its own nights."""
    holder = work.session.get_one(Stay, facts["winner"])
    loser = work.session.get_one(Stay, facts["losers"][0])
    had = _nights(facts["holder"])
    inventory.release(work, holder, [night for night in taken.left(holder) if night not in had])
    holder.arrival, holder.departure = had.arrival, had.departure
    handing.become(work, holder, Reason(facts["holder"]["reason"]))
    for name in facts["filled"]:
        setattr(holder, name, None)
    if facts["checked_in"]:
        holder.checked_in_at = None
    holder.state = holding.state_of(work, holder)
    holding.touch(work, holder)
    _loser_back(work, loser, facts)
    return {}


def _echo_back(work: UnitOfWork, _taken: TakenUp, facts: Facts, _by: By) -> dict[int, int]:
    """Take for a booking again what was said to be our own block."""
    _loser_back(work, work.session.get_one(Stay, facts["losers"][0]), facts)
    return {}


def _loser_back(work: UnitOfWork, loser: Stay, facts: Facts) -> None:
    nights = _nights(facts["loser"])
    loser.arrival, loser.departure = nights.arrival, nights.departure
    point_back(work, facts["bookings"], loser)
    holding.stand_again(work, loser)


def _nights(facts: Facts) -> Nights:
    return Nights(_day(facts["arrival"]), _day(facts["departure"]))


def _day(text: str) -> date:
    return date.fromisoformat(text)


_SAID = {follow_ups.TICKED: "ticked", follow_ups.FEED: "dropped"}
"""Why a decision stands whose tasks are done, by how they were closed."""

_WAYS_BACK: dict[str, Callable[[UnitOfWork, TakenUp, Facts, By], dict[int, int]]] = {
    "KeepStay": _keep_back,
    "MoveParties": _move_back,
    "SameBooking": _same_back,
    "OnlyOurBlock": _echo_back,
}
"""How each decision is taken back; each answers the feeds' versions that its parts gave, by room."""
