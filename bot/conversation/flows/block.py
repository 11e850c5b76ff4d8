"""Block and walk-in: closing is fast, so a fully understood block of free nights is done at once."""

from dataclasses import replace
from datetime import timedelta

from bot.conversation.actions import Continue, Do, Leave
from bot.conversation.drafts import Draft
from bot.conversation.facts import Facts
from bot.conversation.nights import nights_of, start_was_guessed
from bot.conversation.says import Line, Say, line, offer
from bot.conversation.states import Asking, Confirming, Idle
from bot.conversation.steps import Step
from bot.understanding import Intent
from core.errors import Invalid
from core.stays import rules
from core.stays.commands import BlockRoom
from core.stays.reasons import Reason
from core.values.nights import Nights

MANY_NIGHTS = 14
"""More nights than this are read back first."""
MOST_OFFERED = 8


def block(draft: Draft, facts: Facts) -> Step:
    """Hold nights of one room or several; asks for the room, then for the nights."""
    if not draft.rooms:
        return _which_room(draft, facts)
    unknown = [name for name in draft.rooms if name not in {room.name for room in facts.rooms}]
    if unknown:
        return Step(Asking(draft, "room"), Say((line("doubt.unknown_room", words=unknown[0], rooms=_names(facts)),)))
    reason = reason_of(draft)
    nights = nights_of(draft, facts.today, from_today=reason is not Reason.OWNER)
    if nights is None:
        return _which_nights(draft, facts)
    commands = tuple(_command(draft, facts, name, nights, reason) for name in draft.rooms)
    if (impossible := _impossible(nights, facts)) is not None:
        return Step(Idle(), Say((impossible,)))
    displaced = _displaced(draft, facts, nights, reason)
    if _careful(draft, nights) or displaced:
        return Step(Confirming(draft, commands), _read_back(draft, facts, nights, reason, commands, displaced))
    return Step(Idle(), do=commands)


def reason_of(draft: Draft) -> Reason:
    """Why the room is held: a walk-in guest, out of order, or the house's own use."""
    if draft.intent is Intent.WALK_IN:
        return Reason.WALK_IN
    return Reason(draft.reason) if draft.reason else Reason.OWNER


def _impossible(nights: Nights, facts: Facts) -> Line | None:
    """What would be refused anyway is said before anybody is asked to confirm it."""
    try:
        rules.may_hold(nights, facts.today)
    except Invalid as error:
        return line(f"refused.{error.code}", **error.facts)
    return None


def _careful(draft: Draft, nights: Nights) -> bool:
    guessed = start_was_guessed(draft) and draft.intent is not Intent.WALK_IN
    return not draft.sure or guessed or len(nights) > MANY_NIGHTS or len(draft.rooms) > 1


def _command(draft: Draft, facts: Facts, name: str, nights: Nights, reason: Reason) -> BlockRoom:
    currency = (draft.currency or facts.place.currency) if draft.price is not None else None
    return BlockRoom(
        facts.room(name).room_id, nights, reason, draft.guest, draft.phone, draft.price, currency, draft.note
    )


def _displaced(draft: Draft, facts: Facts, nights: Nights, reason: Reason) -> tuple[Line, ...]:
    """Who loses nights to a room that is out of order: said before, since their guest becomes somebody's task."""
    if reason is not Reason.MAINTENANCE:
        return ()
    return tuple(
        line("block.displaces", stay=stay)
        for stay in facts.stays
        if stay.room in draft.rooms and stay.nights.overlaps(nights)
    )


def _read_back(
    draft: Draft,
    facts: Facts,
    nights: Nights,
    reason: Reason,
    commands: tuple[BlockRoom, ...],
    displaced: tuple[Line, ...],
) -> Say:
    rooms = tuple(facts.room(name) for name in draft.rooms)
    lines = (line(f"block.ask.{reason}", rooms=rooms, nights=nights), *displaced)
    yes = offer("offer.yes_block", Do(commands), count=len(rooms), rooms=rooms)
    return Say(lines, (yes, offer("offer.no", Leave())))


def _which_room(draft: Draft, facts: Facts) -> Step:
    if not facts.free:
        return Step(Asking(draft, "room"), Say((line("block.which_room", rooms=_names(facts)),)))
    offers = tuple(
        offer("offer.room", Continue(replace(draft, rooms=(room.name,))), room=room)
        for room in facts.free[:MOST_OFFERED]
    )
    lines = [line("block.which_room_free")]
    if len(facts.free) > MOST_OFFERED:
        lines.append(line("block.also_free", rooms=tuple(room.name for room in facts.free[MOST_OFFERED:])))
    return Step(Asking(draft, "room"), Say(tuple(lines), offers))


def _which_nights(draft: Draft, facts: Facts) -> Step:
    if draft.start is not None or draft.end is not None:
        return Step(
            Asking(replace(draft, start=None, end=None, nights=None), "nights"),
            Say((line("doubt.no_nights"),)),
        )
    tomorrow = facts.today + timedelta(days=1)
    offers = (
        offer("offer.tonight", Continue(replace(draft, start=facts.today))),
        offer("offer.tomorrow", Continue(replace(draft, start=tomorrow))),
        offer("offer.two_nights", Continue(replace(draft, start=facts.today, nights=2))),
    )
    rooms = tuple(facts.room(name) for name in draft.rooms)
    return Step(Asking(draft, "nights"), Say((line("block.which_nights", rooms=rooms),), offers))


def _names(facts: Facts) -> tuple[str, ...]:
    return tuple(room.name for room in facts.rooms)
