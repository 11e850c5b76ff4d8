"""Addresses of calendars as people give them. Pure; nothing is asked here."""

from urllib.parse import urlsplit

from core.channels.errors import NoCalendarAddress
from core.sealing import fingerprint


def calendar_address(text: str) -> str:
    """The http(s) address of a calendar; `webcal:` means https. Raises `NoCalendarAddress`."""
    address = text.strip()
    if address.lower().startswith("webcal://"):
        address = f"https://{address[len('webcal://') :]}"
    try:
        parts = urlsplit(address)
        usable = parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or any(letter.isspace() for letter in address):
        raise NoCalendarAddress
    return address


def same_calendar(one: str, other: str) -> bool:
    """Whether two addresses lead to the same calendar: scheme and the host's letter case do not matter."""
    return _place(one) == _place(other)


def mark_of(url: str) -> str:
    """The hash under which an address is known again: alike for all that are the `same_calendar`."""
    return fingerprint("\n".join(_place(url)))


def _place(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    return parts.netloc.lower(), parts.path, parts.query
