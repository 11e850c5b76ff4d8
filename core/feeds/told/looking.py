"""One look at a calendar: what is new, what changed, what is missing, and what of it is believed (R9 to R18)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from core.feeds.told import dates, mass
from core.feeds.told.happenings import (
    Appeared,
    CameBack,
    DatesChanged,
    Ended,
    Gone,
    Happening,
    Looked,
    Missing,
    Replaced,
    Unfreed,
)
from core.feeds.told.matching import Frame, Matching, match
from core.feeds.told.values import Known, Seen, State, Told
from core.platforms.dialect import Dialect, Identity, Kind

_KEPT_AFTER = timedelta(days=2)
"""How long a booking that ended stays known after its event left: some platforms show it for a day or two more."""


@dataclass(slots=True)
class _Look:
    """A look while it is worked out."""

    known: Known
    frame: Frame
    bookings: dict[int, Told] = field(default_factory=dict)
    happenings: list[Happening] = field(default_factory=list)
    first_new: int = 0
    """The number from which on bookings are new in this look."""

    def put(self, told: Told, *happenings: Happening | None) -> None:
        self.bookings[told.number] = told
        self.happenings.extend(happening for happening in happenings if happening is not None)


def look(
    known: Known, snapshot: Sequence[Seen], now: datetime, today: date, dialect: Dialect, *, replaces: bool = True
) -> Looked:
    """What a good and whole read brings. `now`: UTC, not before the last look; `today`: property-local.

    `replaces`: an event on nights of a missing one takes its place (R14); not where several rooms are sold there.

    A read that failed or was partial is `skipped` instead; one that is the same as the last one is `again`.
    """
    one = _Look(known, Frame(dialect, now, today, known.last_day or today), first_new=known.next_number)
    matching = match(known, snapshot, one.frame)
    for told in known.bookings:
        if told.number in matching.shown:
            _shown(one, told, matching.shown[told.number])
        else:
            _absent(one, told, snapshot)
    _fresh(one, matching, replaces=replaces)
    new = range(one.first_new, one.known.next_number)
    return _closed(one, {*matching.shown, *new})


def again(known: Known, now: datetime, today: date, dialect: Dialect) -> Looked:
    """What a good read of the very same calendar brings: time, for a grace, an ending or an unanswered question.

    Costs next to nothing when nothing waits (`Known.wakes_on`).
    """
    if known.wakes_on is not None and today < known.wakes_on:
        return Looked(replace(known, last_look=now, last_day=today))
    one = _Look(known, Frame(dialect, now, today, known.last_day or today), first_new=known.next_number)
    for told in known.bookings:
        if told.state in (State.MISSING, State.ASKED):
            one.put(replace(told, missing_looks=told.missing_looks + 1))
        else:
            one.put(replace(told, narrower=tuple(replace(n, looks=n.looks + 1) for n in told.narrower)))
    return _closed(one, {told.number for told in known.bookings})


def skipped(known: Known, now: datetime) -> Looked:  # noqa: ARG001 - the moment of a look that does not count.
    """What a failed, partial or implausible read brings: nothing. It is no look, neither good nor bad (R12)."""
    return Looked(known)


def _shown(one: _Look, told: Told, seen: Seen | None) -> None:
    """A known booking that the snapshot shows; `seen` is None where other events show just its nights."""
    there = replace(
        told,
        state=State.THERE,
        last_seen=None,
        missing_since=None,
        missing_looks=0,
        covered=False,
        uid=told.uid if seen is None else seen.uid,
        code=told.code if seen is None else seen.code or told.code,
    )
    event = told.nights if seen is None else seen.nights
    if not told.state.holds:
        _shown_after_all(one, told, replace(there, nights=event, narrower=()))
        return
    moved, change = dates.tell(there, event, one.frame)
    back = told.state in (State.MISSING, State.ASKED, State.KEPT)
    one.put(moved, CameBack(moved) if back else None, change)


def _shown_after_all(one: _Look, told: Told, there: Told) -> None:
    """A booking that was gone, or had ended, is in the snapshot: an old one is no news, one to come is."""
    if there.nights.departure <= one.frame.today:
        one.put(told)
    elif told.state is State.GONE:
        one.put(there, Unfreed(there))
    else:
        one.put(there, DatesChanged(there, before=told.nights, shown=there.nights))


def _absent(one: _Look, told: Told, snapshot: Sequence[Seen]) -> None:
    """A known booking that the snapshot does not show."""
    if not told.state.holds or told.state is State.KEPT or told.nights.departure <= one.frame.today:
        one.put(told)
    elif told.state in (State.MISSING, State.ASKED) and not _covered(one, told, snapshot):
        one.put(replace(told, missing_looks=told.missing_looks + 1))
    else:
        _lost(one, told, snapshot)


def _lost(one: _Look, told: Told, snapshot: Sequence[Seen]) -> None:
    """The first look without it, or one that covers it after all."""
    last_seen = told.last_seen or one.known.last_look
    if _covered(one, told, snapshot) or one.frame.far(told.nights.arrival):
        hidden = replace(told, state=State.COVERED, last_seen=last_seen, missing_since=None, missing_looks=0)
        one.put(replace(hidden, covered=True, narrower=()))
        return
    missing = replace(told, state=State.MISSING, last_seen=last_seen, missing_since=one.frame.now, missing_looks=1)
    one.put(missing, Missing(missing))


def _covered(one: _Look, told: Told, snapshot: Iterable[Seen]) -> bool:
    """Whether the snapshot shows all its nights to come, so that where nights are the identity nothing is lost."""
    if one.frame.dialect.identity is Identity.UID or told.code is not None:
        return False
    at = max(told.nights.arrival, one.frame.today)
    for nights in sorted((seen.nights for seen in snapshot), key=lambda nights: nights.arrival):
        if nights.arrival > at:
            return False
        at = max(at, nights.departure)
        if at >= told.nights.departure:
            return True
    return False


def _fresh(one: _Look, matching: Matching, *, replaces: bool) -> None:
    """Events nobody knows: new bookings, or such that took the place of missing ones (R14)."""
    number = one.known.next_number
    for seen in matching.fresh:
        kind = seen.kind(one.frame.dialect, one.frame.today)
        told = Told(number, kind, seen.nights, one.frame.now, seen.code, seen.uid)
        olds = _replaced(one, told) if replaces else ()
        for old in olds:
            one.put(old)
        one.happenings = [h for h in one.happenings if not (isinstance(h, Missing) and h.told.number in _numbers(olds))]
        if olds:
            one.put(told, Replaced(told, olds))
        else:
            one.put(told, Appeared(told, first=one.known.last_look is None))
        number += 1
    one.known = replace(one.known, next_number=number)


def _numbers(bookings: Iterable[Told]) -> set[int]:
    return {told.number for told in bookings}


def _replaced(one: _Look, new: Told) -> tuple[Told, ...]:
    """The missing reservations on whose nights `new` lies, now gone; where nights are the identity there are none."""
    if one.frame.dialect.identity is Identity.NIGHTS or new.kind is not Kind.RESERVATION:
        return ()
    waiting = (State.MISSING, State.ASKED)
    return tuple(
        replace(old, state=State.GONE)
        for old in one.bookings.values()
        if old.state in waiting and old.kind is Kind.RESERVATION and old.nights.overlaps(new.nights)
    )


def _closed(one: _Look, shown: set[int]) -> Looked:
    """Let what is over end, believe what waited long enough, ask about a mass disappearance, and forget the old."""
    for told in list(one.bookings.values()):
        if told.state.holds:
            _ripened(one, told)
    question, asked, news = mass.weigh(one.known, one.bookings.values(), one.frame.now)
    for told in asked:
        one.put(told)
    one.happenings.extend(news)
    kept = tuple(told for told in one.bookings.values() if not _forgotten(told, shown, one.frame.today))
    known = replace(one.known, bookings=kept, question=question, last_look=one.frame.now, last_day=one.frame.today)
    happenings = sorted(one.happenings, key=lambda happening: not _opens(happening, one.first_new))
    return Looked(replace(known, wakes_on=_wakes_on(known)), tuple(happenings))


def _opens(happening: Happening, first_new: int) -> bool:
    """Whether it only gives nights back: then it goes first, so that what came in the same look finds them free.

    `first_new`: the number from which on bookings are new; a new one comes before it ends.
    """
    match happening:
        case Gone(told) | Ended(told):
            return told.number < first_new
        case DatesChanged(told, had):
            return had.arrival <= told.nights.arrival and told.nights.departure <= had.departure
        case _:
            return False


def _ripened(one: _Look, told: Told) -> None:
    """`told` at its end, or after its grace."""
    dialect = one.frame.dialect
    if told.nights.departure <= one.frame.today:
        ended = replace(told, state=State.ENDED, last_seen=told.last_seen or one.known.last_look or one.frame.now)
        one.put(replace(ended, narrower=()), Ended(ended))
    elif told.state in (State.MISSING, State.ASKED) and mass.is_over(told, one.known, dialect, one.frame.now):
        gone = replace(told, state=State.GONE, narrower=())
        one.put(gone, Gone(gone, covered=told.covered, unanswered=told.state is State.ASKED))
    elif told.state is State.THERE and told.narrower:
        one.put(*dates.settle(told, dialect, one.frame.now))


def _forgotten(told: Told, shown: set[int], today: date) -> bool:
    if told.state is State.GONE:
        return told.nights.departure <= today
    return told.state is State.ENDED and told.number not in shown and told.nights.departure <= today - _KEPT_AFTER


def _wakes_on(known: Known) -> date | None:
    held = list(known.held())
    if known.question is not None or any(told.state is State.MISSING or told.narrower for told in held):
        return None
    return min((told.nights.departure for told in held), default=date.max)
