"""Calendars for the tests of reading: written here, and the samples that lie beside the repository."""

import gzip
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from core.feeds.reading import Event, Options, Snapshot, read
from tests.support.shared import shared

ZONE = "Africa/Nairobi"
TODAY = date(2026, 11, 20)
OPTIONS = Options(today=TODAY)
PLATFORMS = ("airbnb", "booking_com", "vrbo")


def vevent(*lines: str) -> str:
    """One event with these lines, with LF ends."""
    return "\n".join(("BEGIN:VEVENT", *lines, "END:VEVENT"))


def calendar(*parts: str, prodid: str = "-//example//EN") -> bytes:
    """A calendar of `parts`: whole components, or the lines of an event."""
    whole = (part if part.startswith("BEGIN:") else vevent(*part.split("\n")) for part in parts)
    lines = "\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{prodid}", *whole, "END:VCALENDAR"))
    return (lines + "\n").replace("\n", "\r\n").encode()


def dates(start: str, end: str, uid: str = "1") -> str:
    """The lines of an event of whole days, dates as 20261120."""
    return f"UID:{uid}\nDTSTART;VALUE=DATE:{start}\nDTEND;VALUE=DATE:{end}\nSUMMARY:Reserved"


def looked(*parts: str, zone: str = ZONE, options: Options = OPTIONS) -> Snapshot:
    """What a calendar of `parts` says."""
    return read(calendar(*parts), zone, options)


def only(*parts: str, zone: str = ZONE, options: Options = OPTIONS) -> Event:
    """The one event of a calendar of `parts` that has no problem."""
    snapshot = looked(*parts, zone=zone, options=options)
    assert snapshot.problems == ()
    (event,) = snapshot.events
    return event


def nights(event: Event) -> tuple[str, str]:
    """Start and end as 20261120."""
    return event.start.strftime("%Y%m%d"), event.end.strftime("%Y%m%d")


def platform_files() -> list[Path]:
    """The calendars that platforms served."""
    return sorted(file for name in PLATFORMS for file in shared(f"data/ical/{name}").rglob("*.ics"))


def conformance_files() -> list[Path]:
    """The samples of calendar libraries, broken ones and fuzzed ones among them."""
    return sorted(shared("data/ical/conformance").rglob("*.ics"))


def timelines() -> list[Path]:
    """The histories of feeds that platforms served."""
    return sorted(file for name in PLATFORMS for file in shared(f"data/ical/{name}").rglob("*.jsonl.gz"))


def snapshots(timeline: Path) -> Iterator[bytes]:
    """The bodies of one history, in order; an empty one: the fetch brought no calendar."""
    with gzip.open(timeline, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["ics"].encode()
