"""From named days to calendar days: which Friday, which year, and when that cannot be known."""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.understanding.points import Point
from bot.understanding.reading import DoubtKind, Hotel

_LONGEST_UNSAID = 183
"""Days a range may span when nobody said the year: longer ones are more likely named the wrong way round."""
_LONGEST_MONTHLESS = 14
_LATELY = 31
"""A date without a year that passed so few days ago is more likely a slip than next year's."""
_YEARS_AHEAD = 8


@dataclass(frozen=True, slots=True)
class Day:
    """A resolved day; `until` closes a whole week or weekend; `kind` says why it is doubtful."""

    day: date
    until: date | None = None
    kind: DoubtKind | None = None


def start_of(point: Point, hotel: Hotel) -> Day:
    """The day a stay starts (or is asked about): the next such day, today included."""
    if point.offset is not None:
        return _from_today(point, hotel)
    if point.weekend:
        return _weekend(point, hotel)
    if point.week:
        monday = _monday(point, hotel)
        first = max(monday, hotel.today) if point.which == "this" else monday
        kind = DoubtKind.PAST_DATE if point.which == "last" else DoubtKind.AMBIGUOUS_DATE
        return Day(first, monday + timedelta(days=7), kind)
    if point.numeric:
        return _checked(point, _numeric(point, hotel.today, hotel.today))
    return _weekday(point, hotel)


def end_of(point: Point, hotel: Hotel, start: date | None) -> Day:
    """The day a stay ends: the first such day after `start`, or after today when no start was said."""
    after = start or hotel.today
    if point.offset is not None or point.weekend or point.week:
        return start_of(point, hotel)
    if not point.numeric:
        if start is None or point.which:
            found = _weekday(point, hotel)
            same = start is None and found.day == hotel.today and not found.kind
            return Day(found.day + timedelta(days=7), None, DoubtKind.AMBIGUOUS_DATE) if same else found
        return Day(start + timedelta(days=(point.weekday_or_zero - start.weekday() - 1) % 7 + 1))
    found = _numeric(point, after if start is None else after + timedelta(days=1), hotel.today)
    if found.kind or start is None or point.year:
        return _checked(point, found)
    longest = _LONGEST_UNSAID if point.month else _LONGEST_MONTHLESS
    if (found.day - start).days > longest:
        return Day(found.day, None, DoubtKind.REVERSED_RANGE)
    return _checked(point, found)


def _from_today(point: Point, hotel: Hotel) -> Day:
    offset = point.offset or 0
    day = hotel.today + timedelta(days=offset)
    if point.wrong:
        return Day(day, None, DoubtKind.NO_SUCH_DATE)
    # Between midnight and the end of the business day "tomorrow" may be said from either day.
    unsure = offset > 0 and hotel.calendar_day != hotel.today
    return Day(day, None, DoubtKind.AMBIGUOUS_DATE if unsure else None)


def _monday(point: Point, hotel: Hotel) -> date:
    weeks = {"next": 7, "last": -7}.get(point.which, 0)
    return hotel.today - timedelta(days=hotel.today.weekday()) + timedelta(days=weeks)


def _weekend(point: Point, hotel: Hotel) -> Day:
    first, nights = hotel.weekend_nights[0], len(hotel.weekend_nights)
    if point.which == "last":
        return Day(hotel.today - timedelta(days=7), hotel.today, DoubtKind.PAST_DATE)
    begun = (hotel.today.weekday() - first) % 7
    if begun < nights:
        start, until = hotel.today, hotel.today + timedelta(days=nights - begun)
    else:
        start = hotel.today + timedelta(days=(first - hotel.today.weekday()) % 7)
        until = start + timedelta(days=nights)
    return Day(start, until, DoubtKind.AMBIGUOUS_DATE if point.which == "next" else None)


def _weekday(point: Point, hotel: Hotel) -> Day:
    weekday = point.weekday_or_zero
    if point.of_week:
        day = _monday(point, hotel) + timedelta(days=weekday)
        return Day(day, None, DoubtKind.PAST_DATE if day < hotel.today else None)
    coming = hotel.today + timedelta(days=(weekday - hotel.today.weekday()) % 7)
    if point.which == "last":
        return Day(coming - timedelta(days=7), None, DoubtKind.PAST_DATE)
    if point.which != "next":
        return Day(coming)
    if coming == hotel.today:
        return Day(coming + timedelta(days=7))
    return Day(coming, None, DoubtKind.AMBIGUOUS_DATE if coming.weekday() > hotel.today.weekday() else None)


def _checked(point: Point, found: Day) -> Day:
    """`found`, doubted when a weekday was named with the date and does not fit."""
    if found.kind is None and point.weekday is not None and found.day.weekday() != point.weekday:
        return Day(found.day, found.until, DoubtKind.AMBIGUOUS_DATE)
    return found


def _numeric(point: Point, earliest: date, today: date) -> Day:
    """The first day from `earliest` on that has the said day, month and year."""
    day = point.day or 0
    if point.wrong:
        return Day(earliest, None, DoubtKind.NO_SUCH_DATE)
    if point.year is not None:
        said = _date(point.year, point.month or 0, day)
        if said is None:
            return Day(earliest, None, DoubtKind.NO_SUCH_DATE)
        return Day(said, None, DoubtKind.PAST_DATE if said < today else None)
    if point.month is not None:
        years = range(earliest.year, earliest.year + _YEARS_AHEAD + 1)
        dates = [found for year in years if (found := _date(year, point.month, day)) and found >= earliest]
    else:
        months = (divmod(earliest.month - 1 + ahead, 12) for ahead in range(13))
        dates = [
            found
            for years_on, month in months
            if (found := _date(earliest.year + years_on, month + 1, day)) and found >= earliest
        ]
    if not dates:
        return Day(earliest, None, DoubtKind.NO_SUCH_DATE)
    return Day(dates[0], None, DoubtKind.AMBIGUOUS_DATE if _just_passed(point, dates[0], today) else None)


def _just_passed(point: Point, found: date, today: date) -> bool:
    if point.month is None:
        return False
    before = _date(found.year - 1, found.month, found.day)
    return before is not None and 0 < (today - before).days <= _LATELY


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
