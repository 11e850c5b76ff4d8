"""The quick way says what the careful way says, or nothing."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.feeds.reading import Event, NotACalendar, lenient, plain
from core.feeds.reading.text import framed
from tests.core.feeds.reading.samples import (
    OPTIONS,
    calendar,
    conformance_files,
    dates,
    nights,
    platform_files,
    snapshots,
    timelines,
)
from tests.support.rounds import rounds

HERE = ZoneInfo("Africa/Nairobi")
SOME = "UID:1\nDTSTART;VALUE=DATE:20261120\nDTEND;VALUE=DATE:20261122\nSUMMARY:Reserved"
LINES = st.sampled_from(
    [
        *SOME.split("\n"),
        "DTSTART:20261120",
        "DTEND;VALUE=DATE:20261119",
        "DTEND;VALUE=DATE:2026W481",
        "DTEND;VALUE=DATE:２０２６１１２２",
        "DTEND;VALUE=DATE:99991231",
        "DTSTAMP:20261101T000000Z",
        "SUMMARY: spaced ",
        'SUMMARY:"quoted: a;b"',
        "SUMMARY:escaped\\, twice\\n",
        "SUMMARY:%2C",
        "SUMMARY:",
        "SUMMARY;LANGUAGE=fr:Réservée",
        "UID:a:b;c",
        "UID:\u2003",
        "DESCRIPTION:x\\nHMABCDEFGH",
        "DESCRIPTION:x\\NHMABCDEFGH",
        "DESCRIPTION:\\\\nHMABCDEFGH",
        "STATUS:CANCELLED",
        "STATUS:TENTATIVE",
        "STATUS:confirmed",
        "TRANSP:TRANSPARENT",
        "TRANSP: OPAQUE",
        "SEQUENCE:7",
        "SEQUENCE:-7",
        "SEQUENCE:٧",
        "ORGANIZER:mailto:noreply@booking.com",
        "RRULE:FREQ=DAILY;COUNT=2",
        "RECURRENCE-ID:20261120",
        "no colon",
        " ",
    ]
)


def agree(block: str) -> bool:
    """Whether the quick way answered; if so, it said the same as the careful one, down to the raw text."""
    for options in (OPTIONS, replace(OPTIONS, inclusive_end=True)):
        quick = plain.read(block, options)
        if quick is None:
            return False
        careful = lenient.read(block, HERE, options)
        assert (quick, quick.raw, careful.recurs) == (careful.event, careful.event.raw, False)
    return True


def taken(body: bytes) -> tuple[str, ...]:
    """The events of a body; what is no calendar has none to compare."""
    try:
        return framed(body).blocks
    except NotACalendar:
        return ()


def test_every_event_of_the_platforms_samples_goes_the_quick_way() -> None:
    slow = [file.name for file in platform_files() if not all(map(agree, taken(file.read_bytes())))]
    assert slow == []


def test_both_ways_agree_on_every_event_of_the_conformance_samples() -> None:
    quick = sum(agree(block) for file in conformance_files() for block in taken(file.read_bytes()))
    assert quick > 100


def test_both_ways_agree_on_the_timelines() -> None:
    step = rounds(quick=10, check=1, soak=1)
    seen = {block for timeline in timelines() for body in list(snapshots(timeline))[::step] for block in taken(body)}
    assert len(seen) > 100
    assert [block for block in seen if not agree(block)] == []


@settings(max_examples=rounds(quick=200, check=2_000, soak=50_000), deadline=None)
@given(st.lists(LINES, max_size=6).map("\n".join), st.booleans())
@example("", True)  # noqa: FBT003 - An example is given in order.
def test_both_ways_agree_on_any_lines(lines: str, whole: bool) -> None:  # noqa: FBT001 - As above.
    agree(f"{SOME}\n{lines}" if whole else lines)


@pytest.mark.parametrize(
    "line",
    [
        "SUMMARY: spaced",
        "SUMMARY:a\\, b",
        "RRULE:FREQ=DAILY",
        "STATUS:Confirmed",
        "DESCRIPTION:a\\Nb",
        "DTEND;VALUE=DATE:20261120",
        "SEQUENCE:-1",
        "X-ODD:1",
        "odd",
    ],
)
def test_at_the_first_oddity_the_quick_way_says_nothing(line: str) -> None:
    name = line.partition(":")[0]
    rest = [other for other in SOME.split("\n") if not other.startswith(name)]
    assert plain.read("\n".join([*rest, line]), OPTIONS) is None
    assert plain.read(SOME, OPTIONS) == Event("1", date(2026, 11, 20), date(2026, 11, 22), "Reserved")


def test_the_quick_way_keeps_the_raw_text() -> None:
    (block,) = framed(calendar(dates("20261120", "20261122"))).blocks
    event = plain.read(block, OPTIONS)
    assert event is not None
    assert (event.raw, nights(event)) == (SOME, ("20261120", "20261122"))
