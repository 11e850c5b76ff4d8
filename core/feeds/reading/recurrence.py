"""Expanding recurring events with dateutil, within bounds: 400 days ahead, 1,000 instances, a budget of work.

dateutil looks for the next day of a rule without asking anybody: "every 30 February" would keep it busy up to the
year 9999. So a rule's interval is a number that pays for being added (docs/decisions/0013-reading-calendars.md).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import takewhile

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]  # dateutil brings no types.

from core.feeds.reading.days import Days, Moment, Unreadable, day_of, days, local
from core.feeds.reading.lenient import Draft, moment_of
from core.feeds.reading.snapshot import Event, Options, Reason
from core.values.nights import ONE_NIGHT

AHEAD = timedelta(days=400)
MOST_INSTANCES = 1_000
MOST_WORK = 500_000
"""What the rules of one calendar may cost together, in the price of a day that is looked at: about a second."""
_STRIDES = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 31, "YEARLY": 366}
_PRICES = {"DAILY": 1, "WEEKLY": 2, "MONTHLY": 4, "YEARLY": 22}
"""What one step of a rule costs dateutil, as measured."""
_PRICE_OF_A_RULE = 100
_TIMES_OF_DAY = {"BYHOUR", "BYMINUTE", "BYSECOND"}
_LEAP = 4


class Budget:
    """What is left of the work that one calendar's rules may make."""

    def __init__(self, left: int = MOST_WORK) -> None:
        self.left = left

    def spend(self, price: int) -> None:
        """Pay for one step. Raises `Unreadable` when nothing is left."""
        self.left -= price
        if self.left < 0:
            raise Unreadable(reason=Reason.RECURRENCE, detail="too much to expand")


class _Interval(int):
    """An interval that pays for each step a rule makes by it."""

    budget: Budget
    price: int

    def __radd__(self, other: int) -> int:
        self.budget.spend(self.price)
        return other + int(self)

    def __mul__(self, other: int) -> int:
        self.budget.spend(self.price)
        return int(self) * other


@dataclass(frozen=True, slots=True)
class _Rule:
    """An RRULE taken apart; `parts` are those that dateutil shall read, UNTIL and INTERVAL are kept from it."""

    freq: str
    interval: int
    until: datetime
    parts: str
    counted: bool

    @property
    def price(self) -> int:
        """Of one step; lists of days or months are gone through again and again."""
        return _PRICES[self.freq] * (1 + self.parts.count(","))

    def near(self, first: datetime, begin: datetime) -> datetime:
        """A start not after `begin` from which the rule gives the same days, so that the years behind are not walked.

        A rule with COUNT must be walked from its beginning. Months and years are moved by a multiple of four years,
        which keeps a 29 February where it is.
        """
        if self.counted or begin <= first:
            return first
        if self.freq in {"DAILY", "WEEKLY"}:
            step = timedelta(days=_STRIDES[self.freq] * self.interval)
            return first + (begin - first) // step * step
        years = _LEAP * self.interval
        try:
            return first.replace(year=first.year + max(0, begin.year - 1 - first.year) // years * years)
        except ValueError:
            # Not every hundredth year has that day.
            return first


def occurrences(draft: Draft, zone: tzinfo, options: Options, budget: Budget) -> list[Event]:
    """The instances of a recurring event that touch the 400 days from yesterday on, by start.

    Raises `Unreadable`, and ValueError or OverflowError for dates outside the calendar.
    """
    start = draft.start
    written_in = start.tzinfo if isinstance(start, datetime) else None
    first = _written(start, written_in)
    length = timedelta(0) if draft.end is None else _written(draft.end, written_in) - first
    begin, until = options.today - ONE_NIGHT, options.today + AHEAD
    # A day more, because the rule may be written in another zone.
    early, late = _at_midnight(begin) - length - ONE_NIGHT, _at_midnight(until + ONE_NIGHT)
    starts = {first}
    for written in draft.rules:
        rule = _rule(written, written_in)
        starts.update(_walk(rule, first, (early, late), budget))
    starts.update(_written(moment, written_in) for moment in draft.added)
    starts.difference_update(_written(moment, written_in) for moment in draft.dropped)
    found: dict[date, Event] = {}
    for each in sorted(one for one in starts if early <= one <= late):
        seen, on = _days(draft, each, length, zone, options)
        if seen.end > begin and seen.start <= until:
            event = draft.event
            flags = event.flags | seen.flags
            found[on] = replace(event, start=seen.start, end=seen.end, occurrence=on, flags=flags)
        if len(found) > MOST_INSTANCES:
            raise Unreadable(reason=Reason.RECURRENCE, detail=f"more than {MOST_INSTANCES} instances")
    return list(found.values())


def _days(draft: Draft, each: datetime, length: timedelta, zone: tzinfo, options: Options) -> tuple[Days, date]:
    """The days of the instance that begins at `each`, and the local date its rule puts it on."""
    start: Moment = each.date()
    if isinstance(draft.start, datetime):
        start = each.replace(tzinfo=draft.start.tzinfo)
    end = None if draft.end is None else start + length
    return days(start, end, zone, inclusive_end=options.inclusive_end), day_of(local(start, zone))


def _walk(rule: _Rule, first: datetime, within: tuple[datetime, datetime], budget: Budget) -> Iterator[datetime]:
    """The starts of a rule from somewhat before `within` to its end."""
    interval = _Interval(rule.interval)
    interval.budget, interval.price = budget, rule.price
    budget.spend(_PRICE_OF_A_RULE)
    last = min(rule.until, within[1])
    try:
        steps = rrulestr(rule.parts, dtstart=rule.near(first, within[0])).replace(interval=interval)
        yield from takewhile(lambda start: start <= last, steps)
    except (ValueError, TypeError, AttributeError, LookupError, ArithmeticError) as error:
        raise Unreadable(reason=Reason.RECURRENCE, detail=f"{rule.parts[:100]!r}: {error}") from None


def _rule(written: str, zone: tzinfo | None) -> _Rule:
    """Take `written` apart. Raises `Unreadable` where it speaks of times of day, which no calendar of nights does."""
    parts = {name.strip().upper(): value.strip() for name, _, value in (p.partition("=") for p in written.split(";"))}
    freq, interval = parts.get("FREQ", "").upper(), parts.pop("INTERVAL", "1")
    until = parts.pop("UNTIL", "")
    parts.pop("", None)
    if freq not in _PRICES or _TIMES_OF_DAY & parts.keys() or not interval.isdecimal() or int(interval) < 1:
        raise Unreadable(reason=Reason.RECURRENCE, detail=f"{written[:100]!r} is no matter of nights")
    plain = ";".join(f"{name}={value.replace(' ', '')}" for name, value in parts.items())
    return _Rule(freq, int(interval), _last(until, zone), plain, "COUNT" in parts)


def _last(until: str, zone: tzinfo | None) -> datetime:
    """The last start that UNTIL allows, in the zone the rule is written in."""
    if not until:
        return _NEVER
    moment = moment_of(until)
    if isinstance(moment, datetime):
        return _written(moment, zone)
    return datetime.combine(moment, time.max)


def _written(moment: Moment, zone: tzinfo | None) -> datetime:
    """`moment` as clocks in `zone` show it; a date is its midnight."""
    if not isinstance(moment, datetime):
        return _at_midnight(moment)
    if moment.tzinfo is None or zone is None:
        return moment.replace(tzinfo=None)
    return moment.astimezone(zone).replace(tzinfo=None)


def _at_midnight(day: date) -> datetime:
    return datetime.combine(day, time.min)


_NEVER = datetime.combine(date.max, time.max)
