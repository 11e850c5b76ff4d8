"""Addresses of calendars as people give them. Pure; nothing is asked here."""

from urllib.parse import urlsplit

from core.channels.errors import NoCalendarAddress


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
    first, second = urlsplit(one), urlsplit(other)
    return (first.netloc.lower(), first.path, first.query) == (
        second.netloc.lower(),
        second.path,
        second.query,
    )
