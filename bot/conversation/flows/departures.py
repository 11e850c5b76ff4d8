"""Check-out, done at once with what it gives back named; and no-show, which is read back."""

from collections.abc import Callable
from dataclasses import replace

from bot.conversation.actions import Command, Continue, Do, Leave
from bot.conversation.drafts import Draft
from bot.conversation.facts import Facts
from bot.conversation.flows import change
from bot.conversation.flows.block import MOST_OFFERED
from bot.conversation.flows.change import which_stay
from bot.conversation.nights import until
from bot.conversation.says import Line, Say, line, offer
from bot.conversation.states import Asking, Confirming, Idle
from bot.conversation.steps import Step
from bot.understanding import Intent
from core.stays.commands import CheckOut, NoShow
from core.stays.views import StayView
from core.values.nights import Nights

_OneByOne = Callable[[Draft, Facts], Step | StayView]


def check_out(draft: Draft, facts: Facts) -> Step:
    """The guest has left: done at once, since the guest is gone; asked where something was guessed or is to come."""
    stays = _meant(draft, facts, _leaving)
    if isinstance(stays, Step):
        return stays
    day = until(draft) or draft.start
    if day is not None and day > facts.today:
        return _later(draft, facts, stays)
    commands = tuple(CheckOut(stay.stay_id, stay.revision) for stay in stays)
    if draft.sure and not draft.nights and (day is None or day == facts.today):
        return Step(Idle(), do=commands)
    lines = tuple(line("check_out.ask", stay=stay) for stay in stays)
    return _confirm(draft, commands, lines, "offer.yes_check_out")


def no_show(draft: Draft, facts: Facts) -> Step:
    """The guest did not come: read back, since it opens nights."""
    stays = _meant(draft, facts, _absent)
    if isinstance(stays, Step):
        return stays
    commands = tuple(NoShow(stay.stay_id, stay.revision) for stay in stays)
    return _confirm(draft, commands, tuple(_given_up(stay, facts) for stay in stays), "offer.yes_no_show")


def _meant(draft: Draft, facts: Facts, one_by_one: _OneByOne) -> Step | tuple[StayView, ...]:
    """The stay that is meant, or one in each of several rooms; else what to say."""
    if len(draft.rooms) <= 1:
        stay = one_by_one(draft, facts)
        return stay if isinstance(stay, Step) else (stay,)
    found: list[StayView] = []
    for name in draft.rooms:
        here = replace(
            facts,
            stays=tuple(stay for stay in facts.stays if stay.room == name),
            listed=tuple(stay for stay in facts.listed if stay.room == name),
        )
        stay = one_by_one(replace(draft, rooms=(name,)), here)
        if isinstance(stay, Step):
            several = (line("change.one_at_a_time", rooms=draft.rooms),)
            why = several if isinstance(stay.state, Asking) or stay.say is None else stay.say.lines
            return Step(Idle(), Say((*why, line("refused.nothing_done"))))
        found.append(stay)
    return tuple(found)


def _leaving(draft: Draft, facts: Facts) -> Step | StayView:
    """The guest in the house who is meant."""
    if not draft.rooms and not draft.guest and draft.stay_id is None:
        due = tuple(stay for stay in facts.stays if stay.departure <= facts.today)
        return _who(draft, due or facts.stays, line("check_out.who"), line("check_out.who_nobody"))
    if facts.stays:
        return which_stay(draft, facts)
    never_in = next((stay for stay in facts.listed if stay.arrival <= facts.today and not stay.checked_in), None)
    if never_in is None:
        rooms = tuple(room for room in facts.rooms if room.name in draft.rooms)
        named = line("check_out.nobody_named", guest=draft.guest)
        return Step(Idle(), Say((line("check_out.nobody_in", rooms=rooms) if rooms else named,)))
    if never_in.departure <= facts.today:
        return Step(Idle(), Say((line("check_out.leaves_anyway", stay=never_in),)))
    opens = Draft(Intent.UNBLOCK, rooms=(never_in.room,), stay_id=never_in.stay_id)
    offers = (offer("offer.open_rest", Continue(opens), stay=never_in),)
    return Step(Idle(), Say((line("check_out.never_in", stay=never_in),), offers))


def _absent(draft: Draft, facts: Facts) -> Step | StayView:
    """The expected guest who is meant."""
    if not draft.rooms and not draft.guest and draft.stay_id is None:
        return _who(draft, facts.stays, line("no_show.who"), line("no_show.who_nobody"))
    if facts.stays:
        return which_stay(draft, facts)
    known = facts.listed[0] if facts.listed else None
    if known is None:
        rooms = tuple(room for room in facts.rooms if room.name in draft.rooms)
        named = line("no_show.nobody_named", guest=draft.guest)
        return Step(Idle(), Say((line("no_show.nobody_in", rooms=rooms) if rooms else named,)))
    key = "no_show.is_in" if known.checked_in else "no_show.not_yet"
    return Step(Idle(), Say((line(key, stay=known, day=known.arrival),)))


def _who(draft: Draft, stays: tuple[StayView, ...], asked: Line, nobody: Line) -> Step:
    """Ask who is meant; a room or a name answers it, too."""
    if not stays:
        return Step(Idle(), Say((nobody,)))
    offers = tuple(
        offer("offer.stay", Continue(replace(draft, rooms=(stay.room,), stay_id=stay.stay_id)), stay=stay)
        for stay in stays[:MOST_OFFERED]
    )
    return Step(Asking(draft, "room"), Say((asked,), offers))


def _later(draft: Draft, facts: Facts, stays: tuple[StayView, ...]) -> Step:
    """A day to come is no check-out, but when the guest will leave."""
    if len(stays) > 1:
        return Step(Idle(), Say((line("change.one_at_a_time", rooms=draft.rooms),)))
    [stay] = stays
    day = until(draft) or draft.start
    if day is None or day == stay.departure:
        return Step(Idle(), Say((line("check_out.as_planned", stay=stay),)))
    pinned = replace(draft, stay_id=stay.stay_id, sure=False)
    if day < stay.departure:
        return change.shorten(replace(pinned, intent=Intent.SHORTEN), facts)
    return change.extend(replace(pinned, intent=Intent.EXTEND), facts)


def _given_up(stay: StayView, facts: Facts) -> Line:
    if stay.departure <= facts.today:
        return line("no_show.ask_over", stay=stay)
    return line("no_show.ask", stay=stay, nights=Nights(max(stay.arrival, facts.today), stay.departure))


def _confirm(draft: Draft, commands: tuple[Command, ...], lines: tuple[Line, ...], yes: str) -> Step:
    offers = (offer(yes, Do(commands)), offer("offer.no", Leave()))
    return Step(Confirming(draft, commands), Say(lines, offers))
