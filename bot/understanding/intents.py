"""What a message asks for, decided from all the words that can ask for something."""

from bot.understanding.draft import Draft
from bot.understanding.items import Item
from bot.understanding.lexicon import Role
from bot.understanding.reading import CALENDARS, OF_NIGHTS, WRITES, Answer, DoubtKind, Intent

_ABSORBS: dict[Intent, frozenset[Intent]] = {
    Intent.WALK_IN: frozenset({Intent.BLOCK, Intent.CHECK_IN, Intent.BOOK, Intent.ARRIVALS}),
    Intent.ADD_BOOKING: frozenset({Intent.BOOK}),
    Intent.CONNECT: frozenset({Intent.CALENDAR, Intent.FEED_LINK, Intent.SYNC_STATUS}),
    Intent.FEED_LINK: frozenset({Intent.CALENDAR, Intent.SYNC_STATUS}),
    Intent.SYNC_STATUS: frozenset({Intent.WHO_DID}),
    Intent.SYNC_NOW: frozenset({Intent.CALENDAR, Intent.SYNC_STATUS, Intent.FEED_LINK}),
    Intent.SYNC_EVERY: frozenset({Intent.CALENDAR, Intent.SYNC_STATUS, Intent.SYNC_NOW, Intent.FEED_LINK}),
    Intent.SYNC_LOG: frozenset({Intent.CALENDAR, Intent.SYNC_STATUS, Intent.WHO_DID}),
    Intent.PAUSE: frozenset({Intent.CALENDAR, Intent.SYNC_STATUS, Intent.FEED_LINK}),
    Intent.RESUME: frozenset({Intent.CALENDAR, Intent.SYNC_STATUS, Intent.FEED_LINK}),
    Intent.REPORT: frozenset({Intent.CONFLICTS, Intent.CHECKLISTS, Intent.SYNC_STATUS, Intent.RATES}),
}
"""The more exact intent says the same and more than those it absorbs."""
_MAY_BE_OVER = frozenset({Intent.CHECK_OUT, Intent.NO_SHOW})


def possible(items: list[Item]) -> frozenset[Intent]:
    """Every intent that some word of the message can stand for."""
    return frozenset(Intent(value) for item in items if item.has(Role.INTENT) for value in item.values[Role.INTENT])


def take_intent(items: list[Item], at: int, draft: Draft) -> int:
    """Read a verb, an answer or a reason at `at` into `draft`; "cancel" is an answer when it is the whole text."""
    item = items[at]
    alone = all(other is item or other.sign or other.has(Role.FILLER) for other in items)
    if not item.has(Role.INTENT, Role.WEAK, Role.ANSWER, Role.REASON, Role.NEGATION, Role.EITHER, Role.PAST):
        return at
    if item.has(Role.INTENT) and not (item.has(Role.ANSWER) and alone):
        draft.intents.append(item.values[Role.INTENT])
    if item.has(Role.WEAK):
        draft.weak.append(item.value(Role.WEAK))
    if item.has(Role.ANSWER):
        draft.answers.append(Answer(item.value(Role.ANSWER)))
        if draft.answers[-1] is not Answer.YES and not item.has(Role.FILLER, Role.INTENT, Role.NEGATION):
            draft.stray = draft.stray or item.text
    if item.has(Role.REASON):
        draft.reasons.append(item.value(Role.REASON))
    if item.has(Role.NEGATION):
        draft.negated = draft.negated or item.text
    if item.has(Role.EITHER):
        draft.either = draft.either or item.text
    if item.has(Role.PAST):
        draft.doubt(DoubtKind.PAST_DATE, item.text)
    return at + 1


def settle_intent(draft: Draft) -> Intent | None:
    """The one intent of the message; several leave a doubt. Guessed from slots only where nothing else fits."""
    named = list(dict.fromkeys(_one_of(values, draft) for values in draft.intents))
    for strong, absorbed in _ABSORBS.items():
        if strong in named:
            named = [intent for intent in named if intent not in absorbed]
    if len(named) > 1:
        draft.doubt(DoubtKind.TWO_VERBS, " + ".join(named))
        return next((intent for intent in named if intent in WRITES), named[0])
    if not named:
        return _unsaid(draft)
    if named[0] is Intent.RATES and draft.prices:
        return Intent.SET_RATE
    # "Sync Airbnb now" is no question how it stands.
    return Intent.SYNC_NOW if named[0] is Intent.SYNC_STATUS and draft.now and draft.asked is None else named[0]


def _one_of(values: tuple[str, ...], draft: Draft) -> Intent:
    """A word with two meanings is the question when something is asked or no room or guest is named."""
    meant = sorted((Intent(value) for value in values), key=lambda intent: intent in WRITES)
    if len([intent for intent in meant if intent in WRITES]) > 1:
        draft.doubt(DoubtKind.TWO_VERBS, " + ".join(meant))
    about_one = bool(draft.rooms or draft.free or draft.guest) and draft.asked is None
    return meant[-1] if about_one else meant[0]


def _unsaid(draft: Draft) -> Intent | None:
    if draft.pasted and not (draft.starts or draft.reference or draft.asked):
        return Intent.CONNECT
    told = draft.platforms and draft.rooms and (draft.starts or draft.reference) and draft.asked is None
    if told and set(draft.weak) <= {Intent.CALENDAR}:
        return Intent.ADD_BOOKING
    if draft.types and draft.asked is not None:
        return Intent.RATES
    if draft.weak:
        return Intent(draft.weak[0])
    if draft.languages and not (draft.rooms or draft.starts or draft.free):
        return Intent.LANGUAGE
    return None


def settle_doubts(intent: Intent | None, draft: Draft) -> None:
    """Doubt what is negated, offered as a choice, or asked instead of ordered."""
    if draft.negated is not None and (intent is not None or Answer.NO not in draft.answers):
        draft.doubt(DoubtKind.NEGATED, draft.negated)
    if draft.either is not None:
        draft.doubt(DoubtKind.EITHER_OR, draft.either)
    if draft.stray is not None and intent in WRITES:
        draft.doubt(DoubtKind.UNEXPLAINED, draft.stray)
    if draft.asked is not None and intent in WRITES:
        draft.doubt(DoubtKind.QUESTION, draft.asked)


def settle_nights(intent: Intent | None, draft: Draft) -> None:
    """Doubt days beside what has none: "pause Airbnb until Friday" must not pause it for good.

    Who did not come, or left, may have done so yesterday.
    """
    if intent in _MAY_BE_OVER:
        draft.doubts = [doubt for doubt in draft.doubts if doubt.kind is not DoubtKind.PAST_DATE]
    if intent not in WRITES & CALENDARS:
        return
    days = [text for _, text in (*draft.starts, *draft.ends)] + [str(nights) for nights in draft.nights]
    said = days + [str(price) for price, _ in draft.prices] + ([draft.guest] if draft.guest else [])
    # Which day it would be is no question where there is no day at all.
    draft.doubts = [doubt for doubt in draft.doubts if not (said and doubt.kind in OF_NIGHTS)]
    for text in dict.fromkeys(said):
        draft.doubt(DoubtKind.UNEXPLAINED, text)


def settle_answer(intent: Intent | None, draft: Draft) -> Answer | None:
    """The answer the text is, when it asks for nothing else and says only one."""
    said = set(draft.answers)
    return said.pop() if intent is None and len(said) == 1 and not draft.free else None
