"""Questions: what is free, who comes, goes and is in, what is contested, who did what."""

from bot.conversation.actions import Continue
from bot.conversation.drafts import Draft
from bot.conversation.facts import Facts
from bot.conversation.nights import nights_of
from bot.conversation.says import Line, Say, line, offer
from bot.conversation.states import Idle
from bot.conversation.steps import Step
from bot.understanding import Intent
from core.stays.reasons import StayState
from core.values.nights import ONE_NIGHT, Nights

MOST_LISTED = 20
_STANDING: dict[str, str] = {StayState.CONTESTED: "look.no_room", StayState.SHADOWED: "look.lost_room"}
"""Guests without a room are among the others, so that nobody forgets them (R20)."""


def availability(draft: Draft, facts: Facts) -> Step:
    """What is free over some nights (tonight when none are named), or whether a room is."""
    nights = nights_of(draft, facts.today, from_today=True) or Nights(facts.today, facts.today + ONE_NIGHT)
    if draft.rooms:
        return _room_free(draft, facts, nights)
    if not facts.free:
        return Step(Idle(), Say((line("look.none_free", nights=nights),)))
    groups: dict[str, list[str]] = {}
    for room in facts.free:
        groups.setdefault(room.type_name, []).append(room.name)
    lines = [line("look.free", nights=nights)]
    lines += [line("look.free_type", type=name, rooms=tuple(rooms)) for name, rooms in groups.items()]
    return Step(Idle(), Say(tuple(lines)))


def _room_free(draft: Draft, facts: Facts, nights: Nights) -> Step:
    lines: list[Line] = []
    free = {room.name for room in facts.free}
    for name in draft.rooms:
        if name in free:
            lines.append(line("look.room_free", room=facts.room(name), nights=nights))
        taken = [stay for stay in facts.stays if stay.room == name and stay.nights.overlaps(nights)]
        lines += [line("look.room_taken", stay=stay) for stay in taken if name not in free]
        if name not in free and not taken:
            lines.append(line("look.room_not_free", room=facts.room(name), nights=nights))
    only = draft.rooms[0] if len(draft.rooms) == 1 and draft.rooms[0] in free else None
    if only is None:
        return Step(Idle(), Say(tuple(lines)))
    wanted = Draft(Intent.BLOCK, rooms=(only,), start=nights.arrival, end=nights.departure)
    return Step(Idle(), Say(tuple(lines), (offer("offer.block_room", Continue(wanted), room=facts.room(only)),)))


def arrivals(draft: Draft, facts: Facts) -> Step:
    """Who arrives on a day (today when none is named)."""
    return _listed(draft, facts, "look.arrivals", "look.no_arrivals")


def departures(draft: Draft, facts: Facts) -> Step:
    """Who leaves on a day."""
    return _listed(draft, facts, "look.departures", "look.no_departures")


def in_house(draft: Draft, facts: Facts) -> Step:
    """Who is in tonight."""
    return _listed(draft, facts, "look.in_house", "look.nobody_in")


def _listed(draft: Draft, facts: Facts, some: str, none: str) -> Step:
    day = draft.start or facts.today
    if not facts.listed:
        return Step(Idle(), Say((line(none, day=day),)))
    lines = [line(some, day=day, count=len(facts.listed))]
    told = dict.fromkeys(facts.late, "look.still_in")
    lines += [
        line(_STANDING.get(stay.state) or told.get(stay.stay_id, "look.stay"), stay=stay)
        for stay in facts.listed[:MOST_LISTED]
    ]
    if len(facts.listed) > MOST_LISTED:
        lines.append(line("look.more", count=len(facts.listed) - MOST_LISTED))
    return Step(Idle(), Say(tuple(lines)))


def status(draft: Draft, facts: Facts) -> Step:
    """What is on in one room from tonight on."""
    if not draft.rooms:
        return in_house(draft, facts)
    room = next((each for each in facts.rooms if each.name == draft.rooms[0]), None)
    if room is None:
        names = tuple(each.name for each in facts.rooms)
        return Step(Idle(), Say((line("doubt.unknown_room", words=draft.rooms[0], rooms=names),)))
    mine = [stay for stay in facts.stays if stay.room_id == room.room_id]
    lines = [line("look.room", room=room)]
    lines += [line(_STANDING.get(stay.state, "look.room_stay"), stay=stay) for stay in mine]
    if not mine:
        lines = [line("look.room_empty", room=room)]
    tonight = any(facts.today in stay.nights for stay in mine)
    wanted = Draft(Intent.BLOCK, rooms=(room.name,), start=facts.today)
    offers = () if tonight else (offer("offer.block_tonight", Continue(wanted), room=room),)
    return Step(Idle(), Say(tuple(lines), offers))


def who_did(_draft: Draft, facts: Facts) -> Step:
    """Who changed what, newest first."""
    if not facts.deeds:
        return Step(Idle(), Say((line("look.nobody_did"),)))
    return Step(Idle(), Say(tuple(line(f"deed.{deed.kind}", deed=deed) for deed in facts.deeds)))
