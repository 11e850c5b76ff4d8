"""A feed ready to be sent: its bytes in both codings with all their headers, made once a version and day."""

import gzip
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, time
from email.utils import format_datetime
from zoneinfo import ZoneInfo

from core.feeds.queries import Feed
from core.values.nights import Nights

Headers = tuple[tuple[bytes, bytes], ...]
Answer = tuple[int, Headers, bytes]
"""Status, headers and body."""

GUARDED: Headers = ((b"referrer-policy", b"no-referrer"), (b"x-robots-tag", b"noindex"))
"""What every answer under the feeds' path says, so that an address travels no further than it must."""
_OVERHEAD = 2_000
"""Bytes that the headers and objects of one feed take in memory, about."""


@dataclass(frozen=True, slots=True)
class Coded:
    """The feed in one content coding, with its own strong validator."""

    etag: bytes
    full: Answer
    unchanged: Answer


@dataclass(frozen=True, slots=True)
class Prepared:
    """One link's feed at one version on one property-local day."""

    link_id: int
    version: int
    size: int
    plain: Coded
    zipped: Coded
    nights: tuple[Nights, ...] = ()
    """What it shows busy, as runs."""


def prepare(feed: Feed) -> Prepared:
    """Make everything about `feed` that does not depend on who asks."""
    digest = hashlib.sha256(feed.body).hexdigest()[:32]
    zipped = gzip.compress(feed.body, compresslevel=6, mtime=0)
    shared = (
        (b"last-modified", format_datetime(_modified_at(feed), usegmt=True).encode()),
        # no-cache: kept, but asked about before each use; a room closed a second ago must be seen.
        (b"cache-control", b"private, no-cache"),
        (b"vary", b"accept-encoding"),
        *GUARDED,
    )
    return Prepared(
        link_id=feed.link_id,
        version=feed.version,
        size=len(feed.body) + len(zipped) + _OVERHEAD,
        plain=_coded(f'"{digest}"', feed.body, shared),
        # A strong validator names exact bytes, so the compressed ones have their own (RFC 9110 §8.8.3.3).
        zipped=_coded(f'"{digest}-gzip"', zipped, ((b"content-encoding", b"gzip"), *shared)),
        nights=feed.nights,
    )


def answer(prepared: Prepared, if_none_match: bytes | None, accept_encoding: bytes | None) -> Answer:
    """What to send: 304 when the reader holds the feed in either coding (RFC 9110 §13.1.2), else 200."""
    coded = prepared.zipped if accept_encoding is not None and takes_gzip(accept_encoding) else prepared.plain
    if if_none_match is None:
        return coded.full
    if if_none_match == coded.etag or if_none_match.strip() == b"*":
        return coded.unchanged
    held = {tag.strip().removeprefix(b"W/") for tag in if_none_match.split(b",")}
    for candidate in (coded, prepared.plain, prepared.zipped):
        if candidate.etag in held:
            return candidate.unchanged
    return coded.full


def takes_gzip(accept_encoding: bytes) -> bool:
    """Whether the reader accepts gzip by name, with a weight above zero (RFC 9110 §12.5.3)."""
    if b"gzip" not in accept_encoding:
        return False
    if b";" not in accept_encoding:
        return True
    for choice in accept_encoding.lower().split(b","):
        coding, _, weight = choice.replace(b" ", b"").partition(b";q=")
        if coding == b"gzip":
            return weight.strip(b"0.") != b"" if weight else True
    return False


def _coded(etag: str, body: bytes, shared: Headers) -> Coded:
    validator = etag.encode()
    unchanged = ((b"etag", validator), *(header for header in shared if header[0] != b"content-encoding"))
    full = (
        (b"content-type", b"text/calendar; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"etag", validator),
        *shared,
    )
    return Coded(validator, (200, full, body), (304, unchanged, b""))


def _modified_at(feed: Feed) -> datetime:
    """The last change of what is shown: of nights, or the day's beginning: nights roll into view (R5)."""
    day_began = datetime.combine(feed.day, time(), ZoneInfo(feed.timezone)).astimezone(UTC)
    return max(feed.changed_at, day_began)
