"""Unblock, extend, shorten and move: opening and moving are read back, a longer stay is done at once."""

from dataclasses import replace
from datetime import date, timedelta

from bot.conversation.actions import Command, Continue, Do, Leave
from bot.conversation.drafts import Draft
from bot.conversation.facts import Facts
from bot.conversation.flows.block import MANY_NIGHTS, MOST_OFFERED
from bot.conversation.nights import nights_of, until
from bot.conversation.says import Line, Say, line, offer
from bot.conversation.states import Asking, Confirming, Idle
from bot.conversation.steps import Step
from bot.understanding import Intent
from core.stays.commands import ExtendStay, MoveStay, ShortenStay, UnblockRoom
from core.stays.views import StayView
from core.values.nights import Nights


def unblock(draft: Draft, facts: Facts) -> Step:
    """Open nights again, after reading them back."""
    if len(draft.rooms) > 1:
        return _unblock_several(draft, facts)
    stay = which_stay(draft, facts, dated=True)
    if not isinstance(stay, StayView):
        return stay
    nights = nights_of(draft, facts.today) if draft.has_dates else None
    command = UnblockRoom(stay.stay_id, stay.revision, nights)
    opened = nights or Nights(max(stay.arrival, facts.today), max(stay.departure, facts.today + timedelta(days=1)))
    if stay.source is not None and nights is None:
        return _confirm(draft, (command,), (line("unblock.ask_sold", stay=stay, nights=opened),), "offer.yes_cancel")
    return _confirm(draft, (command,), (line("unblock.ask", stay=stay, nights=opened),), "offer.yes_unblock")


def extend(draft: Draft, facts: Facts) -> Step:
    """Let a stay end later: at once, unless something was guessed."""
    stay = which_stay(draft, facts)
    if not isinstance(stay, StayView):
        return stay
    departure = _departure(draft, stay, 1)
    if departure is None:
        return _until_when(draft, stay, (1, 2, 3), "extend.until_when")
    if departure <= stay.departure:
        return Step(Idle(), Say((line("extend.not_later", stay=stay),)))
    command = ExtendStay(stay.stay_id, stay.revision, departure)
    if draft.sure and (departure - stay.departure).days <= MANY_NIGHTS:
        return Step(Idle(), do=(command,))
    return _confirm(draft, (command,), (line("extend.ask", stay=stay, day=departure),), "offer.yes_extend")


def shorten(draft: Draft, facts: Facts) -> Step:
    """Let a stay end earlier, after reading it back."""
    stay = which_stay(draft, facts)
    if not isinstance(stay, StayView):
        return stay
    departure = _departure(draft, stay, -1)
    if departure is None:
        return _until_when(draft, stay, (-1, -2), "shorten.until_when")
    if departure >= stay.departure:
        return Step(Idle(), Say((line("shorten.not_earlier", stay=stay),)))
    if departure <= stay.arrival:
        return Step(Idle(), Say((line("shorten.nothing_left", stay=stay, day=departure),)))
    command = ShortenStay(stay.stay_id, stay.revision, departure)
    opened = Nights(departure, stay.departure)
    asked = line("shorten.ask", stay=stay, day=departure, nights=opened)
    return _confirm(draft, (command,), (asked,), "offer.yes_shorten")


def move(draft: Draft, facts: Facts) -> Step:
    """Put a stay into another room, after reading it back."""
    stay = which_stay(draft, facts)
    if not isinstance(stay, StayView):
        return stay
    draft = replace(draft, stay_id=stay.stay_id)
    if draft.to_room is None or draft.to_room not in {room.name for room in facts.rooms}:
        offers = tuple(
            offer("offer.room", Continue(replace(draft, to_room=room.name)), room=room)
            for room in facts.free[:MOST_OFFERED]
            if room.room_id != stay.room_id
        )
        key = "move.which_room" if offers else "move.no_room"
        return Step(Asking(draft, "to_room"), Say((line(key, stay=stay),), offers))
    to = facts.room(draft.to_room)
    if to.room_id == stay.room_id:
        return Step(Idle(), Say((line("move.same_room", stay=stay),)))
    command = MoveStay(stay.stay_id, stay.revision, to.room_id)
    return _confirm(draft, (command,), (line("move.ask", stay=stay, room=to),), "offer.yes_move")


def which_stay(draft: Draft, facts: Facts, *, dated: bool = False) -> StayView | Step:
    """The stay that is meant, or the question which one; `dated`: the draft's dates tell stays apart."""
    found = facts.stays
    if draft.stay_id is not None:
        found = tuple(stay for stay in found if stay.stay_id == draft.stay_id)
    elif dated and draft.has_dates and (nights := nights_of(draft, facts.today)) is not None:
        found = tuple(stay for stay in found if stay.nights.overlaps(nights))
    elif len(found) > 1:
        now = tuple(stay for stay in found if stay.arrival <= facts.today <= stay.departure)
        found = now if len(now) == 1 and draft.intent is not Intent.UNBLOCK else found
    if not draft.rooms and not draft.guest and draft.stay_id is None:
        names = tuple(room.name for room in facts.rooms)
        return Step(Asking(draft, "room"), Say((line("change.which_room", rooms=names),)))
    if not found:
        return Step(Idle(), Say((_no_stay(draft, facts),)))
    if len(found) == 1:
        return found[0]
    shown = found[:MOST_OFFERED]
    # Two stays of one guest in one room are told apart by their first day.
    told_apart = {(stay.room, stay.reference or stay.guest or stay.source or stay.arrival) for stay in shown}
    key = "offer.stay" if len(told_apart) == len(shown) else "offer.stay_from"
    offers = tuple(offer(key, Continue(replace(draft, stay_id=stay.stay_id)), stay=stay) for stay in shown)
    lines = (line("change.which_stay"), *(line("look.stay", stay=stay) for stay in shown))
    return Step(Asking(draft, "which"), Say(lines, offers))


def _no_stay(draft: Draft, facts: Facts) -> Line:
    rooms = tuple(room for room in facts.rooms if room.name in draft.rooms)
    if rooms:
        return line("change.no_stay_in", rooms=rooms)
    if draft.guest:
        return line("change.no_stay_of", guest=draft.guest)
    return line("refused.no_such_stay")


def _unblock_several(draft: Draft, facts: Facts) -> Step:
    commands: list[Command] = []
    lines: list[Line] = [line("unblock.ask_several")]
    for name in draft.rooms:
        one = replace(draft, rooms=(name,))
        here = replace(facts, stays=tuple(stay for stay in facts.stays if stay.room == name))
        stay = which_stay(one, here, dated=True)
        if not isinstance(stay, StayView):
            several = Say((line("change.one_at_a_time", rooms=draft.rooms),))
            return Step(Idle(), several if isinstance(stay.state, Asking) else stay.say)
        commands.append(UnblockRoom(stay.stay_id, stay.revision, nights_of(draft, facts.today)))
        lines.append(line("unblock.ask_one", stay=stay))
    return _confirm(draft, tuple(commands), tuple(lines), "offer.yes_unblock")


def _departure(draft: Draft, stay: StayView, direction: int) -> date | None:
    """The new check-out day: as named, or so many nights from the present one."""
    named = until(draft) or (draft.start if draft.nights is None else None)
    if named is not None:
        return named
    return stay.departure + timedelta(days=direction * draft.nights) if draft.nights else None


def _until_when(draft: Draft, stay: StayView, steps: tuple[int, ...], key: str) -> Step:
    days = [stay.departure + timedelta(days=step) for step in steps]
    pinned = replace(draft, stay_id=stay.stay_id)
    offers = tuple(
        offer("offer.until", Continue(replace(pinned, end=day, nights=None)), day=day)
        for day in days
        if day > stay.arrival
    )
    return Step(Asking(pinned, "until"), Say((line(key, stay=stay),), offers))


def _confirm(draft: Draft, commands: tuple[Command, ...], lines: tuple[Line, ...], yes: str) -> Step:
    offers = (offer(yes, Do(commands)), offer("offer.no", Leave()))
    return Step(Confirming(draft, commands), Say(lines, offers))
