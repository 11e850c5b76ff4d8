"""What a message means in the dialogue as it stands: a draft to go on with, a choice taken, or something to explain."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.conversation.actions import Action, Continue, Do, Leave
from bot.conversation.drafts import Draft, begin, fill, says_something
from bot.conversation.states import Asking, Confirming, Idle, State
from bot.understanding import CALENDARS, OF_TYPES, ROOM_WRITES, WRITES, Answer, Doubt, DoubtKind, Intent, Reading

MINUTE = 60
"""Seconds; a bare number that says how often counts minutes."""
MOST_NIGHTS = 1000
"""A bare number above this is no number of nights."""
READ_BACK_ANYWAY = frozenset({DoubtKind.UNEXPLAINED})
"""Doubts after which the rest may be read back as a question; after every other one the person says it again."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A choice of the last message, reachable by its number or its word."""

    position: int
    label: str
    token: str
    in_last_message: bool = True
    """False: something without choices was said since."""


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
    """Nothing in the message is known, or it answers a question that is not open."""

    said_yes: bool = False


Turn = Action | Pick | Doubtful | Puzzled


def turn(state: State, reading: Reading, offered: Sequence[Offered], rooms: Collection[str] = ()) -> Turn:
    """Decide what `reading` means in `state`, with the choices of the last message that had any, and the rooms' names.

    A yes counts where the question was the last thing said; later it is read back again, since "ok" may be about
    what came in between.
    """
    picked = _pick(state, reading, offered, rooms)
    if picked is not None:
        return picked
    if reading.intent is not None and not _answers_about_calendar(state, reading):
        return _asked(reading, reading.intent)
    if reading.doubts and (says_something(reading) or reading.url) and not isinstance(state, Idle):
        return Doubtful(None, reading.doubts)
    match reading.answer:
        case Answer.BACK | Answer.LATER:
            return Leave()
        case Answer.MENU:
            return Continue(Draft(Intent.HELP))
        case Answer.NO if not says_something(reading):
            return Leave()
        case Answer.YES if isinstance(state, Confirming):
            return _confirmed(state, reading, offered)
        case Answer.YES if isinstance(state, Idle) and not says_something(reading):
            return Puzzled(said_yes=True)
        case Answer.REPEAT if isinstance(state, Asking | Confirming):
            return Continue(state.draft)
    return _slots(state, reading)


def _answers_about_calendar(state: State, reading: Reading) -> bool:
    """Whether a message answers what was asked about a calendar: an address or a platform alone opens nothing anew."""
    if not isinstance(state, Asking) or state.draft.intent not in CALENDARS or reading.asks:
        return False
    if reading.url is not None:
        return state.draft.intent is Intent.CONNECT and reading.intent in (None, Intent.CONNECT)
    # "Booking" asks for the calendar where no other word says what is wanted.
    alone = reading.intent in (None, Intent.CALENDAR) and not says_something(reading)
    return state.slot == "platform" and reading.platform is not None and alone


def _confirmed(state: Confirming, reading: Reading, offered: Sequence[Offered]) -> Turn:
    """What was read back, when the yes is to that and to nothing else; else what is meant now is read back."""
    wanted = _filled(state, reading)
    asked_last = any(choice.in_last_message for choice in offered)
    agreed = asked_last and wanted == state.draft and not reading.doubts and not reading.asks
    return Do(state.commands) if agreed else Continue(wanted)


def _asked(reading: Reading, intent: Intent) -> Turn:
    draft = begin(reading, intent)
    if not reading.doubts or (intent not in WRITES and intent is not Intent.RATES and not _asks_wrongly(reading)):
        return Continue(draft)
    named = reading.rooms if intent in ROOM_WRITES - OF_TYPES else reading.types if intent in OF_TYPES & WRITES else ()
    if named and {doubt.kind for doubt in reading.doubts} <= READ_BACK_ANYWAY:
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
    if reading.asks:
        # "Who has room 8" answers no question of ours, least of all one that would block it.
        return Continue(Draft(Intent.STATUS, rooms=reading.rooms)) if reading.rooms else Puzzled()
    if says_something(reading) or _answers_about_calendar(state, reading):
        return Continue(_filled(state, reading))
    if isinstance(state, Asking) and reading.number is not None:
        named = str(reading.number)
        match state.slot:
            case "room":
                return Continue(replace(state.draft, rooms=(named,)))
            case "to_room":
                return Continue(replace(state.draft, to_room=named))
            case "nights" | "until" if reading.number <= MOST_NIGHTS:
                return Continue(replace(state.draft, nights=reading.number, end=None))
            case "every" if reading.number <= MOST_NIGHTS:
                return Continue(replace(state.draft, every=reading.number * MINUTE))
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


def _pick(state: State, reading: Reading, offered: Sequence[Offered], rooms: Collection[str]) -> Pick | None:
    """The choice named by its label or number; with nothing open only those of the very last message count."""
    said = reading.text.strip().casefold()
    open_ = [choice for choice in offered if choice.in_last_message or not isinstance(state, Idle)]
    named = [choice for choice in open_ if said == choice.label.casefold()]
    if len(named) == 1:
        return Pick(named[0].token)
    if reading.number is None or reading.intent is not None:
        # "Conflict 3" names a case: it must not take the third choice of whatever card was said last.
        return None
    if reading.asks or _is_a_value(state, reading.number, rooms):
        return None
    return next((Pick(choice.token) for choice in open_ if choice.position == reading.number), None)


def _is_a_value(state: State, number: int, rooms: Collection[str]) -> bool:
    """Whether a bare number is the answer itself: a room of that name, or so many nights."""
    if not isinstance(state, Asking):
        return False
    return state.slot in ("nights", "until", "every") or (state.slot in ("room", "to_room") and str(number) in rooms)
