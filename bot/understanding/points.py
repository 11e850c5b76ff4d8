"""Single days as people name them, before it is known which calendar day they are."""

from dataclasses import dataclass, replace
from enum import StrEnum

from bot.understanding.items import Item, words
from bot.understanding.lexicon import Role

_MOST_AHEAD = 1100
_LAST_DAY = 31
_LAST_MONTH = 12
_DATE_PARTS = 3
_YEAR_DIGITS = 4
_CENTURY = 2000


class Order(StrEnum):
    """Which number of "1/12" is the day."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


@dataclass(frozen=True, slots=True)
class Point:
    """One named day: an offset from today, or a weekday, or parts of a date, or a whole week or weekend.

    `which` says what stood before or after it: "this", "next", "last"; `of_week` that a week was named too.
    """

    words: str
    offset: int | None = None
    weekday: int | None = None
    day: int | None = None
    month: int | None = None
    year: int | None = None
    which: str = ""
    of_week: bool = False
    weekend: bool = False
    week: bool = False
    bare: bool = False
    wrong: bool = False

    @property
    def numeric(self) -> bool:
        """Whether it is a day of a month, whatever else is said about it."""
        return self.day is not None

    @property
    def weekday_or_zero(self) -> int:
        """The named weekday, Monday 0; Monday when none was named."""
        return self.weekday or 0


Taken = tuple[Point, int]


def take_point(items: list[Item], at: int, order: Order) -> Taken | None:
    """The day named at `at` and the index after it. A number alone is taken too and marked `bare`."""
    at = small(items, at)
    if at >= len(items):
        return None
    for reader in (_offset, _ahead, _week, _weekday, _numbers, _day_month, _month_day, _day):
        taken = reader(items, at, order)
        if taken:
            point, after = taken
            return replace(point, words=words(items[at:after])), after
    return None


def could_be_day(number: int) -> bool:
    """Whether some month has a day of that number."""
    return 1 <= number <= _LAST_DAY


def small(items: list[Item], at: int) -> int:
    """The first index from `at` on that is no small word ("the")."""
    while at < len(items) and items[at].has(Role.SMALL):
        at += 1
    return at


def touches(items: list[Item], at: int) -> bool:
    """Whether the item at `at` is written without a blank before it."""
    return 0 < at < len(items) and items[at - 1].end == items[at].start


def _has(items: list[Item], at: int, *roles: Role) -> bool:
    return at < len(items) and items[at].has(*roles)


def _offset(items: list[Item], at: int, _: Order) -> Taken | None:
    if not _has(items, at, Role.DAY):
        return None
    # A word that is both yesterday and tomorrow means the day to come: the past is never written to.
    offset = max(int(value) for value in items[at].values[Role.DAY])
    after = at + 1
    while _has(items, after, Role.DAY_PART):
        after += 1
    return Point("", offset=offset), after


def _ahead(items: list[Item], at: int, _: Order) -> Taken | None:
    """So many days from now: "in 3 days", "in 2 weeks"."""
    if not (_has(items, at, Role.IN) and _has(items, at + 2, Role.UNIT)):
        return None
    number = items[at + 1].number
    if number is None:
        return None
    ahead = number * int(items[at + 2].value(Role.UNIT))
    return Point("", offset=min(ahead, _MOST_AHEAD), wrong=ahead > _MOST_AHEAD), at + 3


def _which(items: list[Item], at: int) -> str:
    found = (role.value for role in (Role.THIS, Role.NEXT, Role.LAST) if _has(items, at, role))
    return next(found, "")


def _week(items: list[Item], at: int, _: Order) -> Taken | None:
    which = _which(items, at)
    here = at + 1 if which else at
    if _has(items, here, Role.WEEKEND):
        return Point("", weekend=True, which=which), here + 1
    if which and _has(items, here, Role.WEEK) and not _has(items, here + 1, Role.WEEKDAY):
        return Point("", week=True, which=which), here + 1
    return None


def _weekday(items: list[Item], at: int, order: Order) -> Taken | None:
    which = _which(items, at)
    here = at + 1 if which else at
    of_week = bool(which) and _has(items, here, Role.WEEK)
    here += of_week
    if not _has(items, here, Role.WEEKDAY) or (_month_beside_number(items, here)):
        return None
    weekday, here = int(items[here].value(Role.WEEKDAY)), here + 1
    while _has(items, here, Role.DAY_PART):
        here += 1
    if not which and _which(items, here) and _has(items, here + 1, Role.WEEK):
        which, of_week, here = _which(items, here), True, here + 2
    if here < len(items) and items[here].folded in {",", "."}:
        dated = _dated(items, here + 1, order)
    else:
        dated = _dated(items, here, order)
    if dated and not which:
        return replace(dated[0], weekday=weekday, bare=False), dated[1]
    return Point("", weekday=weekday, which=which, of_week=of_week), here


def _month_beside_number(items: list[Item], at: int) -> bool:
    """Whether a word that is weekday and month at once stands beside a number, so that it is the month."""
    if not items[at].has(Role.MONTH):
        return False
    return (at > 0 and items[at - 1].number is not None) or (at + 1 < len(items) and items[at + 1].number is not None)


def _dated(items: list[Item], at: int, order: Order) -> Taken | None:
    """A day of the month that goes on after a weekday ("fri 20 nov", "friday the 20th")."""
    at = small(items, at)
    for reader in (_numbers, _day_month, _month_day, _day):
        taken = reader(items, at, order) if at < len(items) else None
        if taken:
            counted = _has(items, taken[1], Role.UNIT, Role.MORE, Role.ROOM, Role.CURRENCY)
            return None if taken[0].bare and counted else taken
    return None


def _number(items: list[Item], at: int) -> int | None:
    return items[at].number if at < len(items) and items[at].digits else None


def _numbers(items: list[Item], at: int, order: Order) -> Taken | None:
    """A date in numbers: "1/12", "1/12/2026", "1.12.", "2026-12-01"; nothing stands between number and sign."""
    parts, here = [_number(items, at)], at
    signs: list[str] = []
    while parts[-1] is not None and here + 2 < len(items) and items[here + 1].folded in {"/", ".", "-"}:
        if not (touches(items, here + 1) and touches(items, here + 2)) or len(parts) == _DATE_PARTS:
            break
        if _number(items, here + 2) is None or (signs and items[here + 1].folded != signs[0]):
            break
        signs.append(items[here + 1].folded)
        parts.append(_number(items, here + 2))
        here += 2
    whole = len(parts) == _DATE_PARTS
    if not signs or (signs[0] == "-" and not whole):
        return None
    said = [part for part in parts if part is not None]
    if len(items[at].folded) == _YEAR_DIGITS:
        year, month, day = (*said, 0, 0)[:3]
        return Point("", day=day, month=month, year=year, wrong=not whole), here + 1
    first, second = said[:2]
    days_first = (order is Order.DAY_FIRST and second <= _LAST_MONTH) or first > _LAST_MONTH
    day, month = (first, second) if days_first else (second, first)
    return Point("", day=day, month=month, year=_full(said[2]) if whole else None), here + 1


def _full(year: int) -> int:
    return year + _CENTURY if year < 100 else year  # noqa: PLR2004 - two digits


def _year(items: list[Item], at: int, *, after_comma: bool = False) -> tuple[int | None, int]:
    """A year at `at` (four digits of this century), and the index after it."""
    here = at + 1 if after_comma and at < len(items) and items[at].folded == "," else at
    number = _number(items, here)
    if number is not None and items[here].room is None and number // 100 * 100 == _CENTURY:
        return number, here + 1
    return None, at


def _day(items: list[Item], at: int, _: Order) -> Taken | None:
    """A day of a month: "25th", "the 25th", "first", or just "25" (bare)."""
    if _has(items, at, Role.ORDINAL):
        # A word alone picks a choice far more often than it names a day.
        return Point("", day=int(items[at].value(Role.ORDINAL)), bare=True), at + 1
    number = _number(items, at)
    if number is None or not could_be_day(number) or len(items[at].folded) > len(str(_LAST_DAY)):
        return None
    if _has(items, at + 1, Role.ORDINAL_MARK) and touches(items, at + 1):
        return Point("", day=number), at + 2
    return Point("", day=number, bare=True), at + 1


def _day_month(items: list[Item], at: int, order: Order) -> Taken | None:
    taken = _day(items, at, order)
    if not taken:
        return None
    point, here = taken
    here = small(items, here)
    while (
        here < len(items)
        and items[here].folded in {"-", ".", "/"}
        and touches(items, here)
        and touches(items, here + 1)
    ):
        here += 1
    if not _has(items, here, Role.MONTH):
        return None
    after = here + 1
    if after < len(items) and items[after].folded in {"-", "/"} and touches(items, after) and touches(items, after + 1):
        after = after + 1 if _year(items, after + 1)[0] else after
    year, after = _year(items, after)
    return replace(point, month=int(items[here].value(Role.MONTH)), year=year, bare=False), after


def _month_day(items: list[Item], at: int, order: Order) -> Taken | None:
    if not _has(items, at, Role.MONTH):
        return None
    here = small(items, at + 1)
    taken = _day(items, here, order) if here < len(items) else None
    if not taken:
        return None
    year, after = _year(items, taken[1], after_comma=True)
    return replace(taken[0], month=int(items[at].value(Role.MONTH)), year=year, bare=False), after
