"""What it costs to read a room's calendar, against icalendar's reader, and to see that it says nothing new."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from time import process_time

import pytest
from icalendar import Calendar

from core.feeds.reading import Options, fingerprint, read
from tests.bench.conftest import Hold
from tests.bench.measure import Row, interleaved

pytestmark = pytest.mark.bench
EVENTS = 60
SECONDS = 0.5
TODAY = date(2026, 11, 20)
OPTIONS = Options(TODAY)


def test_reading_a_calendar(hold: Hold) -> None:
    plain, odd = calendar(), calendar(language=";LANGUAGE=en")
    assert theirs(plain) == len(read(plain, "Africa/Nairobi", OPTIONS).events) == EVENTS
    assert read(odd, "Africa/Nairobi", OPTIONS).events == read(plain, "Africa/Nairobi", OPTIONS).events

    def rows() -> list[Row]:
        found = interleaved(
            {
                "plain": lambda: rate(lambda: read(plain, "Africa/Nairobi", OPTIONS)),
                "odd": lambda: rate(lambda: read(odd, "Africa/Nairobi", OPTIONS)),
                "fingerprint": lambda: rate(lambda: fingerprint(plain)),
                "icalendar": lambda: rate(lambda: theirs(plain)),
            }
        )
        what = f"of {EVENTS} events, icalendar reads it"
        peer = found["icalendar"]
        return [
            Row(f"read a calendar {what}", found["plain"], peer, 10, "least", "feeds/s"),
            Row(f"read an odd one {what}", found["odd"], peer, 1, "least", "feeds/s"),
            Row(f"see that nothing is new {what}", found["fingerprint"], peer, 40, "least", "feeds/s"),
        ]

    hold(rows)


def rate(work: Callable[[], object]) -> float:
    """How often a second of this process's time `work` is done."""
    before, done = process_time(), 0
    while (taken := process_time() - before) < SECONDS:
        work()
        done += 1
    return done / taken


def theirs(body: bytes) -> int:
    """Read what we read with icalendar alone: the number of events."""
    events = [event for one in Calendar.from_ical(body, multiple=True) for event in one.walk("VEVENT")]
    said = [(e["UID"], e.start, e.end, e["SUMMARY"], e.get("DESCRIPTION")) for e in events]  # type: ignore[attr-defined]
    return len(said)


def calendar(language: str = "") -> bytes:
    """A calendar as Airbnb writes it, made anew: three of four events are reservations with a folded text."""
    lines = ["BEGIN:VCALENDAR", "PRODID:-//Example//Calendar 1.0//EN", "CALSCALE:GREGORIAN", "VERSION:2.0"]
    for number in range(EVENTS):
        start = TODAY + timedelta(days=3 * number)
        lines += [
            "BEGIN:VEVENT",
            f"DTSTAMP:{datetime.now(UTC):%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{start:%Y%m%d}",
            f"DTEND;VALUE=DATE:{start + timedelta(days=2):%Y%m%d}",
            f"SUMMARY{language}:Reserved",
            f"UID:1418fb94e984-{number:032x}@example.com",
        ]
        if number % 4:
            lines += [
                "DESCRIPTION:Reservation URL: https://www.example.com/hosting/reservations/de",
                f" tails/HM{number:08d}\\nPhone Number (Last 4 Digits): 1744",
            ]
        lines.append("END:VEVENT")
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()
