"""Bytes of all kinds become lines, or are no calendar."""

import codecs
from time import process_time

import pytest

from core.feeds.reading import NotACalendar, read
from core.feeds.reading.text import MOST_BYTES, MOST_NESTED, decoded, framed, unfolded
from tests.core.feeds.reading.samples import OPTIONS, ZONE, calendar, dates
from tests.support.shared import shared

STAY = calendar(dates("20261120", "20261122").replace("Reserved", "Réservée"))


def reason(body: bytes) -> str:
    """Why `body` is no calendar."""
    with pytest.raises(NotACalendar) as refused:
        framed(body)
    return str(refused.value.facts["reason"])


@pytest.mark.parametrize(
    "body",
    [
        STAY,
        codecs.BOM_UTF8 + STAY,
        STAY.decode().encode("utf-16"),
        STAY.decode().encode("utf-16-le"),
        STAY.decode().encode("utf-16-be"),
        STAY.decode().encode("latin-1"),
        STAY.replace(b"\r\n", b"\n"),
        STAY.replace(b"\r\n", b"\r"),
        STAY.replace(b"\r\n", b"\r\r\n"),
        STAY.replace(b"\r\n", b"\r\n\r\n"),
        b"\r\n  \r\n" + STAY + b"\r\n\r\n",
        STAY.replace(b"Reserv", b"Res\0erv").replace(b"VCALENDAR", b"VCAL\0ENDAR"),
        STAY.replace(b"VEVENT", b"vevent").replace(b"BEGIN", b"begin").replace(b"DTSTART;VALUE=DATE", b"dtstart"),
        STAY.replace(b"20261120", b"2026\r\n 1120").replace(b"BEGIN:VEV", b"BEG\r\n\tIN:VEV"),
        STAY.replace(b"20261120", b"2026\r\n\r\n 1120"),
    ],
)
def test_a_calendar_is_read_however_it_is_written(body: bytes) -> None:
    (event,) = read(body, ZONE, OPTIONS).events
    assert (event.summary, event.start.day, event.end.day) == ("Réservée", 20, 22)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "empty"),
        (b" \r\n\0", "empty"),
        (b"<!DOCTYPE html><title>Log in</title>", "html"),
        (b'{"code":500,"message":"There was an error"}', "json"),
        (b"[]", "json"),
        (b"OK", "no_calendar"),
        (b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", "no_calendar"),
        (STAY[:-5], "truncated"),
        (STAY[: len(STAY) // 2], "truncated"),
        (STAY + b"X-COMMENT:late", "truncated"),
        (STAY.replace(b"END:VEVENT\r\n", b""), "unbalanced"),
        (STAY.replace(b"BEGIN:VEVENT\r\n", b""), "unbalanced"),
        (STAY.replace(b"END:VEVENT", b"END:VTODO"), "unbalanced"),
        (b"BEGIN:VCALENDAR\r\n" + STAY + b"END:VCALENDAR", "unbalanced"),
        (STAY.replace(b"UID:1", b"BEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT"), "unbalanced"),
        (STAY + b"BEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR", "unbalanced"),
        (STAY.replace(b"UID:1", b"BEGIN:X\r\n" * MOST_NESTED + b"END:X\r\n" * MOST_NESTED + b"UID:1"), "unbalanced"),
        (b"x" * (MOST_BYTES + 1), "too_big"),
    ],
)
def test_what_is_no_whole_calendar_is_refused_with_its_reason(body: bytes, why: str) -> None:
    assert reason(body) == why


def test_the_error_a_platform_served_is_no_calendar() -> None:
    assert reason(shared("data/ical/airbnb/error_body_http500.json").read_bytes()) == "json"


def test_wherever_a_calendar_is_cut_off_it_is_no_calendar() -> None:
    whole = STAY.rstrip()
    for length in range(len(whole)):
        assert reason(whole[:length]) in {"empty", "no_calendar", "truncated"}
    assert len(framed(whole).blocks) == 1


def test_only_line_feeds_end_a_line() -> None:
    odd = "a\x0bb\x0cc\x1cd\x85e\u2028f"
    assert unfolded(decoded(odd.encode())) == odd


@pytest.mark.parametrize(
    "line",
    [
        "RDATE:20261120",
        "EXDATE:20261120",
        "RRULE:FREQ=DAILY",
        "SUMMARY:x",
        "DTSTART:20261120",
        "x",
        "RRULE:FREQ=YEARLY;BYDAY=MO",
    ],
)
def test_megabytes_of_one_line_in_an_event_are_read_in_time(line: str) -> None:
    body = calendar(dates("20261120", "20261122") + f"\n{line}" * (MOST_BYTES // (len(line) + 3)))
    before = process_time()
    read(body, ZONE, OPTIONS)
    assert process_time() - before < 8


@pytest.mark.parametrize("filling", [b"\r\n", b" ", b"\r\n ", b"BEGIN:", b"BEGIN:VEVENT\r\n", b"X:\r\n", b"\r\n\t\r\n"])
@pytest.mark.timeout(10)
def test_megabytes_of_anything_are_taken_apart_at_once(filling: bytes) -> None:
    body = b"BEGIN:VCALENDAR\r\n" + filling * (3 * 2**20 // len(filling)) + b"\r\nEND:VCALENDAR\r\n"
    if b":V" in filling or filling == b"BEGIN:":
        assert reason(body) == "unbalanced"
    else:
        assert framed(body).blocks == ()
