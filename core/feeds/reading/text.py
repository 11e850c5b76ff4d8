"""From bytes to the lines of each event: encodings, line ends, folding and nesting, in linear time.

Done before any parser sees the body, because one broken event may not cost the others, and because a body that was
cut off must never pass for a short calendar.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NoReturn

from core.feeds.reading.snapshot import NotACalendar

MOST_BYTES = 4 * 2**20
MOST_EVENTS = 5_000
MOST_OF_A_LINE = 10_000
"""Characters of one unfolded line that are looked at."""
MOST_NESTED = 10
MOST_MAKERS = 10

# A line feed at the beginning lets the search leap from line to line, which takes a quarter of the time "^" takes.
MARK = re.compile(r"\n(BEGIN|END):([^\n]*)", re.IGNORECASE | re.ASCII)
_CALENDAR = re.compile(r"\nBEGIN:VCALENDAR", re.IGNORECASE | re.ASCII)
_MADE_BY = re.compile(r'\nPRODID(?:;[^\n:"]*)?:([^\n]{1,200})', re.IGNORECASE | re.ASCII)
_BLANK_LINES = re.compile(r"\n{2,}")
_UTF_16 = (
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"B\0", "utf-16-le"),
    (b"\0B", "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Framed:
    """A body taken apart: the unfolded lines of each VEVENT, without those of components in it, and its PRODIDs."""

    blocks: tuple[str, ...]
    made_by: tuple[str, ...]


def decoded(body: bytes) -> str:
    r"""`body` as text with "\n" for every line end: UTF-8, UTF-16 or, as the last guess, Latin-1; never fails."""
    for start, encoding in _UTF_16:
        if body.startswith(start):
            text = body.decode(encoding, errors="replace")
            break
    else:
        try:
            text = body.decode()
        except UnicodeDecodeError:
            text = body.decode("latin-1")
    return text.removeprefix("\ufeff").replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")


def unfolded(text: str) -> str:
    """`text` with its folded lines joined (RFC 5545 §3.1) and without blank lines, even amid a fold."""
    if "\n\n" in text:
        text = _BLANK_LINES.sub("\n", text)
    return text.replace("\n ", "").replace("\n\t", "").strip()


def framed(body: bytes) -> Framed:
    """Take a body apart. Raises `NotACalendar` when it is not one whole calendar, or several."""
    if len(body) > MOST_BYTES:
        _refuse("too_big")
    text = unfolded(decoded(body))
    _looks_like_a_calendar(text)
    text = f"\n{text}"
    blocks: list[str] = []
    for block in _events(text):
        blocks.append(block)
        if len(blocks) > MOST_EVENTS:
            _refuse("too_many")
    return Framed(tuple(blocks), tuple(_makers(text)))


def _looks_like_a_calendar(text: str) -> None:
    start, end = text[:16].strip().upper(), text[-16:].upper()
    if not text:
        _refuse("empty")
    if not start.startswith("BEGIN:VCALENDAR"):
        _refuse({"<": "html", "{": "json", "[": "json"}.get(text[0], "no_calendar"))
    if end.rpartition("\n")[2].strip() != "END:VCALENDAR":
        _refuse("truncated")


def _makers(text: str) -> dict[str, None]:
    """The PRODID of each calendar, which stands near its beginning."""
    found: dict[str, None] = {}
    for begin in islice(_CALENDAR.finditer(text), MOST_MAKERS):
        if (maker := _MADE_BY.search(text, begin.end())) is not None:
            found[maker[1].strip()] = None
    return found


def _events(text: str) -> Iterator[str]:
    """The inner lines of each VEVENT of a text whose components all end where they should."""
    open_: list[str] = []
    pieces: list[str] = []
    since = 0
    for mark in MARK.finditer(text):
        name = mark[2].strip().upper()
        in_event = bool(open_) and open_[-1] == "VEVENT"
        if in_event:
            pieces.append(text[since : mark.start()].strip("\n"))
        since = mark.end()
        if mark[1][0] in "Bb":
            if (
                len(open_) == MOST_NESTED
                or (name == "VCALENDAR") != (not open_)
                or (name == "VEVENT" and "VEVENT" in open_)
            ):
                _refuse("unbalanced")
            open_.append(name)
        elif not open_ or open_.pop() != name:
            _refuse("unbalanced")
        elif in_event:
            yield "\n".join(filter(None, pieces))
            pieces.clear()
    if open_:
        _refuse("unbalanced")


def _refuse(reason: str) -> NoReturn:
    raise NotACalendar(reason=reason)
