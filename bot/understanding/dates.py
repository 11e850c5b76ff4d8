"""Dates of a message: single days, ranges, and which end of a stay each of them is."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from bot.understanding import which_day
from bot.understanding.draft import Draft, World
from bot.understanding.items import Item
from bot.understanding.lexicon import Role
from bot.understanding.points import Point, small, take_point
from bot.understanding.reading import DoubtKind, Intent

_BEFORE = (Role.FROM, Role.ON, Role.BETWEEN, Role.UNTIL, Role.TO, Role.THROUGH)
_ENDS = (Role.UNTIL, Role.TO, Role.THROUGH)
_COUNTED = (
    Role.UNIT,
    Role.MORE,
    Role.CURRENCY,
    Role.THOUSAND,
    Role.ROOM,
    Role.CLOCK,
    Role.MORNING,
    Role.AFTERNOON,
)
_CUT_SHORT = (Intent.SHORTEN, Intent.CHECK_OUT)
_BEGINS_TONIGHT = (Intent.BLOCK, Intent.WALK_IN, Intent.EXTEND, Intent.HOLD, Intent.BOOK)


class Place(StrEnum):
    """Which end of a stay a day is."""

    START = "start"
    END = "end"
    LAST_NIGHT = "last_night"


@dataclass(frozen=True, slots=True)
class Named:
    """One or two points as they were said together, and where the items after them begin."""

    first: Point
    place: Place
    second: Point | None
    second_place: Place
    after: int
    marked: bool


def take_dates(items: list[Item], at: int, world: World, draft: Draft) -> int:
    """Read the days named at `at` into `draft`; the index after them, or `at` when there are none."""
    named = _named(items, at, world)
    if named is None:
        return at
    first, second = named.first, named.second
    if second and first.day and second.day:
        first, second = _share_month(first, second, draft)
    if second and second.of_week and first.weekday is not None and not (first.which or first.day):
        first = replace(first, which=second.which, of_week=True)
    if named.place is Place.START and not named.marked and draft.ends and not draft.starts:
        # "to mon wed": which of them is the end is anybody's guess.
        draft.doubt(DoubtKind.SEVERAL_DATES, f"{draft.ends[0][1]}, {first.words}")
    _put(first, named.place, world, draft)
    if second:
        _put(second, named.second_place, world, draft)
    if items[named.after - 1].digits and first.month is None:
        # What follows may be the month, misspelt.
        draft.open_day = named.after
    return named.after


def dated(items: list[Item], at: int, world: World) -> Point | None:
    """The first day of what would be read as dates at `at`, when it is one day only."""
    named = _named(items, at, world)
    return named.first if named and named.second is None else None


def _named(items: list[Item], at: int, world: World) -> Named | None:
    here, markers = at, set()
    while here < len(items) and items[here].has(*_BEFORE):
        markers |= set(items[here].values) & set(_BEFORE)
        here = small(items, here + 1)
    taken = take_point(items, here, world.order)
    if taken is None or _counted(items, taken):
        return None
    first, here = taken
    place, here = _place(items, here, markers)
    second, second_place, after = _second(items, here, first, markers, world)
    marked = bool(markers & {Role.FROM, Role.ON, Role.BETWEEN, Role.UNTIL, Role.THROUGH})
    marked = marked or (Role.TO in markers and world.changes_end)
    if second is None:
        if first.bare and (world.moves or not marked):
            return None
        return Named(first, place, None, Place.END, here, bool(markers))
    if first.bare and second.bare and (world.moves or not (marked or world.room_named)):
        return None
    return Named(first, Place.START, second, second_place, after, bool(markers))


def _counted(items: list[Item], taken: tuple[Point, int]) -> bool:
    """Whether a bare number counts what stands after it ("3 nights", "3 rooms")."""
    point, after = taken
    return point.bare and after < len(items) and items[after].has(*_COUNTED)


def _place(items: list[Item], here: int, markers: set[Role]) -> tuple[Place, int]:
    if here < len(items) and items[here].has(Role.THROUGH_AFTER):
        return Place.LAST_NIGHT, here + 1
    if Role.THROUGH in markers:
        return Place.LAST_NIGHT, here
    if here < len(items) and items[here].has(Role.UNTIL_AFTER):
        return Place.END, here + 1
    return (Place.END if markers & {Role.UNTIL, Role.TO} else Place.START), here


def _second(
    items: list[Item], here: int, first: Point, markers: set[Role], world: World
) -> tuple[Point | None, Place, int]:
    """The other end of a range that continues at `here`."""
    nothing = (None, Place.END, here)
    if here >= len(items) or markers & set(_ENDS):
        return nothing
    joint = items[here]
    dash = joint.folded == "-"
    joined = dash or joint.has(Role.FROM_AFTER, *_ENDS) or (Role.BETWEEN in markers and joint.has(Role.AND))
    if not joined:
        return nothing
    taken = take_point(items, small(items, here + 1), world.order)
    if taken is None or _counted(items, taken):
        return nothing
    second, after = taken
    if (first.bare and not second.numeric) or (second.bare and dash and not first.numeric):
        return nothing
    through = {Role.THROUGH} if joint.has(Role.THROUGH) else {Role.UNTIL}
    place, after = _place(items, after, through)
    return second, place, after


def _share_month(first: Point, second: Point, draft: Draft) -> tuple[Point, Point]:
    """Both ends with the month that was said for one of them ("24 to 26 december")."""
    one_said = (first.month is None) != (second.month is None)
    if one_said and (second.day or 0) < (first.day or 0):
        draft.doubt(DoubtKind.REVERSED_RANGE, f"{first.words} - {second.words}")
    if first.month is None and second.month is not None:
        return replace(first, month=second.month, year=second.year), second
    if second.month is None and first.month is not None:
        return first, replace(second, month=first.month, year=first.year)
    if first.year is None and second.year is not None and (first.month or 0) <= (second.month or 0):
        return replace(first, year=second.year), second
    return first, second


def _put(point: Point, place: Place, world: World, draft: Draft) -> None:
    start = draft.starts[0][0] if draft.starts else None
    if place is Place.START:
        day = which_day.start_of(point, world.hotel)
        if day.kind is DoubtKind.NO_SUCH_DATE:
            draft.doubt(day.kind, point.words)
            return
        draft.starts.append((day.day, point.words))
        if day.until:
            draft.ends.append((day.until, point.words))
    else:
        day = which_day.end_of(point, world.hotel, start)
        draft.ends.append((day.day, point.words))
        draft.last_night = draft.last_night or place is Place.LAST_NIGHT
    if day.kind:
        draft.doubt(day.kind, point.words)
    if day.day < world.hotel.today:
        draft.doubt(DoubtKind.PAST_DATE, point.words)


def settle_dates(intent: Intent | None, world: World, draft: Draft) -> None:
    """Doubt days that do not fit together, and give a single day to the end of a stay that is cut short."""
    starts, ends = _different(draft.starts), _different(draft.ends)
    if len(starts) > 1 or len(ends) > 1:
        draft.doubt(DoubtKind.SEVERAL_DATES, ", ".join([*starts.values(), *ends.values()]))
    if intent in _CUT_SHORT and draft.starts and not draft.ends:
        draft.starts, draft.ends = [], draft.starts
    if intent is Intent.EXTEND and draft.starts and draft.starts[0][0] != world.hotel.today and not draft.ends:
        draft.doubt(DoubtKind.AMBIGUOUS_DATE, draft.starts[0][1])
    if intent is Intent.MOVE and draft.ends and not draft.to_rooms:
        draft.doubt(DoubtKind.AMBIGUOUS_DATE, draft.ends[0][1])
    _doubt_order(intent, world, draft)


def _different(said: list[tuple[date, str]]) -> dict[date, str]:
    found: dict[date, str] = {}
    for day, text in said:
        found.setdefault(day, text)
    return found


def _doubt_order(intent: Intent | None, world: World, draft: Draft) -> None:
    if len(set(draft.nights)) > 1:
        draft.doubt(DoubtKind.NIGHTS_DIFFER, ", ".join(map(str, draft.nights)))
    if not draft.ends:
        return
    end, said = draft.ends[0]
    if draft.last_night:
        end += timedelta(days=1)
    start = draft.starts[0][0] if draft.starts else None
    earliest = start or (world.hotel.today if intent in _BEGINS_TONIGHT else None)
    if earliest and end <= earliest:
        draft.doubt(DoubtKind.REVERSED_RANGE, said)
    elif start and draft.nights and (end - start).days != draft.nights[0]:
        draft.doubt(DoubtKind.NIGHTS_DIFFER, said)
