"""What is said after somebody's word on a case: what came of it, what is left to do, how to take it back. Pure."""

from collections.abc import Iterator, Sequence

from bot.conversation import conflict_cards, conflict_tasks
from bot.conversation.actions import Do
from bot.conversation.cases import Case, Decided
from bot.conversation.facts import Facts, Refusal
from bot.conversation.says import Line, Offer, Say, line, offer
from core.conflicts.commands import UndoDecision
from core.conflicts.views import CaseState, ConflictView
from core.platforms.base import Export
from core.platforms.registry import PLATFORMS
from core.stays.reasons import StayState
from core.stays.views import StayView

MOST_TASKS = 3
FASTER = ("already_decided", "case_changed")
"""Why a button of a card is old."""


def receipt(decided: Decided, facts: Facts, knows: Sequence[Line]) -> Say:
    """The one message to whoever spoke; `knows` is what each channel knows of it."""
    if decided.what == "TickFollowUp" or decided.case is None:
        return _ticked(decided)
    case = decided.case
    over = (conflict_cards.subject_of(case.view).name,)
    match decided.what:
        case "DecideLater":
            return Say((line("conflict.later", room=case.view.room, at=decided.remind_at),), over=over)
        case "UndoDecision":
            read = (line("undone.read_by", platform=name, at=at) for name, at in decided.read_by)
            return conflict_cards.card(case, facts, line("conflict.undone"), *read)
        case _:
            done = line("conflict.decided", room=case.view.room, nights=case.view.nights)
            left = [conflict_tasks.told(task) for task in decided.follow_ups]
            advice = [line("conflict.reservations_only", stay=stay) for stay in _exporting(decided)]
            return Say((done, *_how(decided), *advice, *left, *knows), _after(decided, case.view), over=over)


def settled(case: Case) -> Say:
    """To everybody else who was asked: who decided what, or that nothing is left to decide."""
    view = case.view
    over = (conflict_cards.subject_of(view).name,)
    if view.merged_into is not None:
        return Say((line("conflict.merged", room=view.room, nights=view.nights),), over=over)
    if view.state is CaseState.CLOSED:
        return Say((line("conflict.closed", room=view.room, nights=view.nights),), over=over)
    how = _how(Decided(view.decision or "", case, moves=_elsewhere(view)))
    if view.decided_by is None:
        return Say((line("conflict.decided_itself", room=view.room, nights=view.nights), *how), over=over)
    by = {"person": view.decided_by, "at": view.decided_at}
    return Say((line("conflict.decided_by", room=view.room, nights=view.nights, **by), *how), over=over)


def refused(refusal: Refusal, case: Case, facts: Facts) -> Say:
    """Why a word on a case did nothing: somebody was faster, or the case is another by now and is shown as it is."""
    if case.view.state is CaseState.OPEN:
        return conflict_cards.card(case, facts, _why(refusal, facts))
    if refusal.code in FASTER:
        said = settled(case)
        return Say((line("conflict.too_late"), *said.lines), over=said.over)
    return Say((_why(refusal, facts),))


def _ticked(decided: Decided) -> Say:
    tasks = decided.follow_ups
    over = tuple(conflict_tasks.subject_of(task).name for task in tasks)
    return Say(tuple(line(f"task.ticked.{task.kind}", stay=task.stay) for task in tasks), over=over)


def _how(decided: Decided) -> Iterator[Line]:
    """What became of the parties."""
    if decided.case is None:
        return
    view = decided.case.view
    winner = next((party.stay for party in view.parties if party.stay.stay_id == view.winner_id), None)
    match decided.what:
        case "KeepStay" | "PartyIsIn" if winner is not None:
            yield line("conflict.kept_room", stay=winner)
            if winner.checked_in:
                yield line("conflict.checked_in", stay=winner)
            tasks = {task.stay.stay_id for task in decided.follow_ups}
            losers = (party.stay for party in view.parties if party.stay.stay_id != winner.stay_id)
            for stay in losers:
                if stay.stay_id not in tasks:
                    lost = stay.state == StayState.SHADOWED
                    yield line("conflict.lost_room" if lost else "conflict.gave_way", stay=stay)
        case "MoveParties":
            yield from (line("conflict.moved", stay=stay) for stay in decided.moves)
        case "SameBooking":
            yield line("conflict.same", stay=winner or view.parties[0].stay)
        case "OnlyOurBlock":
            yield line("conflict.our_block")
        case _:
            pass


def _exporting(decided: Decided) -> Iterator[StayView]:
    """The closure of ours that came from a platform whose export can be set so that none comes back with it (R10)."""
    if decided.what != "OnlyOurBlock" or decided.case is None:
        return
    view = decided.case.view
    for party in view.parties:
        platform = PLATFORMS.get(party.stay.source or "")
        if party.stay.stay_id != view.winner_id and platform and platform.export_choice is Export.RESERVATIONS_ONLY:
            yield party.stay


def _elsewhere(view: ConflictView) -> tuple[StayView, ...]:
    return tuple(party.stay for party in view.parties if party.stay.room_id != view.room.room_id)


def _after(decided: Decided, view: ConflictView) -> tuple[Offer, ...]:
    """The tasks to tick, and the way back while there is one: a guest who is in the room stays in it (R25)."""
    tasks = decided.follow_ups[:MOST_TASKS]
    tick = conflict_tasks.ticked if len(tasks) == 1 else conflict_tasks.ticked_one
    undo = offer("offer.undo", Do((UndoDecision(view.conflict_id, view.revision),)))
    return (*map(tick, tasks), *((undo,) if decided.checked_in is None else ()))


def _why(refusal: Refusal, facts: Facts) -> Line:
    """The refusal in words; a taken night is told without its holder, which the card names."""
    if refusal.code in FASTER:
        # Who comes here was not too late: what was decided or closed is part of the open case that is shown.
        return line("conflict.changed")
    if refusal.code == "decision_stands":
        return line(f"conflict.stands.{refusal.facts.get('why', 'changed')}")
    if refusal.code == "night_taken":
        return line("refused.taken_meanwhile", night=refusal.facts.get("night", facts.today))
    return line(f"refused.{refusal.code}", **refusal.facts)
