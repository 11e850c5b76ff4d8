"""Headers both ways: what we say of ourselves and what of a server's answer is kept."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from core.feeds.fetch.answers import Ask
from core.feeds.fetch.pace import LONGEST_PAUSE

_ETAG = re.compile(r'(?:W/)?"[!#-~]{0,256}"')
_LAST_MODIFIED = re.compile(r"[A-Za-z0-9:,+ -]{1,64}")
_SECONDS = re.compile(r"[0-9]{1,18}")


def agent(public_url: str | None) -> str:
    """How we name ourselves, with where we can be reached: nameless libraries are turned away by OTAs."""
    contact = f"; +{public_url}" if public_url and public_url.isascii() and public_url.isprintable() else ""
    return f"Dauda (calendar import{contact})"


def asking(ask: Ask, url: httpx.URL, named: str) -> list[tuple[bytes, bytes]]:
    """The headers of one request. No cookie and no authorisation is ever sent, nor where we come from."""
    headers = [
        ("Host", url.netloc.decode("ascii")),
        ("User-Agent", named),
        ("Accept", "text/calendar, */*;q=0.1"),
        ("Accept-Encoding", "gzip"),
        ("Connection", "close"),
    ]
    if kept := etag(ask.etag):
        headers.append(("If-None-Match", kept))
    if kept := last_modified(ask.last_modified):
        headers.append(("If-Modified-Since", kept))
    return [(name.encode("ascii"), value.encode("ascii")) for name, value in headers]


def is_conditional(ask: Ask) -> bool:
    """Whether a 304 can be an answer to `ask`."""
    return bool(etag(ask.etag) or last_modified(ask.last_modified))


def etag(value: str | None) -> str | None:
    """An entity tag (RFC 9110 §8.8.3) that can be sent back, or None."""
    return value if value is not None and _ETAG.fullmatch(value) else None


def last_modified(value: str | None) -> str | None:
    """A Last-Modified that can be sent back as it is, or None."""
    return value if value is not None and _LAST_MODIFIED.fullmatch(value) else None


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """How long a server asks us to stay away (RFC 9110 §10.2.3: seconds or an HTTP date), at most `LONGEST_PAUSE`."""
    if value is None:
        return None
    text = value.strip()
    if _SECONDS.fullmatch(text):
        return timedelta(seconds=min(int(text), LONGEST_PAUSE.total_seconds()))
    try:
        until = parsedate_to_datetime(text)
        until = until.replace(tzinfo=UTC) if until.tzinfo is None else until
        return min(max(until - now, timedelta(0)), LONGEST_PAUSE)
    except (ValueError, OverflowError):
        return None
