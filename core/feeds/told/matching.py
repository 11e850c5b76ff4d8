"""Which event of a snapshot is which booking we know, by the identity of the platform's dialect."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from core.feeds.told.values import Known, Seen, State, Told, is_far
from core.platforms.dialect import Dialect, Identity, Kind
from core.values.nights import Nights


@dataclass(frozen=True, slots=True)
class Frame:
    """From where two reads are compared: today's past and the rolling far end are alike for every event."""

    dialect: Dialect
    now: datetime
    today: date
    last_day: date
    """The day of the last good look: what was far then was far in what we know."""

    def far(self, event_day: date) -> bool:
        """Whether a day of the snapshot lies where the far end rolls."""
        return is_far(event_day, self.dialect, self.today)

    def far_then(self, known_day: date) -> bool:
        """Whether a day we know lay there in the last read."""
        return is_far(known_day, self.dialect, self.last_day)

    def same_start(self, known: Nights, event: Nights) -> bool:
        """Whether both start on one day, or both are running, or both start at the far end."""
        one, other = known.arrival, event.arrival
        running = one <= self.today and other <= self.today
        return one == other or running or (self.far_then(one) and self.far(other))

    def same_end(self, known: Nights, event: Nights) -> bool:
        """Whether both end on one day, or both at the far end."""
        one, other = known.departure, event.departure
        return one == other or (self.far_then(one) and self.far(other))

    def same(self, known: Nights, event: Nights) -> bool:
        """Whether both are the same nights."""
        return self.same_start(known, event) and self.same_end(known, event)

    def overdue(self, told: Told) -> bool:
        """Whether its grace was over before this look, so that only the very same may still be it (R15)."""
        if told.state is not State.MISSING or told.missing_since is None:
            return False
        return self.now - told.missing_since >= self.dialect.grace and told.missing_looks >= self.dialect.looks


@dataclass(frozen=True, slots=True)
class Matching:
    """`shown`: by a booking's number its event, None where joined or split events show just its nights."""

    shown: dict[int, Seen | None]
    fresh: list[Seen]


@dataclass(slots=True)
class _Open:
    """What is still to be matched."""

    frame: Frame
    bookings: dict[int, Told]
    events: dict[int, Seen]
    shown: dict[int, Seen | None] = field(default_factory=dict)

    def pair(self, number: int, place: int) -> None:
        self.shown[number] = self.events.pop(place)
        del self.bookings[number]

    def kind(self, event: Seen) -> Kind:
        return event.kind(self.frame.dialect, self.frame.today)


def match(known: Known, snapshot: Sequence[Seen], frame: Frame) -> Matching:
    """Pair what is known with what is shown; each booking has at most one event.

    Airbnb: code, then UID, closures by nights. Booking.com: nights only. Others: UID, then the very same dates.
    """
    bookings = {told.number: told for told in known.bookings}
    left = _Open(frame, bookings, dict(enumerate(snapshot)))
    if frame.dialect.identity is Identity.CODE:
        _by_key(left, lambda told: told.code, lambda seen: seen.code, gone=True)
    if frame.dialect.identity is not Identity.NIGHTS:
        _by_key(left, _uid, lambda seen: seen.uid, gone=False)
        _by_dates(left)
    if frame.dialect.identity is not Identity.UID:
        _by_nights(left, blocks_only=frame.dialect.identity is Identity.CODE)
    return Matching(left.shown, [seen for _, seen in sorted(left.events.items())])


def _uid(told: Told) -> str | None:
    return told.uid


def _by_key(
    left: _Open, of_told: Callable[[Told], str | None], of_seen: Callable[[Seen], str | None], *, gone: bool
) -> None:
    """Pair by a code or a UID; of several with one key the same dates first. `gone`: also with a cancelled one."""
    keyed: dict[str, list[Told]] = {}
    for told in left.bookings.values():
        key = of_told(told)
        if key is not None and (gone or told.state is not State.GONE):
            keyed.setdefault(key, []).append(told)
    for strict in (True, False):
        for place, seen in list(left.events.items()):
            key = of_seen(seen)
            for told in keyed.get(key, ()) if key is not None else ():
                if told.number in left.bookings and _may_be(left, told, seen, strict=strict):
                    left.pair(told.number, place)
                    break


def _may_be(left: _Open, told: Told, seen: Seen, *, strict: bool) -> bool:
    """Two codes are two reservations, a closure that is sold is a new booking, and Airbnb's closures go by nights."""
    if told.code is not None and seen.code is not None and told.code != seen.code:
        return False
    if told.code is None and told.kind is not left.kind(seen):
        return False
    by_nights = left.frame.dialect.identity is Identity.CODE and Kind.BLOCK in (told.kind, left.kind(seen))
    return not by_nights and (not strict or told.nights == seen.nights)


def _by_dates(left: _Open) -> None:
    """Pair what has no code on both sides by the very same dates."""
    blocks_wait = left.frame.dialect.identity is Identity.CODE
    for told, place in _near(left):
        seen = left.events.get(place)
        if seen is None or told.number not in left.bookings or told.state is State.GONE:
            continue
        uncoded = told.code is None and seen.code is None and not (blocks_wait and told.kind is Kind.BLOCK)
        if uncoded and told.kind is left.kind(seen) and left.frame.same(told.nights, seen.nights):
            left.pair(told.number, place)


def _near(left: _Open) -> Iterator[tuple[Told, int]]:
    """The bookings with the events that share a night with them, or that lie at the far end as they do."""
    by_start = sorted((seen.nights.arrival, place) for place, seen in left.events.items())
    starts = [arrival for arrival, _ in by_start]
    for told in list(left.bookings.values()):
        far = left.frame.far_then(told.nights.departure)
        for _, place in by_start[: None if far else bisect_left(starts, told.nights.departure)]:
            seen = left.events.get(place)
            if seen is None:
                continue
            if seen.nights.departure > told.nights.arrival or (far and left.frame.far(seen.nights.departure)):
                yield told, place


def _by_nights(left: _Open, *, blocks_only: bool) -> None:
    """Pair by nights: the same, then joined or split, then one end, then any in common."""
    aside = {} if not blocks_only else {p: seen for p, seen in left.events.items() if left.kind(seen) is not Kind.BLOCK}
    away = {
        n: t for n, t in left.bookings.items() if t.state is State.GONE or (blocks_only and t.kind is not Kind.BLOCK)
    }
    for place in aside:
        del left.events[place]
    for number in away:
        del left.bookings[number]
    _past(left)
    ended = {n: t for n, t in left.bookings.items() if t.state is State.ENDED or t.nights.departure <= left.frame.today}
    for number in ended:
        del left.bookings[number]
    _equal(left)
    _joined(left)
    _split(left)
    _alike(left, left.frame.same_end)
    _alike(left, left.frame.same_start)
    _alike(left, Nights.overlaps)
    left.bookings.update(away | ended)
    left.events.update(aside)


def _past(left: _Open) -> None:
    """Events whose departure has come are what ended that day."""
    ended = {told.nights.departure: told for told in left.bookings.values()}
    for place, seen in list(left.events.items()):
        if seen.nights.departure > left.frame.today:
            continue
        told = ended.get(seen.nights.departure)
        if told is not None and told.number in left.bookings:
            left.pair(told.number, place)


def _equal(left: _Open) -> None:
    exactly = {told.nights: told.number for told in left.bookings.values()}
    for place, seen in list(left.events.items()):
        number = exactly.pop(seen.nights, None)
        if number is not None:
            left.pair(number, place)
    _alike(left, left.frame.same, any_kind=True)


def _alike(left: _Open, alike: Callable[[Nights, Nights], bool], *, any_kind: bool = False) -> None:
    """Pair what is `alike`, most nights in common first; a booking never turns into a closure, nor the other way."""
    found = [
        (-_common(told.nights, seen.nights), told.nights.arrival, told.number, place)
        for told, place in _near(left)
        for seen in (left.events[place],)
        if alike(told.nights, seen.nights)
        and (any_kind or (told.kind is left.kind(seen) and not left.frame.overdue(told)))
    ]
    for _, _, number, place in sorted(found):
        if number in left.bookings and place in left.events:
            left.pair(number, place)


def _common(one: Nights, other: Nights) -> int:
    return (min(one.departure, other.departure) - max(one.arrival, other.arrival)).days


def _joined(left: _Open) -> None:
    """Adjacent bookings served as one event: no night changed, so nothing did (facts: 3 % of events are adjacent)."""
    parts = _Parts((told.nights, number) for number, told in left.bookings.items())
    for place, seen in list(left.events.items()):
        chain = parts.chain(seen.nights, left.frame, left.frame.same_end)
        for number in chain:
            left.shown[number] = None
            del left.bookings[number]
        if chain:
            del left.events[place]


def _split(left: _Open) -> None:
    """One known booking served as adjacent events, which is how a joined one comes apart.

    A closure comes apart into closures only: what a sale took of it is a sale.
    """
    by_kind = {
        kind: _Parts((seen.nights, place) for place, seen in left.events.items() if left.kind(seen) is kind)
        for kind in Kind
    }
    for number, told in list(left.bookings.items()):
        parts = by_kind[told.kind]
        chain = parts.chain(told.nights, left.frame, lambda part, whole: left.frame.same_end(whole, part))
        for place in chain:
            del left.events[place]
        if chain:
            left.shown[number] = None
            del left.bookings[number]


class _Parts:
    """Nights by the day on which they start, to be laid end to end."""

    def __init__(self, parts: Iterable[tuple[Nights, int]]) -> None:
        self.from_day: dict[date, list[tuple[Nights, int]]] = {}
        for nights, key in sorted(parts, key=lambda part: (part[0].arrival, part[1])):
            self.from_day.setdefault(nights.arrival, []).append((nights, key))

    def chain(self, whole: Nights, frame: Frame, ends: Callable[[Nights, Nights], bool]) -> list[int]:
        """Take the keys of two or more parts that follow each other from the start of `whole` to its end."""
        running = whole.arrival <= frame.today
        for day in [day for day in self.from_day if day <= frame.today] if running else [whole.arrival]:
            for first in self.from_day.get(day, ()):
                chain = [first]
                while not ends(chain[-1][0], whole) and (after := self.from_day.get(chain[-1][0].departure)):
                    chain.append(after[0])
                if len(chain) > 1 and ends(chain[-1][0], whole):
                    for part in chain:
                        self.from_day[part[0].arrival].remove(part)
                    return [key for _, key in chain]
        return []
