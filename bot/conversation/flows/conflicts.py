"""Open cases and what decisions left to be done; and checking guests in."""

from dataclasses import replace

from bot.conversation import conflict_cards, conflict_receipts, conflict_tasks
from bot.conversation.actions import Continue, Do, Leave
from bot.conversation.cases import Case
from bot.conversation.drafts import Draft
from bot.conversation.facts import Facts
from bot.conversation.flows.change import which_stay
from bot.conversation.says import Line, Offer, Say, line, offer
from bot.conversation.states import Confirming, Idle
from bot.conversation.steps import Step
from bot.understanding import Intent
from core.conflicts.commands import OnlyOurBlock
from core.conflicts.views import CaseState, FollowUpView
from core.stays.commands import CheckIn
from core.stays.reasons import Reason, StayState
from core.stays.views import StayView

MOST_LISTED = 6
MOST_TASKS = 4
MOST_CHOICES = conflict_cards.MOST_CHOICES


def listed(draft: Draft, facts: Facts) -> Step:
    """The open cases, the worst first, with their first choices, then the tasks; the only case as its whole card.

    One that is asked for by its number is shown alone, whatever became of it.
    """
    if draft.number is not None:
        return _numbered(draft.number, facts)
    cases = [case for case in facts.cases if not draft.rooms or case.view.room.name in draft.rooms]
    tasks = [task for task in facts.follow_ups if not draft.rooms or task.stay.room in draft.rooms]
    if not cases and not tasks:
        return Step(Idle(), Say((line("look.no_conflicts"),)))
    if len(cases) == 1:
        card = conflict_cards.card(cases[0], facts)
        return Step(Idle(), Say((*card.lines, *_told(tasks)), card.offers, card.card))
    lines = [line("conflict.open", count=len(cases))] if cases else []
    for case in cases[:MOST_LISTED]:
        first, *rest = conflict_cards.head(case, facts)
        lines += [line("conflict.listed", number=case.view.conflict_id, head=first), *rest]
    if len(cases) > MOST_LISTED:
        lines.append(line("look.more", count=len(cases) - MOST_LISTED))
    if cases:
        lines.append(line("conflict.which", number=cases[0].view.conflict_id))
    return Step(Idle(), Say((*lines, *_told(tasks)), _first_choices(cases, tasks, facts)))


def _numbered(number: int, facts: Facts) -> Step:
    """The case of this number; where no case ever had it here, what else the number can mean: a room, a place."""
    if facts.case is not None:
        if facts.case.view.state is not CaseState.OPEN:
            return Step(Idle(), conflict_receipts.settled(facts.case))
        return Step(Idle(), conflict_cards.card(facts.case, facts))
    room = str(number)
    if any(case.view.room.name == room for case in facts.cases):
        return listed(Draft(Intent.CONFLICTS, rooms=(room,)), facts)
    if 0 < number <= len(facts.cases):
        return Step(Idle(), conflict_cards.card(facts.cases[number - 1], facts))
    others = listed(Draft(Intent.CONFLICTS), facts)
    none = line("conflict.no_such", number=number)
    return replace(others, say=replace(others.say, lines=(none, *others.say.lines))) if others.say else others


def _told(tasks: list[FollowUpView]) -> list[Line]:
    shown = [conflict_tasks.told(task) for task in tasks[:MOST_LISTED]]
    more = [line("look.more", count=len(tasks) - MOST_LISTED)] if len(tasks) > MOST_LISTED else []
    return [line("task.open", count=len(tasks)), *shown, *more] if tasks else []


def _first_choices(cases: list[Case], tasks: list[FollowUpView], facts: Facts) -> tuple[Offer, ...]:
    """For each case the way that is advised first and its whole card; for each task its tick."""
    tick = conflict_tasks.ticked if len(tasks) == 1 else conflict_tasks.ticked_one
    ticks = [tick(task) for task in tasks[:MOST_TASKS]]
    offers: list[Offer] = []
    for case in cases[:MOST_LISTED]:
        if len(offers) + 2 > MOST_CHOICES - len(ticks):
            break
        room = case.view.room.name
        best = next(each for each in conflict_cards.choices(case, facts) if not _drops_a_booking(each))
        offers.append(Offer(line("offer.of_room", room_name=room, choice=best.label), best.action))
        whole = Draft(Intent.CONFLICTS, number=case.view.conflict_id)
        offers.append(offer("offer.show_room", Continue(whole), room_name=room))
    return (*offers, *ticks)


def _drops_a_booking(choice: Offer) -> bool:
    """Whether a choice says that something is no booking: nothing for one tap in a list of many."""
    return isinstance(choice.action, Do) and any(isinstance(each, OnlyOurBlock) for each in choice.action.commands)


def check_in(draft: Draft, facts: Facts) -> Step:
    """Note that a guest is in the room: at once where today's guest is meant, since it opens nothing; else asked."""
    due = tuple(stay for stay in facts.stays if _may_come(stay, facts))
    # Two guests of one night contest it: then the case is asked about, not which of them is meant.
    contested = tuple(stay for stay in due if stay.state == StayState.CONTESTED)[:1]
    stay = which_stay(draft, replace(facts, stays=contested or due or facts.stays))
    if not isinstance(stay, StayView):
        return stay
    command = CheckIn(stay.stay_id, stay.revision)
    if draft.sure and (stay.checked_in or stay.arrival >= facts.today):
        return Step(Idle(), do=(command,))
    offers = (offer("offer.yes_check_in", Do((command,))), offer("offer.no", Leave()))
    return Step(Confirming(draft, (command,)), Say((line("check_in.ask", stay=stay),), offers))


def _may_come(stay: StayView, facts: Facts) -> bool:
    """Whether its guest is expected by now: then no other stay of the room is meant."""
    is_guest = stay.reason in (Reason.GUEST, Reason.WALK_IN)
    return is_guest and not stay.checked_in and stay.arrival <= facts.today < stay.departure
