"""Web addresses in a message: cut out whole, since they are secret, and the platform that a host belongs to."""

from urllib.parse import urlsplit

import regex

from bot.understanding.reading import Hotel
from bot.understanding.tokens import HOLE
from core.platforms.registry import at

_URL = regex.compile(
    r"\b(?:https?|webcal)://\S+|(?<![\w@.])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(?::\d+)?/\S+",
    regex.IGNORECASE,
)
_AFTER = ".,;:!?)>]}\"'*_"
"""Signs that end a sentence or enclose an address, and are no part of it."""


def cut_urls(text: str) -> tuple[str, tuple[str, ...]]:
    """`text` with every web address cut out, and those addresses, each with its scheme.

    All of them go, since what stays may be quoted in an answer, and an address alone opens a calendar.
    """
    found = dict.fromkeys(_with_scheme(match.group().rstrip(_AFTER)) for match in _URL.finditer(text))
    return _URL.sub(f" {HOLE} ", text) if found else text, tuple(found)


def platform_of(url: str, hotel: Hotel) -> str | None:
    """The code of the platform at one of whose hosts `url` lies."""
    platform = at(url)
    return platform.code if platform is not None and platform.code in hotel.platforms else None


def is_calendar(url: str) -> bool:
    """Whether the address says by its ending that it is a calendar's."""
    try:
        return urlsplit(url).path.lower().endswith((".ics", ".ical"))
    except ValueError:
        return False


def _with_scheme(address: str) -> str:
    if address[:9].lower() == "webcal://":
        return f"https://{address[9:]}"
    return address if "://" in address[:9] else f"https://{address}"
