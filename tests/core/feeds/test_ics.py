"""The calendars we write, read back by a library."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from core.feeds import ics
from core.feeds.rules import Shown
from core.values.nights import Nights

CHANGED = datetime(2026, 11, 20, 18, 40, 7, tzinfo=UTC)

texts = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=120)
instants = st.datetimes(
    min_value=datetime(2020, 1, 1), max_value=datetime(2035, 1, 1), timezones=st.just(UTC)  # noqa: DTZ001 - bounds.
).map(lambda instant: instant.replace(microsecond=0))  # fmt: skip
some_nights = st.builds(
    lambda arrival, length: Nights(arrival, arrival + timedelta(days=length)),
    st.dates(min_value=date(2020, 1, 1), max_value=date(2034, 1, 1)),
    st.integers(min_value=1, max_value=400),
)
stays = st.lists(
    st.builds(Shown, texts, some_nights, instants, st.sampled_from(["Reserved", "Not available"])),
    max_size=12,
)


def read(body: bytes) -> list[Shown]:
    """The events of a calendar as icalendar understands them."""
    found = []
    for event in Calendar.from_ical(body).events:
        nights = Nights(plain_date(event.start), plain_date(event.end))
        found.append(Shown(str(event["UID"]), nights, event.stamp or CHANGED, str(event["SUMMARY"])))
    return found


def plain_date(found: date | datetime) -> date:
    """`found`, which must be a date and no datetime."""
    assert not isinstance(found, datetime)
    return found


def name_in(body: bytes) -> str:
    """The calendar's name, read as a property known to be text: icalendar leaves X- ones escaped."""
    return str(Calendar.from_ical(body.replace(b"X-WR-CALNAME:", b"COMMENT:"))["COMMENT"])


@given(name=texts, events=stays)
def test_a_library_reads_back_what_was_written(name: str, events: list[Shown]) -> None:
    body = ics.write(name, events)

    assert read(body) == events
    assert name_in(body) == name
    assert not [error for part in Calendar.from_ical(body).walk() for error in part.errors]


@given(name=st.text(max_size=400))
def test_no_line_is_longer_than_75_octets_and_none_cuts_a_character(name: str) -> None:
    lines = ics.write(name.encode("utf-8", "replace").decode(), []).split(b"\r\n")

    assert lines.pop() == b""
    for line in lines:
        assert len(line) <= 75
        assert b"\n" not in line
        assert b"\r" not in line
        line.decode()


def test_folding_at_75_octets_alone_would_cut_a_character() -> None:
    line = ("X-WR-CALNAME:" + "é" * 80).encode()

    with pytest.raises(UnicodeDecodeError):
        line[:74].decode()
    assert "é" * 80 in ics.write("é" * 80, []).decode().replace("\r\n ", "")


def test_the_shape_is_the_one_the_platforms_write_themselves() -> None:
    event = Shown("aa.3@dauda", Nights(date(2026, 11, 20), date(2026, 11, 21)), CHANGED, "Reserved")

    assert ics.write("3 · Baobab; Guest, House", [event]).decode().split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Dauda//Room calendar 1.0//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:3 · Baobab\\; Guest\\, House",
        "REFRESH-INTERVAL;VALUE=DURATION:PT15M",
        "X-PUBLISHED-TTL:PT15M",
        "BEGIN:VEVENT",
        "UID:aa.3@dauda",
        "DTSTAMP:20261120T184007Z",
        "DTSTART;VALUE=DATE:20261120",
        "DTEND;VALUE=DATE:20261121",
        "SUMMARY:Reserved",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_a_line_break_in_a_name_begins_no_property() -> None:
    body = ics.write("3\r\nBEGIN:VEVENT\x0bX\u2028Y\x00", [])

    assert read(body) == []
    assert name_in(body) == "3\nBEGIN:VEVENT\nX\nY"
