"""Half a calendar gone at once: more likely an outage than so many cancellations, so a person is asked (R13)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from core.feeds.told.happenings import Gone, Happening, Looked, MassDisappeared, QuestionSettled
from core.feeds.told.values import Known, Question, State, Told
from core.platforms.dialect import Dialect

FEWEST = 3
"""How many events to come must be known before half of them is a mass."""
STEADY = timedelta(days=1)
"""How long a calendar must stay as it is before an unanswered question answers itself."""


def is_over(told: Told, known: Known, dialect: Dialect, now: datetime) -> bool:
    """Whether a missing booking has been missing long enough to be believed gone."""
    if told.missing_since is None or told.missing_looks < dialect.looks:
        return False
    if told.state is State.ASKED:
        return not known.waits_for_answer and now - told.missing_since >= STEADY
    return now - told.missing_since >= dialect.grace


def weigh(known: Known, bookings: Iterable[Told], now: datetime) -> tuple[Question | None, list[Told], list[Happening]]:
    """The question that is open after a look, the bookings whose state it changes, and what is to be said of it.

    `known` is what was known before the look, `bookings` is what is known after it. Those that went missing one
    after the other within one grace count together: an outage may begin between two reads.
    """
    before = {told.number for told in known.bookings if told.state.holds}
    to_come = [told for told in bookings if told.number in before and told.state is not State.KEPT]
    lost = [told for told in to_come if told.state in (State.MISSING, State.ASKED)]
    asked = [told for told in lost if told.state is State.ASKED]
    if known.question is None:
        count = sum(told.state.holds for told in to_come)
        return _ask(lost, count, now) if is_mass(len(lost), count) else (None, [], [])
    if not asked:
        return None, [], [QuestionSettled()]
    waited = {told.number for told in known.bookings if told.state is State.ASKED}
    healed = any(told.number in waited and told.state is State.THERE for told in to_come)
    if healed and 2 * len(lost) < known.question.known:
        # The rest waits anew: what heals piece by piece must not be freed by the age of the outage.
        return (
            None,
            [replace(told, state=State.MISSING, missing_since=now, missing_looks=1) for told in asked],
            [QuestionSettled()],
        )
    return known.question, [replace(told, state=State.ASKED) for told in lost], []


def is_mass(lost: int, known: int) -> bool:
    """Whether so many of so many are a mass (R13)."""
    return known >= FEWEST and 2 * lost >= known


def _ask(lost: Sequence[Told], count: int, now: datetime) -> tuple[Question, list[Told], list[Happening]]:
    held = [replace(told, state=State.ASKED) for told in lost]
    return Question(now, count), held, [MassDisappeared(tuple(held), count)]


def lost_half(known: Known) -> bool:
    """Whether this link lost half or more in its last look, however few it had: one of two signs of R13."""
    held = [told for told in known.held() if told.state is not State.KEPT]
    lost = sum(told.missing_since is not None and told.missing_since == known.last_look for told in held)
    return 0 < len(held) <= 2 * lost


def doubt(known: Known) -> Looked:
    """Ask about all that this link misses, because another link of the platform lost half in the same round (R13)."""
    lost = [told for told in known.bookings if told.state is State.MISSING]
    if known.question is not None or known.last_look is None or not lost:
        return Looked(known)
    count = sum(told.state is not State.KEPT for told in known.held())
    question, held, news = _ask(lost, count, known.last_look)
    changed = {told.number: told for told in held}
    bookings = tuple(changed.get(told.number, told) for told in known.bookings)
    return Looked(replace(known, bookings=bookings, question=question, wakes_on=None), tuple(news))


def answer(known: Known, *, gone: bool) -> Looked:
    """A person's word on the open question: all of it is gone, or all of it still stands; nothing without one."""
    if known.question is None:
        return Looked(known)
    said, news = State.GONE if gone else State.KEPT, list[Happening]()
    bookings = []
    for told in known.bookings:
        if told.state is not State.ASKED:
            bookings.append(told)
            continue
        bookings.append(replace(told, state=said))
        if gone:
            news.append(Gone(bookings[-1], covered=told.covered))
    return Looked(replace(known, bookings=tuple(bookings), question=None), (*news, QuestionSettled()))
