"""Recurring events become nights, as many as a calendar of rooms needs and no more."""

from datetime import date, datetime, time, timedelta
from time import process_time

import pytest
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]  # dateutil brings no types.
from hypothesis import given, settings
from hypothesis import strategies as st

from core.feeds.reading import Flag, NotACalendar, Reason
from core.feeds.reading.recurrence import AHEAD, MOST_INSTANCES
from tests.core.feeds.reading.samples import OPTIONS, TODAY, looked, nights
from tests.support.rounds import rounds

LAST = TODAY + AHEAD
FRIDAYS = "UID:1\nDTSTART;VALUE=DATE:20261106\nDTEND;VALUE=DATE:20261108\nRRULE:FREQ=WEEKLY"


def starts(*parts: str, zone: str = "Africa/Nairobi") -> list[str]:
    """The starts of what is read, as 20261120; nothing may be wrong with it."""
    snapshot = looked(*parts, zone=zone)
    assert snapshot.problems == ()
    assert snapshot.recurring
    return [nights(event)[0] for event in snapshot.events]


def refused(rule: str) -> bool:
    """Whether an event with `rule` is a problem of its own, and quickly."""
    before = process_time()
    snapshot = looked(f"UID:1\nDTSTART;VALUE=DATE:20261120\nDTEND;VALUE=DATE:20261121\nRRULE:{rule}")
    assert process_time() - before < 5
    return [problem.reason for problem in snapshot.problems] == [Reason.RECURRENCE]


def test_a_weekly_closure_is_each_of_its_weekends() -> None:
    snapshot = looked(f"{FRIDAYS};COUNT=4")
    assert [nights(event) for event in snapshot.events] == [("20261120", "20261122"), ("20261127", "20261129")]
    assert [event.occurrence for event in snapshot.events] == [date(2026, 11, 20), date(2026, 11, 27)]
    assert {event.uid for event in snapshot.events} == {"1"}


def test_a_rule_without_end_is_read_for_four_hundred_days() -> None:
    found = starts(FRIDAYS)
    assert (found[0], len(found)) == ("20261120", 58)
    assert date(2027, 12, 24) <= LAST < date(2027, 12, 31)
    assert found[-1] == "20271224"


def test_an_event_without_rule_makes_no_calendar_recurring() -> None:
    assert not looked(FRIDAYS.replace("\nRRULE:FREQ=WEEKLY", "")).recurring


def test_an_until_that_is_no_date_is_a_problem() -> None:
    assert [problem.reason for problem in looked(f"{FRIDAYS};UNTIL=never").problems] == [Reason.BAD_DATE]


@pytest.mark.parametrize("until", ["20261127", "20261127T000000Z", "20261127T235959"])
def test_until_counts_with_its_day(until: str) -> None:
    assert starts(f"{FRIDAYS};UNTIL={until}") == ["20261120", "20261127"]


def test_until_is_read_in_the_zone_of_the_rule() -> None:
    timed = "UID:1\nDTSTART;TZID=Asia/Tokyo:20261120T230000\nDURATION:P1D\nRRULE:FREQ=DAILY;UNTIL={}"
    assert starts(timed.format("20261121T140000Z"), zone="Asia/Tokyo") == ["20261120", "20261121"]
    assert starts(timed.format("20261121T135959Z"), zone="Asia/Tokyo") == ["20261120"]


def test_a_rule_keeps_its_clock_when_the_clocks_change() -> None:
    snapshot = looked(
        "UID:1\nDTSTART;TZID=Europe/Rome:20270327T003000\nDTEND;TZID=Europe/Rome:20270328T003000\nRRULE:FREQ=DAILY;COUNT=3",
        zone="Europe/Rome",
    )
    assert [nights(event)[0] for event in snapshot.events] == ["20270327", "20270328", "20270329"]


def test_excluded_and_added_dates_count() -> None:
    with_dates = f"{FRIDAYS};COUNT=4\nEXDATE;VALUE=DATE:20261120,20270101\nRDATE;VALUE=DATE:20261201"
    assert starts(with_dates) == ["20261127", "20261201"]


def test_an_excluded_time_in_another_zone_is_the_same_time() -> None:
    timed = "UID:1\nDTSTART;TZID=Asia/Tokyo:20261120T150000\nDURATION:P1D\nRRULE:FREQ=DAILY;COUNT=2"
    assert starts(f"{timed}\nEXDATE:20261121T060000Z", zone="Asia/Tokyo") == ["20261120"]


def test_an_instance_may_be_moved() -> None:
    moved = "UID:1\nRECURRENCE-ID;VALUE=DATE:20261120\nDTSTART;VALUE=DATE:20261124\nDTEND;VALUE=DATE:20261125"
    assert starts(f"{FRIDAYS};COUNT=4", moved) == ["20261124", "20261127"]
    assert starts(moved, f"{FRIDAYS};COUNT=4") == ["20261124", "20261127"]
    assert starts(f"{FRIDAYS};COUNT=4", moved.replace("UID:1", "UID:2")) == ["20261120", "20261124", "20261127"]


def test_an_instance_may_be_cancelled() -> None:
    gone = "UID:1\nRECURRENCE-ID;VALUE=DATE:20261120\nDTSTART;VALUE=DATE:20261120\nSTATUS:CANCELLED"
    assert starts(f"{FRIDAYS};COUNT=4", gone) == ["20261127"]


def test_moving_all_that_follow_is_not_read() -> None:
    moved = "UID:1\nRECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20261120\nDTSTART;VALUE=DATE:20261124"
    assert [problem.reason for problem in looked(f"{FRIDAYS};COUNT=4", moved).problems] == [Reason.RECURRENCE]


def test_of_two_rules_of_one_uid_the_highest_sequence_counts() -> None:
    assert starts(f"{FRIDAYS};COUNT=3", f"{FRIDAYS};COUNT=4\nSEQUENCE:1") == ["20261120", "20261127"]


def test_an_instance_may_last_longer_than_to_the_next() -> None:
    snapshot = looked("UID:1\nDTSTART;VALUE=DATE:20261101\nDURATION:P30D\nRRULE:FREQ=WEEKLY;COUNT=2")
    assert [nights(event) for event in snapshot.events] == [("20261101", "20261201"), ("20261108", "20261208")]
    assert all(Flag.DUPLICATE_UID not in event.flags for event in snapshot.events)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=HOURLY;COUNT=3",
        "FREQ=DAILY;BYHOUR=1,2,3",
        "FREQ=FORTNIGHTLY",
        "COUNT=3",
        "",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;COUNT=x",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=MONTHLY;BYSETPOS=0;BYDAY=MO",
        "RSCALE=CHINESE;FREQ=YEARLY",
    ],
)
def test_a_rule_that_is_none_or_of_no_nights_is_a_problem(rule: str) -> None:
    assert refused(rule)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
        "FREQ=YEARLY;BYMONTH=13",
        f"FREQ=YEARLY;BYDAY=MO;BYSETPOS={','.join(str(n) for n in range(60, 366))}",
    ],
)
def test_a_rule_that_searches_for_a_day_that_never_comes_is_soon_given_up(rule: str) -> None:
    daily_or_weekly = "BYMONTHDAY=30" in rule and ("DAILY" in rule or "WEEKLY" in rule)
    assert refused(rule) or not daily_or_weekly


def test_many_hostile_rules_cost_no_more_than_one() -> None:
    hostile = "DTSTART;VALUE=DATE:20261120\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
    before = process_time()
    assert len(looked(*(f"UID:{n}\n{hostile}" for n in range(1_000))).problems) == 1_000
    assert process_time() - before < 8


def test_a_rule_of_long_ago_is_cheap() -> None:
    old = "DTSTART;VALUE=DATE:18960229\nRRULE:FREQ=YEARLY"
    daily = "DTSTART;VALUE=DATE:00010101\nRRULE:FREQ=DAILY"
    before = process_time()
    assert looked(*(f"UID:{n}\n{old}" for n in range(200))).problems == ()
    assert len(starts(f"UID:1\n{daily}")) == 402
    assert process_time() - before < 8


def test_more_instances_than_nights_are_a_problem() -> None:
    dates = ",".join((TODAY + timedelta(days=n)).strftime("%Y%m%d") for n in range(402))
    body = "\n".join(["UID:1\nDTSTART;VALUE=DATE:20261120", f"RDATE;VALUE=DATE:{dates}"])
    assert len(starts(body)) == 401
    assert MOST_INSTANCES > 402


def test_rules_may_not_make_more_events_than_a_calendar_may_have() -> None:
    daily = "DTSTART;VALUE=DATE:20261120\nRRULE:FREQ=DAILY"
    with pytest.raises(NotACalendar) as too_many:
        looked(*(f"UID:{n}\n{daily}" for n in range(13)))
    assert too_many.value.facts == {"reason": "too_many"}
    assert len(looked(*(f"UID:{n}\n{daily}" for n in range(12))).events) == 12 * 401


DAYS = st.dates(date(1970, 1, 1), date(2027, 6, 1))
RULES = st.one_of(
    st.builds("FREQ=DAILY;INTERVAL={}".format, st.integers(1, 40)),
    st.builds("FREQ=WEEKLY;INTERVAL={};BYDAY={};WKST={}".format, st.integers(1, 9),
              st.sampled_from(["MO", "FR,SA", "SU,TU"]), st.sampled_from(["MO", "SU"])),
    st.builds("FREQ=MONTHLY;INTERVAL={}".format, st.integers(1, 14)),
    st.builds("FREQ=MONTHLY;INTERVAL={};BYDAY={}".format, st.integers(1, 5), st.sampled_from(["1FR", "-1SU", "5MO"])),
    st.builds("FREQ=MONTHLY;BYDAY=MO,TU,WE;BYSETPOS={}".format, st.sampled_from([1, -1, 3])),
    st.builds("FREQ=YEARLY;INTERVAL={}".format, st.integers(1, 5)),
    st.builds("FREQ=YEARLY;BYMONTH={};BYDAY=2SA".format, st.integers(1, 12)),
)  # fmt: skip


@settings(max_examples=rounds(quick=60, check=600, soak=10_000), deadline=None)
@given(DAYS, RULES, st.sampled_from(["", ";COUNT=40", ";UNTIL=20270301"]))
def test_rules_give_the_days_that_dateutil_gives_from_the_beginning(first: date, rule: str, end: str) -> None:
    begin = datetime.combine(first, time.min)
    until = datetime.combine(OPTIONS.today + AHEAD, time.min)
    expected = {first} | {
        start.date()
        for start in rrulestr(rule + end, dtstart=begin).between(datetime.min, until, inc=True)  # noqa: DTZ901
    }
    shown = {day for day in expected if TODAY - timedelta(days=1) <= day <= LAST}
    snapshot = looked(f"UID:1\nDTSTART;VALUE=DATE:{first:%Y%m%d}\nRRULE:{rule}{end}")
    assert snapshot.problems == ()
    assert {event.start for event in snapshot.events} == shown
