"""Weekdays as people and machines write them; Monday is 0, as in Python's calendar."""

from collections.abc import Iterable, Sequence
from datetime import date

from core.errors import Invalid

CODES = ("mo", "tu", "we", "th", "fr", "sa", "su")
"""As iCalendar and the channel APIs name them."""
EVERY_DAY = frozenset(range(7))


class NotAWeekday(Invalid):
    """The text names no weekday. Facts: `value`, `known`."""


def weekdays(names: Iterable[str]) -> frozenset[int]:
    """The weekdays in `names` ("fr", "Fri", "friday"), all of them when there are none. Raises `NotAWeekday`."""
    found = frozenset(_weekday(name) for name in names)
    return found or EVERY_DAY


def from_numbers(text: str) -> tuple[int, ...]:
    """The weekdays in `4,5` (Monday is 0), sorted; none in an empty text. Raises `NotAWeekday`."""
    parts = [part.strip() for part in text.split(",")] if text.strip() else []
    for part in parts:
        if part not in {str(day) for day in EVERY_DAY}:
            raise NotAWeekday(value=part, known=[str(day) for day in sorted(EVERY_DAY)])
    return tuple(sorted({int(part) for part in parts}))


def codes(days: Iterable[int]) -> list[str]:
    """The codes of `days` in the week's order."""
    return [CODES[day] for day in sorted(set(days))]


def nights_on(nights: Iterable[date], days: frozenset[int]) -> list[date]:
    """Those of `nights` that begin on one of `days`."""
    return [night for night in nights if night.weekday() in days]


def _weekday(name: str, known: Sequence[str] = CODES) -> int:
    folded = name.strip().casefold()
    full = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    for number, code in enumerate(known):
        if folded == code or (len(folded) >= 3 and full[number].startswith(folded)):  # noqa: PLR2004 - "mon".
            return number
    raise NotAWeekday(value=name, known=list(known))
