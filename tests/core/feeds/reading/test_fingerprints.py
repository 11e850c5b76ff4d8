"""What says the same has the same fingerprint, and nothing else has."""

import random
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.feeds.reading import NotACalendar, fingerprint, read
from tests.core.feeds.reading.samples import (
    OPTIONS,
    PLATFORMS,
    ZONE,
    calendar,
    conformance_files,
    dates,
    platform_files,
    snapshots,
    timelines,
    vevent,
)

STAY = dates("20261120", "20261122")
OTHER = dates("20261125", "20261126", uid="2")


def restamped(body: bytes) -> bytes:
    """`body` as a later fetch brings it: other stamps, another maker, other line ends."""
    later = re.sub(rb"(?m)^DTSTAMP[^\r\n]*", b"DTSTAMP:20300101T000000Z", body)
    later = re.sub(rb"(?m)^PRODID[^\r\n]*((?:\r?\n[ \t][^\r\n]*)*)", b"PRODID:another\r\n  one", later)
    return later.replace(b"\r\n", b"\n")


def shuffled(body: bytes) -> bytes:
    """`body` with its events in another order."""
    events = re.findall(rb"(?ms)^BEGIN:VEVENT\r?\n.*?^END:VEVENT\r?\n", body)
    head = body[: body.index(events[0])]
    tail = body[body.index(events[-1]) + len(events[-1]) :]
    random.Random(len(body)).shuffle(events)
    return head + b"".join(events) + tail


@pytest.mark.parametrize("platform", PLATFORMS)
def test_each_snapshot_of_a_timeline_is_a_state_of_its_own(platform: str) -> None:
    for timeline in timelines():
        if platform in timeline.parts:
            prints = [fingerprint(body) for body in snapshots(timeline)]
            changes = 1 + sum(before != after for before, after in pairwise(prints))
            assert changes == len(prints)


def test_another_stamp_maker_or_order_is_no_change() -> None:
    several = 0
    for file in platform_files():
        body = file.read_bytes()
        assert fingerprint(restamped(body)) == fingerprint(body), file.name
        if body.count(b"BEGIN:VEVENT") > 1:
            several += 1
            assert fingerprint(shuffled(body)) == fingerprint(body), file.name
            assert read(shuffled(body), ZONE, OPTIONS).events == read(body, ZONE, OPTIONS).events
    assert several > 10


def test_no_two_platform_samples_that_read_differently_share_a_fingerprint() -> None:
    said: dict[str, object] = {}
    for file in (*platform_files(), *conformance_files()):
        body = file.read_bytes()
        try:
            snapshot = read(body, ZONE, OPTIONS)
        except NotACalendar:
            continue
        assert said.setdefault(fingerprint(body), snapshot.events) == snapshot.events, file.name


@pytest.mark.parametrize(
    "other",
    [
        calendar(STAY),
        calendar(STAY, OTHER.replace("Reserved", "reserved")),
        calendar(STAY, OTHER.replace("26", "27")),
        calendar(STAY, f"{OTHER}\nSTATUS:CANCELLED"),
        calendar(STAY, OTHER)[:-10],
        calendar(STAY, OTHER) + calendar(),
        calendar(STAY, f"{OTHER}\nX-NOTE:DTSTAMP:1"),
        b"",
    ],
)
def test_what_says_something_else_has_another_fingerprint(other: bytes) -> None:
    assert fingerprint(other) != fingerprint(calendar(STAY, OTHER))


def test_a_stamp_within_a_folded_text_counts() -> None:
    first, second = (calendar(f"{STAY}\nDESCRIPTION:a\n DTSTAMP:{n}") for n in (1, 2))
    assert fingerprint(first) != fingerprint(second)


def test_what_stands_round_and_in_the_events_counts() -> None:
    zone = "BEGIN:VTIMEZONE\nTZID:x\nEND:VTIMEZONE"
    nested = vevent("UID:1", "BEGIN:VALARM", "END:VALARM")
    assert fingerprint(calendar(zone, STAY, OTHER)) == fingerprint(calendar(zone, OTHER, STAY))
    assert fingerprint(calendar(zone, STAY)) != fingerprint(calendar(STAY))
    assert fingerprint(calendar(nested, STAY)) != fingerprint(calendar(vevent("UID:1"), STAY))


@given(st.binary())
def test_any_bytes_have_a_fingerprint(body: bytes) -> None:
    assert len(fingerprint(body)) == 64
