"""Replaying the recorded history of a calendar: what we would have believed, look by look.

Nobody answers questions here, so the rule for unanswered ones applies (R13). The snapshots' own times are the clock.
"""

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Protocol

from core.clock import local_date
from core.errors import Invalid
from core.feeds.told.happenings import Appeared, DatesChanged, Gone, Looked, MassDisappeared, Replaced, Unfreed
from core.feeds.told.values import Known, Told
from core.values.nights import Nights, runs

GZIP = b"\x1f\x8b"


class NotATimeline(Invalid):
    """The file is no timeline. Facts: `file`, `line`, `why`."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """One fetch of a calendar; `body` is None when it returned what the one before did, empty when it failed."""

    at: datetime
    body: bytes | None


@dataclass(slots=True)
class Booking:
    """One booking or closure over its whole history."""

    told: Told
    cancelled_at: datetime | None = None
    changes: int = 0


@dataclass(slots=True)
class Replay:
    """What came of a history. `freed`: when, and which runs of nights to come we stopped believing busy."""

    bookings: dict[int, Booking] = field(default_factory=dict)
    freed: list[tuple[datetime, Nights]] = field(default_factory=list)
    cancellations: int = 0
    held_for_a_person: int = 0
    rejected_snapshots: int = 0


def timeline(file: Path, fetches: Path | None = None) -> Iterator[Fetch]:
    """The fetches recorded in `file` (JSON lines `{"fetched_at", "ics"}`, plain or gzip), in order of time.

    With `fetches` (one UTC time a line) every moment in it that has no snapshot returned what the one before did.
    """
    told = {at: ics.encode() for at, ics in _snapshots(file)}
    moments = set(told) | {_instant(fetches, n, line) for n, line in _lines(fetches)} if fetches else set(told)
    return (Fetch(at, told.get(at)) for at in sorted(moments))


class Importer(Protocol):
    """What looks at fetch after fetch: the one of the house, or its heart alone."""

    def look(self, fetch: Fetch) -> Looked | None:
        """What one fetch brought; None when its calendar could not be believed."""
        ...


def replay(history: Iterable[Fetch], importer: Importer, zone: str) -> Replay:
    """Look at every fetch in turn, and account for what was believed."""
    made, known = Replay(), Known()
    busy: set[date] = set()
    for fetch in history:
        looked = importer.look(fetch)
        if looked is None:
            made.rejected_snapshots += fetch.body is not None
            continue
        today = local_date(fetch.at, zone)
        if looked.known.bookings is not known.bookings:
            now = looked.known.busy(today)
            made.freed += [(fetch.at, run) for run in runs(night for night in busy - now if night >= today)]
            busy = now
        known = looked.known
        _account(made, fetch.at, looked)
    return made


def _account(made: Replay, at: datetime, looked: Looked) -> None:
    for happening in looked.happenings:
        match happening:
            case Appeared(told=told):
                made.bookings[told.number] = Booking(told)
            case Replaced(told=told, olds=olds):
                made.bookings[told.number] = Booking(told)
                for old in olds:
                    _gone(made, at, old, covered=False)
            case DatesChanged(told=told):
                made.bookings[told.number].told = told
                made.bookings[told.number].changes += not happening.more_leave
            case Gone(told=told, covered=covered):
                _gone(made, at, told, covered=covered)
            case Unfreed(told=told):
                made.bookings[told.number].told, made.bookings[told.number].cancelled_at = told, None
                made.cancellations -= 1
            case MassDisappeared():
                made.held_for_a_person += 1
            case _:
                pass


def _gone(made: Replay, at: datetime, told: Told, *, covered: bool) -> None:
    """Cancelled, unless other events still show all its nights."""
    made.bookings[told.number].told = told
    if not covered:
        made.bookings[told.number].cancelled_at = at
        made.cancellations += 1


def _snapshots(file: Path) -> Iterator[tuple[datetime, str]]:
    for number, line in _lines(file):
        try:
            found: Any = json.loads(line)
            at, ics = found["fetched_at"], found["ics"]
        except (ValueError, KeyError, TypeError):
            raise NotATimeline(file=str(file), line=number, why='needs {"fetched_at", "ics"}') from None
        if not isinstance(at, str) or not isinstance(ics, str):
            raise NotATimeline(file=str(file), line=number, why="both must be text")
        yield _instant(file, number, at), ics


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    """The lines of a file, unpacked where it is packed, without the empty ones, numbered from 1."""
    raw = file.read_bytes()
    try:
        text = (gzip.decompress(raw) if raw.startswith(GZIP) else raw).decode()
    except (OSError, EOFError, UnicodeDecodeError):
        raise NotATimeline(file=str(file), line=0, why="is neither text nor gzip") from None
    return ((number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip())


def _instant(file: Path, number: int, text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise NotATimeline(file=str(file), line=number, why=f"{text.strip()!r} is no time") from None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
