"""What a message means in the dialogue as it stands: a draft to go on with, a choice taken, or something to explain."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.conversation.actions import Action, Continue, Do, Leave
from bot.conversation.drafts import Draft, begin, fill, says_something
from bot.conversation.states import Asking, Confirming, Idle, State
from bot.understanding import WRITES, Answer, Doubt, DoubtKind, Intent, Reading

READ_BACK_ANYWAY = frozenset({DoubtKind.UNEXPLAINED})
"""Doubts after which the rest may be read back as a question; after every other one the person says it again."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A choice of the last message, reachable by its number or its word."""

    position: int
    label: str
    token: str


@dataclass(frozen=True, slots=True)
class Pick:
    """The person chose one of the offered choices by number or word."""

    token: str


@dataclass(frozen=True, slots=True)
class Doubtful:
    """The message asks for something, but nothing may be done on it alone."""

    draft: Draft | None
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True)
class Puzzled:
    """Nothing in the message is known."""


Turn = Action | Pick | Doubtful | Puzzled


def turn(state: State, reading: Reading, offered: Sequence[Offered]) -> Turn:
    """Decide what `reading` means in `state`, with the choices of the last message at hand."""
    picked = _pick(state, reading, offered)
    if picked is not None:
        return picked
    if reading.intent is not None:
        return _asked(reading, reading.intent)
    if reading.doubts and says_something(reading) and not isinstance(state, Idle):
        return Doubtful(None, reading.doubts)
    match reading.answer:
        case Answer.BACK | Answer.LATER:
            return Leave()
        case Answer.MENU:
            return Continue(Draft(Intent.HELP))
        case Answer.NO if not says_something(reading):
            return Leave()
        case Answer.YES if isinstance(state, Confirming):
            return Do(state.commands)
        case Answer.REPEAT if isinstance(state, Asking | Confirming):
            return Continue(state.draft)
    return _slots(state, reading)


def _asked(reading: Reading, intent: Intent) -> Turn:
    draft = begin(reading, intent)
    if not reading.doubts or (intent not in WRITES and not _asks_wrongly(reading)):
        return Continue(draft)
    if {doubt.kind for doubt in reading.doubts} <= READ_BACK_ANYWAY and reading.rooms:
        return Continue(replace(draft, sure=False))
    return Doubtful(draft, reading.doubts)


def _asks_wrongly(reading: Reading) -> bool:
    """A question about a room or a day that does not exist has no answer."""
    return any(doubt.kind in (DoubtKind.UNKNOWN_ROOM, DoubtKind.NO_SUCH_DATE) for doubt in reading.doubts)


def _slots(state: State, reading: Reading) -> Turn:
    if isinstance(state, Idle):
        if reading.rooms and not reading.doubts:
            return Continue(Draft(Intent.STATUS, rooms=reading.rooms))
        return Doubtful(None, reading.doubts) if reading.doubts and says_something(reading) else Puzzled()
    if says_something(reading):
        return Continue(_filled(state, reading))
    if isinstance(state, Asking) and reading.number is not None:
        named = str(reading.number)
        match state.slot:
            case "room":
                return Continue(replace(state.draft, rooms=(named,)))
            case "to_room":
                return Continue(replace(state.draft, to_room=named))
            case "nights" | "until":
                return Continue(replace(state.draft, nights=reading.number, end=None))
            case _:
                pass
    return Puzzled()


def _filled(state: Asking | Confirming, reading: Reading) -> Draft:
    """The pending draft with the answer; a room that answers "to which room?" is the new one."""
    if isinstance(state, Asking) and state.slot == "to_room" and reading.rooms and reading.to_room is None:
        return replace(state.draft, to_room=reading.rooms[0])
    if isinstance(state, Asking) and state.slot == "until" and reading.end is None and reading.start is not None:
        # "Sunday", asked until when, is the check-out day.
        return replace(state.draft, end=reading.start, end_is_last_night=False, nights=None)
    return fill(state.draft, reading)


def _pick(state: State, reading: Reading, offered: Sequence[Offered]) -> Pick | None:
    said = reading.text.strip().casefold()
    for choice in offered:
        if said == choice.label.casefold():
            return Pick(choice.token)
    asks_for_number = isinstance(state, Asking) and state.slot in ("room", "to_room", "nights", "until")
    if reading.number is None or asks_for_number:
        return None
    return next((Pick(choice.token) for choice in offered if choice.position == reading.number), None)
