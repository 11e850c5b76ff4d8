"""What a calendar says, event by event."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.feeds import ics
from core.feeds.reading import Flag, NotACalendar, Reason, Status, read
from core.feeds.reading.text import MOST_EVENTS, MOST_OF_A_LINE
from core.feeds.rules import harmless
from tests.core.feeds.reading.samples import OPTIONS, TODAY, ZONE, calendar, dates, looked, nights, only, vevent
from tests.support.shared import shared

TODAY_AT_NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
GOOD = dates("20261201", "20261203", uid="good")


def test_dates_are_read_as_they_stand() -> None:
    event = only(dates("20261120", "20261122"))
    assert (event.uid, nights(event), event.summary) == ("1", ("20261120", "20261122"), "Reserved")
    assert (event.status, event.transparent, event.flags) == (Status.CONFIRMED, False, frozenset())


def test_a_date_without_value_date_is_a_date_in_every_zone() -> None:
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"):
        assert nights(only("UID:1\nDTSTART:20261120\nDTEND:20261122", zone=zone)) == ("20261120", "20261122")


def test_a_whole_day_with_a_zone_is_that_day_in_every_zone() -> None:
    day = "UID:1\nDTSTART;TZID=Asia/Tokyo;VALUE=DATE:20261120\nDTEND;TZID=Asia/Tokyo;VALUE=DATE:20261122"
    assert nights(only(day, zone="America/Lima")) == ("20261120", "20261122")


def test_an_airbnb_code_is_found_across_a_folded_line() -> None:
    folded = (
        f"{dates('20261120', '20261122')}\nDESCRIPTION:Reservation URL: https://www.airbnb.com/hosting/reservations/de\n"
        " tails/HMX8XQ5R5A\\nPhone Number (Last 4 Digits): 1744"
    )
    assert only(folded).code == "HMX8XQ5R5A"
    assert only(dates("20261120", "20261122")).code is None


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("DESCRIPTION:https://www.airbnb.com/reservation/itinerary?code=HMABCDEFGH", "HMABCDEFGH"),
        ("DESCRIPTION:Stay\\nHMABCDEFGH", "HMABCDEFGH"),
        ("DESCRIPTION:Stay\\NHMABCDEFGH", "HMABCDEFGH"),
        ("DESCRIPTION:XHMABCDEFGH", None),
        ("DESCRIPTION:HMABCDEFGHI", None),
        ("DESCRIPTION:hmabcdefgh", None),
    ],
)
def test_a_code_is_ten_signs_that_stand_alone(line: str, code: str | None) -> None:
    assert only(f"{dates('20261120', '20261122')}\n{line}").code == code


def test_the_code_of_the_oldest_format_stands_in_the_summary() -> None:
    assert only("UID:1\nDTSTART:20261120\nDTEND:20261122\nSUMMARY:Guest (HMABCDEFGH)").code == "HMABCDEFGH"


def test_without_an_end_a_date_takes_one_night_and_says_so() -> None:
    event = only("UID:1\nDTSTART;VALUE=DATE:20261120")
    assert (nights(event), event.flags) == (("20261120", "20261121"), frozenset({Flag.END_ASSUMED}))


def test_an_end_on_the_day_of_the_start_is_one_night_and_says_so() -> None:
    event = only(dates("20261120", "20261120"))
    assert (nights(event), event.flags) == (("20261120", "20261121"), frozenset({Flag.END_ASSUMED}))


def test_a_duration_of_days_is_an_end() -> None:
    event = only("UID:1\nDTSTART;VALUE=DATE:20261120\nDURATION:P4D")
    assert (nights(event), event.flags) == (("20261120", "20261124"), frozenset())


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("DTSTART;VALUE=DATE:20261122\nDTEND;VALUE=DATE:20261120", Reason.REVERSED),
        ("DTSTART:20261122T100000\nDTEND:20261122T090000", Reason.REVERSED),
        ("DTSTART;VALUE=DATE:20261122\nDURATION:-P1D", Reason.REVERSED),
        ("DTSTART;VALUE=DATE:20261120\nDURATION:PT36H", Reason.BAD_DURATION),
        ("DTSTART;VALUE=DATE:20261120\nDURATION:soon", Reason.BAD_DURATION),
        ("DTSTART:20261341\nDTEND:20261122", Reason.BAD_DATE),
        ("DTSTART:2026-12-01\nDTEND:20261222", Reason.BAD_DATE),
        ("DTSTART:20261120\nDTEND:", Reason.BAD_DATE),
        ("DTSTART:120000\nDTEND:20261122", Reason.BAD_DATE),
        ("DTSTART:20261120\nDTSTART:20261121\nDTEND:20261122", Reason.REPEATED),
        ("DTSTART:20261120\nDTEND:20261121\nDTEND:20261122", Reason.REPEATED),
        ("DTEND:20261122", Reason.NO_START),
        ("DTSTART:20261120\nDTEND 20261125", Reason.UNREADABLE),
        ("DTSTART;;VALUE=DATE:20261120\nDTEND:20261125", Reason.UNREADABLE),
        ("DTSTART:99991231", Reason.OUT_OF_RANGE),
        ("DTSTART:00010101T000000Z\nDTEND:20261122T000000Z", Reason.OUT_OF_RANGE),
        (f"DTSTART;X={'x' * MOST_OF_A_LINE}:20261120\nDTEND:20261122", Reason.UNREADABLE),
    ],
)
def test_a_broken_event_is_a_problem_and_costs_no_other(lines: str, reason: Reason) -> None:
    snapshot = looked(f"UID:bad\nSUMMARY:Closed\n{lines}", GOOD, zone="America/Lima")
    assert snapshot.partial
    (problem,) = snapshot.problems
    assert (problem.uid, problem.summary, problem.reason) == ("bad", "Closed", reason)
    assert [event.uid for event in snapshot.events] == ["good"]
    assert not looked(GOOD).partial


def test_a_line_that_decides_nothing_may_be_broken() -> None:
    event = only(f"{dates('20261120', '20261122')}\nPhone 0700")
    assert (nights(event), event.flags) == (("20261120", "20261122"), frozenset({Flag.BROKEN_LINE}))


def test_times_of_day_become_dates_in_the_property_s_zone() -> None:
    utc = "UID:1\nDTSTART:20261120T220000Z\nDTEND:20261122T080000Z"
    assert nights(only(utc, zone="Africa/Nairobi")) == ("20261121", "20261122")
    assert nights(only(utc, zone="UTC")) == ("20261120", "20261122")


def test_times_without_a_zone_are_the_property_s() -> None:
    floating = "UID:1\nDTSTART:20261120T233000\nDTEND:20261122T003000"
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        assert nights(only(floating, zone=zone)) == ("20261120", "20261122")


@pytest.mark.parametrize(
    ("tzid", "start"),
    [
        ("Asia/Tokyo", "20261119"),
        ("Tokyo Standard Time", "20261119"),
        ("/example.org/2026/Asia/Tokyo", "20261119"),
        ('"Asia/Tokyo"', "20261119"),
        ("Africa/Nairobi", "20261120"),
    ],
)
def test_a_zone_is_known_by_its_name(tzid: str, start: str) -> None:
    event = only(f"UID:1\nDTSTART;TZID={tzid}:20261120T040000\nDTEND;TZID={tzid}:20261122T120000")
    assert (nights(event), event.flags) == ((start, "20261122"), frozenset())


@pytest.mark.parametrize("tzid", ["Somewhere", "America", "../etc/passwd", "/", "x" * 5_000])
def test_a_zone_nobody_knows_is_the_property_s_and_said(tzid: str) -> None:
    event = only(f"UID:1\nDTSTART;TZID={tzid}:20261120T040000\nDTEND;TZID={tzid}:20261122T120000")
    assert (nights(event), event.flags) == (("20261120", "20261122"), frozenset({Flag.UNKNOWN_ZONE}))


@pytest.mark.parametrize("end", ["120000", "100000", "000000", "233000"])
def test_the_day_of_a_time_is_the_day_of_check_out(end: str) -> None:
    assert nights(only(f"UID:1\nDTSTART:20261120T150000\nDTEND:20261122T{end}")) == ("20261120", "20261122")


def test_from_the_first_minute_to_the_last_is_whole_days() -> None:
    assert nights(only("UID:1\nDTSTART:20261120T000000\nDTEND:20261122T235900")) == ("20261120", "20261123")
    assert nights(only("UID:1\nDTSTART:20261120T000000\nDTEND:20261120T235959")) == ("20261120", "20261121")


def test_a_matter_of_the_morning_takes_no_night() -> None:
    snapshot = looked("UID:1\nDTSTART:20261120T100000\nDTEND:20261120T110000")
    assert (snapshot.events, snapshot.partial) == ((), False)
    assert snapshot.left_out[0].flags == {Flag.DAY_USE}


def test_what_begins_in_the_afternoon_and_ends_that_day_takes_the_night() -> None:
    event = only("UID:1\nDTSTART:20261120T150000\nDTEND:20261120T230000")
    assert (nights(event), event.flags) == (("20261120", "20261121"), frozenset({Flag.END_ASSUMED}))


def test_a_last_night_as_the_end_is_an_option() -> None:
    inclusive = replace(OPTIONS, inclusive_end=True)
    assert nights(only(dates("20261120", "20261122"), options=inclusive)) == ("20261120", "20261123")
    assert only(dates("20261120", "20261120"), options=inclusive).flags == frozenset()
    timed = "UID:1\nDTSTART:20261120T150000\nDTEND:20261122T100000"
    assert nights(only(timed, options=inclusive)) == ("20261120", "20261122")


@pytest.mark.parametrize(
    ("line", "taken"),
    [
        ("STATUS:CANCELLED", False),
        ("STATUS:cancelled", False),
        ("TRANSP:TRANSPARENT", False),
        ("TRANSP:OPAQUE", True),
        ("STATUS:TENTATIVE", True),
        ("STATUS:CONFIRMED", True),
        ("STATUS:WHATEVER", True),
    ],
)
def test_what_is_cancelled_or_transparent_is_left_out(line: str, *, taken: bool) -> None:
    snapshot = looked(f"{dates('20261120', '20261122')}\n{line}")
    assert (len(snapshot.events), len(snapshot.left_out)) == (taken, not taken)


def test_a_tentative_event_says_so() -> None:
    assert only(f"{dates('20261120', '20261122')}\nSTATUS:TENTATIVE").status is Status.TENTATIVE


def test_of_one_uid_the_highest_sequence_counts() -> None:
    first, second = dates("20261120", "20261122"), dates("20261125", "20261126")
    for parts in ((f"{first}\nSEQUENCE:1", f"{second}\nSEQUENCE:2"), (f"{second}\nSEQUENCE:2", first)):
        event = only(*parts)
        assert (nights(event), event.flags) == (("20261125", "20261126"), frozenset())


def test_a_later_cancellation_of_the_same_uid_counts() -> None:
    stay = dates("20261120", "20261122")
    assert looked(stay, f"{stay}\nSEQUENCE:1\nSTATUS:CANCELLED").events == ()


def test_of_one_uid_without_sequence_both_are_kept_and_say_so() -> None:
    snapshot = looked(dates("20261120", "20261122"), dates("20261125", "20261126"))
    assert [event.flags for event in snapshot.events] == [{Flag.DUPLICATE_UID}] * 2


def test_the_same_event_twice_is_one() -> None:
    event = only(dates("20261120", "20261122"), dates("20261120", "20261122"))
    assert event.flags == frozenset()


def test_events_without_uid_are_all_kept() -> None:
    snapshot = looked("DTSTART:20261120\nDTEND:20261121", "DTSTART:20261124\nDTEND:20261125\nSEQUENCE:3")
    assert [event.uid for event in snapshot.events] == [None, None]
    assert all(event.flags == frozenset() for event in snapshot.events)


def test_r10_our_own_events_are_recognised() -> None:
    body = ics.write("Room 3", [harmless(7, TODAY, TODAY_AT_NOON)])
    (event,) = read(body, ZONE, OPTIONS).events
    assert event.ours
    assert not only(dates("20261120", "20261122")).ours
    assert read(body, ZONE, OPTIONS).made_by == (ics.PRODID,)


def test_alarms_in_an_event_are_passed_over() -> None:
    alarm = vevent(
        *dates("20261120", "20261122").split("\n"), "BEGIN:VALARM", "DTSTART:x", "END:VALARM", "STATUS:TENTATIVE"
    )
    event = only(alarm)
    assert (nights(event), event.status) == (("20261120", "20261122"), Status.TENTATIVE)


def test_several_calendars_in_one_body_are_read() -> None:
    body = calendar(dates("20261120", "20261121")) + calendar(dates("20261125", "20261126", uid="2"), prodid="other")
    snapshot = read(body, ZONE, OPTIONS)
    assert [event.uid for event in snapshot.events] == ["1", "2"]
    assert snapshot.made_by == ("-//example//EN", "other")


def test_a_calendar_may_have_no_events() -> None:
    snapshot = looked()
    assert (snapshot.events, snapshot.partial) == ((), False)


def test_the_calendar_booking_com_served_empty_is_read_as_empty() -> None:
    (file,) = shared("data/ical/booking_com").glob("transient_empty*.ics")
    snapshot = read(file.read_bytes(), "Europe/Rome", OPTIONS)
    assert (snapshot.events, snapshot.partial) == ((), False)


def test_more_events_than_a_room_can_have_are_no_calendar_of_ours() -> None:
    one = dates("20261120", "20261122")
    assert len(looked(*(one.replace("UID:1", f"UID:{n}") for n in range(MOST_EVENTS))).events) == MOST_EVENTS
    with pytest.raises(NotACalendar) as refused:
        looked(*(one.replace("UID:1", f"UID:{n}") for n in range(MOST_EVENTS + 1)))
    assert refused.value.facts == {"reason": "too_many"}


def test_events_come_by_start() -> None:
    snapshot = looked(dates("20261125", "20261126", uid="2"), dates("20261120", "20261122"))
    assert [event.uid for event in snapshot.events] == ["1", "2"]


def test_an_unfolded_endless_summary_is_cut() -> None:
    long = f"UID:1\nDTSTART:20261120\nDTEND:20261122\nSUMMARY:{'x' * 3 * MOST_OF_A_LINE}"
    assert len(only(long).summary) < MOST_OF_A_LINE
