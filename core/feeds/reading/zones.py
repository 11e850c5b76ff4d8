"""Which zone a TZID means: an IANA name, Windows' name for one, or one behind a maker's prefix (RFC 5545 §3.2.19)."""

from collections.abc import Iterator
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

MOST_OF_A_NAME = 100


def zone_of(tzid: str) -> ZoneInfo | None:
    """The zone that `tzid` names, or None.

    A VTIMEZONE that comes along is not asked: its rules can keep a machine busy for minutes, its name would be
    remembered by the library for every later calendar, and all it could move is a time near midnight.
    """
    for name in _names(tzid[:MOST_OF_A_NAME]):
        # Asked before, because a name that is none could be a path.
        if name in _known():
            return ZoneInfo(name)
    return None


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones())


def _names(tzid: str) -> Iterator[str]:
    cleaned = tzid.strip("/ ")
    if not cleaned:
        return
    yield cleaned
    if cleaned in WINDOWS_TO_OLSON:
        yield WINDOWS_TO_OLSON[cleaned]
    parts = cleaned.split("/")
    if tzid.startswith("/"):
        yield from ("/".join(parts[since:]) for since in range(1, len(parts)))
