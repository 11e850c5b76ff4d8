"""Room names as people count them off: "1-12, 101-110, Garden"."""

import re

from core.setup.document import folded
from core.setup.errors import Unusable, Why

MOST_ROOMS = 500
_RANGE = re.compile(r"(\d{1,6})\s*[-–—]\s*(\d{1,6})")


def rooms_in(text: str) -> list[str]:
    """The names in `text`, ranges counted out; "01-12" keeps its leading noughts.

    Raises `Unusable` for none, too many, a range that runs backwards, or a name twice.
    """
    names: list[str] = []
    for part in (part.strip() for part in text.replace(";", ",").split(",")):
        names += _part(part) if part else []
        if len(names) > MOST_ROOMS:
            raise Unusable(Why.TOO_MANY_ROOMS, most=MOST_ROOMS)
    if not names:
        raise Unusable(Why.BLANK)
    seen: set[str] = set()
    for name in names:
        if folded(name) in seen:
            raise Unusable(Why.ROOM_TWICE, value=name)
        seen.add(folded(name))
    return names


def _part(part: str) -> list[str]:
    found = _RANGE.fullmatch(part)
    if found is None:
        return [part]
    first, last = int(found[1]), int(found[2])
    if last < first:
        raise Unusable(Why.BACKWARDS, value=part)
    if last - first >= MOST_ROOMS:
        raise Unusable(Why.TOO_MANY_ROOMS, most=MOST_ROOMS)
    width = len(found[1]) if found[1].startswith("0") else 0
    return [str(number).zfill(width) for number in range(first, last + 1)]
