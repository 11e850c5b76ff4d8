"""Whatever the bytes, reading ends in a snapshot or in the declared error."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.feeds.reading import NotACalendar, Snapshot, read
from tests.core.feeds.reading.samples import OPTIONS, ZONE, calendar, conformance_files, dates, platform_files
from tests.support.rounds import rounds

EXAMPLES = rounds(quick=150, check=2_000, soak=100_000)
NAMES = st.sampled_from(
    [
        "UID", "SUMMARY", "DESCRIPTION", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID",
        "STATUS", "TRANSP", "SEQUENCE", "BEGIN", "END", "X",
    ]
)  # fmt: skip
PARAMS = st.sampled_from(
    ["", ";VALUE=DATE", ";TZID=Asia/Tokyo", ";TZID=", ";VALUE=DATE;VALUE=PERIOD", ';X="a:b', ";TZID=a,b"]
)
VALUES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "20261120", "20261122", "20261120T120000", "20261120T120000Z", "00010101", "99991231T235959Z", "-20261120",
            "P1D", "-P1D", "P99999999W", "PT36H", "20261120/P1D", "20261120,20261121", "FREQ=DAILY",
            "FREQ=YEARLY;COUNT=3", "FREQ=WEEKLY;BYDAY=MO;UNTIL=00010101", "FREQ=DAILY;INTERVAL=99999999999999999999",
            "CANCELLED", "VEVENT", "VALARM",
        ]
    ),
)  # fmt: skip
LINES = st.builds("{}{}:{}".format, NAMES, PARAMS, VALUES)


def ends_well(body: bytes) -> bool:
    """Whether reading ended in a snapshot; an undeclared error passes through."""
    try:
        snapshot = read(body, ZONE, OPTIONS)
    except NotACalendar:
        return False
    assert isinstance(snapshot, Snapshot)
    assert all(event.start < event.end for event in snapshot.events)
    assert all(event.takes_nights for event in snapshot.events)
    return True


@settings(max_examples=EXAMPLES)
@given(st.binary())
def test_any_bytes(body: bytes) -> None:
    ends_well(body)


@settings(max_examples=EXAMPLES)
@given(st.binary())
def test_any_bytes_in_a_calendar(inside: bytes) -> None:
    ends_well(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" + inside + b"\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(LINES, max_size=8).map("\r\n".join))
def test_any_lines_in_an_event(lines: str) -> None:
    whole = f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20261120\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    ends_well(whole.encode())
    ends_well(whole.replace("DTSTART:20261120\r\n", "").encode())


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.data())
def test_any_change_to_a_sample(data: st.DataObject) -> None:
    file = data.draw(st.sampled_from([*platform_files(), *conformance_files()]))
    body = file.read_bytes()[:20_000]
    at = data.draw(st.integers(0, len(body)))
    length = data.draw(st.integers(0, 40))
    ends_well(body[:at] + data.draw(st.binary(max_size=20)) + body[at + length :])


def test_a_calendar_that_is_one_ends_in_a_snapshot() -> None:
    assert ends_well(calendar(dates("20261120", "20261122")))
    assert not ends_well(b"")
