"""One turn of the dialogue: `step(state, turn, facts) → Step`. Pure."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from bot.conversation.actions import Continue, Do, Leave
from bot.conversation.drafts import Draft
from bot.conversation.facts import Facts
from bot.conversation.flows import block, calendars, change, conflicts, departures, health, look, other, rates
from bot.conversation.intents import LANDED
from bot.conversation.says import Line, Offer, Say, line, offer
from bot.conversation.states import Asking, Idle, State
from bot.conversation.steps import Step
from bot.conversation.turn import Doubtful, Puzzled
from bot.understanding import OF_NIGHTS, Doubt, DoubtKind, Intent

_FLOWS: dict[Intent, Callable[[Draft, Facts], Step]] = {
    Intent.BLOCK: block.block,
    Intent.WALK_IN: block.block,
    Intent.UNBLOCK: change.unblock,
    Intent.EXTEND: change.extend,
    Intent.SHORTEN: change.shorten,
    Intent.MOVE: change.move,
    Intent.AVAILABILITY: look.availability,
    Intent.ARRIVALS: look.arrivals,
    Intent.DEPARTURES: look.departures,
    Intent.IN_HOUSE: look.in_house,
    Intent.CONFLICTS: conflicts.listed,
    Intent.CHECK_IN: conflicts.check_in,
    Intent.CHECK_OUT: departures.check_out,
    Intent.NO_SHOW: departures.no_show,
    Intent.STATUS: look.status,
    Intent.WHO_DID: look.who_did,
    Intent.UNDO: other.undo,
    Intent.FEED_LINK: other.feed_link,
    Intent.SYNC_STATUS: health.status,
    Intent.SYNC_LOG: health.log,
    Intent.SYNC_NOW: calendars.now,
    Intent.SYNC_EVERY: calendars.every,
    Intent.PAUSE: calendars.pause,
    Intent.RESUME: calendars.resume,
    Intent.CONNECT: calendars.connect,
    Intent.RATES: rates.look,
    Intent.SET_RATE: rates.set_rate,
    Intent.STOP_SELL: rates.stop,
    Intent.START_SELL: rates.start,
    Intent.LANGUAGE: other.language,
    Intent.DASHBOARD: other.dashboard,
    Intent.HELP: other.help_,
}
assert set(_FLOWS) == LANDED  # noqa: S101 - the list of landed intents and the flows are one thing in two files.


TWO = 2
_TELLING = {
    DoubtKind.UNEXPLAINED: 0, DoubtKind.NEGATED: 4, DoubtKind.EITHER_OR: 3, DoubtKind.TWO_VERBS: 3,
    DoubtKind.QUESTION: 2,
}  # fmt: skip
"""Of several doubts the most telling one is said; a word nobody knows tells least."""


_ROOM_DOUBTS = frozenset({DoubtKind.UNKNOWN_ROOM, DoubtKind.ROOM_COUNT, DoubtKind.AMBIGUOUS_ROOM})


def step(state: State, turn: Continue | Do | Leave | Doubtful | Puzzled, facts: Facts) -> Step:
    """The next state, what to say, what to do. Reads leave an open question open, as the dashboard does."""
    match turn:
        case Do():
            return Step(Idle(), do=turn.commands)
        case Leave():
            key = "left.nothing" if isinstance(state, Idle) else "left.open"
            return Step(Idle(), Say((line(key),)))
        case Doubtful():
            return _doubt(state, turn, facts)
        case Puzzled():
            return _puzzled(state, turn, facts)
        case Continue(draft) if gone := _gone(draft, facts):
            names = tuple(room.name for room in facts.rooms)
            return Step(Idle(), Say((line("doubt.unknown_room", words=gone, rooms=names),)))
        case Continue(draft):
            taken = _FLOWS.get(draft.intent, other.not_yet)(draft, facts)
            aside = not taken.do or draft.intent is Intent.DASHBOARD
            looked = isinstance(taken.state, Idle) and aside and not _about(state, draft)
            return replace(taken, state=state) if looked else taken


def _gone(draft: Draft, facts: Facts) -> str | None:
    """A room that was removed since the draft was begun; a block asks for another one itself."""
    if draft.intent in (Intent.BLOCK, Intent.WALK_IN):
        return None
    names = {room.name for room in facts.rooms}
    return next((name for name in draft.rooms if name not in names), None)


def _about(state: State, draft: Draft) -> bool:
    return not isinstance(state, Idle) and state.draft.intent == draft.intent


def _puzzled(state: State, turn: Puzzled, facts: Facts) -> Step:
    if isinstance(state, Idle) and turn.said_yes:
        return Step(state, Say((line("left.no_question"),)))
    if isinstance(state, Idle):
        helped = other.help_(Draft(Intent.HELP), facts)
        offers = helped.say.offers if helped.say else ()
        return Step(state, Say((line("puzzled", room=facts.rooms[0].name if facts.rooms else "3"),), offers))
    again = _FLOWS.get(state.draft.intent, other.not_yet)(state.draft, facts)
    asked = again.say
    if asked is None:
        # The question has lost its reason meanwhile; to ask for the command again is safer than to do it now.
        return Step(Idle(), Say((line("puzzled", room=facts.rooms[0].name if facts.rooms else "3"),)))
    return Step(state, Say((line("puzzled.pending"), *asked.lines), asked.offers))


def _doubt(state: State, turn: Doubtful, facts: Facts) -> Step:
    first = max(turn.doubts, key=lambda doubt: _TELLING.get(doubt.kind, 1))
    names = tuple(room.name for room in facts.rooms)
    offers = _instead(turn, first, facts)
    # "Tonight or tomorrow" is a choice as well, but not between rooms.
    kind = "either_or_days" if first.kind is DoubtKind.EITHER_OR and len(offers) < TWO else first.kind
    lines: list[Line] = [line(f"doubt.{kind}", words=first.words, rooms=names)]
    doubts = _left_over(turn.doubts, names)
    kept = _asked_again(turn.draft, first.kind, doubts, rooms=kind == DoubtKind.EITHER_OR) or state
    return Step(kept, Say(tuple(lines), () if kind == "either_or_days" else offers))


def _left_over(doubts: Sequence[Doubt], names: Collection[str]) -> tuple[Doubt, ...]:
    """The doubts without those about a number that turns out to be a room: it is asked about anyway."""
    return tuple(doubt for doubt in doubts if doubt.kind is not DoubtKind.UNEXPLAINED or doubt.words not in names)


def _asked_again(draft: Draft | None, said: DoubtKind, doubts: Sequence[Doubt], *, rooms: bool) -> State | None:
    """Where the doubt is told as a question for rooms or nights, that question is open, without what was doubtful.

    `rooms`: an "or" in the message is between rooms.
    """
    about_rooms = _ROOM_DOUBTS | {DoubtKind.EITHER_OR} if rooms else _ROOM_DOUBTS
    if draft is None or draft.intent not in LANDED or said not in about_rooms | OF_NIGHTS:
        return None
    kinds = {doubt.kind for doubt in doubts}
    kept = replace(draft, sure=draft.sure and kinds <= about_rooms | OF_NIGHTS)
    if kinds & about_rooms:
        kept = replace(kept, rooms=())
    if kinds & OF_NIGHTS:
        kept = replace(kept, start=None, end=None, end_is_last_night=False, nights=None)
    return Asking(kept, "room" if said in about_rooms else "nights")


def _instead(turn: Doubtful, doubt: Doubt, facts: Facts) -> tuple[Offer, ...]:
    """Where the doubt is a choice between rooms, the choice as buttons."""
    draft = turn.draft
    if draft is None or doubt.kind is not DoubtKind.EITHER_OR or draft.intent not in (Intent.BLOCK, Intent.WALK_IN):
        return ()
    # In "3 or 4" the second number is a word nobody can explain, until it is the name of a room.
    said = dict.fromkeys([*draft.rooms, *(other.words for other in turn.doubts)])
    known = [name for name in said if name in {room.name for room in facts.rooms}]
    unexplained = {other.words for other in turn.doubts if other.kind is DoubtKind.UNEXPLAINED} - set(known)
    one = replace(draft, sure=draft.sure and not unexplained)
    key = "offer.room" if draft.intent is Intent.WALK_IN else "offer.block_room"
    return tuple(offer(key, Continue(replace(one, rooms=(name,))), room=facts.room(name)) for name in known)
