"""Every sample there is ends in what icalendar reads, or in the declared error, soon and in little memory."""

import re
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from icalendar import Event as Theirs

from core.feeds.reading import Event, NotACalendar, Options, Problem, Snapshot, fingerprint, read
from tests.core.feeds.reading.samples import (
    OPTIONS,
    calendar,
    conformance_files,
    dates,
    platform_files,
    snapshots,
    timelines,
)
from tests.support.rounds import rounds

ROME = "Europe/Rome"
MOST_SECONDS = 8
MOST_MEMORY = 64 * 2**20
Nights = tuple[str, date, date]


def theirs(body: bytes) -> Iterator[Nights]:
    """UID and nights of each event as icalendar's own reader of whole calendars gives them."""
    for one in Calendar.from_ical(body, multiple=True):
        for event in one.walk("VEVENT"):
            assert isinstance(event, Theirs)
            yield str(event["UID"]), local(event.start), local(event.end)


def local(moment: date | datetime) -> date:
    if not isinstance(moment, datetime):
        return moment
    return moment.astimezone(ZoneInfo(ROME)).date() if moment.tzinfo else moment.date()


def ours(snapshot: Snapshot) -> Iterator[Nights]:
    for event in (*snapshot.events, *snapshot.left_out):
        yield event.uid or "", event.start, event.end


def test_the_platforms_samples_say_what_icalendar_reads() -> None:
    for file in platform_files():
        snapshot = read(file.read_bytes(), ROME, OPTIONS)
        assert not snapshot.partial
        assert sorted(ours(snapshot)) == sorted(theirs(file.read_bytes())), file.name


def test_the_timelines_say_what_icalendar_reads() -> None:
    step = rounds(quick=40, check=4, soak=1)
    for timeline in timelines():
        for body in filter(None, list(snapshots(timeline))[::step]):
            try:
                snapshot = read(body, ROME, OPTIONS)
            except NotACalendar:
                assert b"BEGIN:VCALENDAR" not in body
                continue
            assert not snapshot.partial
            assert sorted(ours(snapshot)) == sorted(theirs(body))


@pytest.mark.filterwarnings("ignore::icalendar.error.GloballyUniqueTZIDGuessed")
def test_the_conformance_samples_say_what_icalendar_reads() -> None:
    """Of plain events; what recurs is compared elsewhere.

    A whole day with a TZID is left out: icalendar makes a time of it, which is another day in Rome.
    """
    compared = 0
    for file in conformance_files():
        body = file.read_bytes()
        try:
            snapshot = read(body, ROME, OPTIONS)
            expected = Counter(theirs(body))
        except (NotACalendar, ValueError, KeyError, AttributeError):
            continue
        if snapshot.recurring or snapshot.problems:
            continue
        for event in filter(plain, (*snapshot.events, *snapshot.left_out)):
            compared += 1
            assert expected[event.uid or "", event.start, event.end], (file.name, event)
    assert compared > 200


def plain(event: Event) -> bool:
    """Whether nothing had to be decided about its nights."""
    return (
        not event.flags
        and "T2359" not in event.raw
        and not re.search("^DT.*TZID=.*VALUE=DATE:", event.raw, re.MULTILINE)
    )


def test_every_sample_ends_soon_and_in_little_memory() -> None:
    for file in (*platform_files(), *conformance_files()):
        body = file.read_bytes()
        before = process_time()
        found = outcome(body)
        assert process_time() - before < MOST_SECONDS, file.name
        assert found, file.name
        assert len(fingerprint(body)) == 64


def outcome(body: bytes) -> str:
    """How reading ends: any error but the declared one passes through."""
    try:
        return "partial" if read(body, ROME, OPTIONS).partial else "whole"
    except NotACalendar as refused:
        return str(refused.facts["reason"])


def test_a_large_calendar_takes_little_memory() -> None:
    body = calendar(*(f"{dates('20261120', '20261122', uid=str(n))}\nSUMMARY:again" for n in range(2_000)))
    tracemalloc.start()
    try:
        assert outcome(body) == "whole"
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()


def test_the_years_of_a_timeline_are_all_believed() -> None:
    """The last fetch of each history lies in 2026: all its events are whole days of this decade."""
    for timeline in timelines():
        last = [body for body in snapshots(timeline) if body][-1]
        snapshot = read(last, ROME, Options(today=datetime(2026, 8, 22, tzinfo=UTC).date()))
        assert {event.start.year for event in snapshot.events} <= {2025, 2026, 2027, 2028}
        assert all(event.end - event.start < timedelta(days=800) for event in snapshot.events)


def test_what_icalendar_refuses_in_one_event_costs_us_one_event() -> None:
    """Its reader of whole calendars is no help there: the file as a whole is read or lost."""
    partial = [
        snapshot
        for file in conformance_files()
        if isinstance(snapshot := read_or_none(file.read_bytes()), Snapshot) and snapshot.problems and snapshot.events
    ]
    assert partial
    assert all(isinstance(problem, Problem) for snapshot in partial for problem in snapshot.problems)


def read_or_none(body: bytes) -> Snapshot | None:
    try:
        return read(body, ROME, OPTIONS)
    except NotACalendar:
        return None


@pytest.mark.parametrize("count", [5_000])
def test_the_longest_calendar_of_odd_events_is_read_in_time(count: int) -> None:
    """Each event has a name with a parameter, so that none goes the quick way."""
    odd = "BEGIN:VEVENT\r\nUID:{}\r\nDTSTART;VALUE=DATE:20261120\r\nDTEND;VALUE=DATE:20261121\r\n"
    odd += "SUMMARY;LANGUAGE=fr:Closed\r\nEND:VEVENT\r\n"
    body = ("BEGIN:VCALENDAR\r\n" + "".join(odd.format(n) for n in range(count)) + "END:VCALENDAR\r\n").encode()
    before = process_time()
    assert len(read(body, ROME, OPTIONS).events) == count
    assert process_time() - before < MOST_SECONDS
