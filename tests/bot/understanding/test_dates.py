"""Days: which calendar day a named day is, and when that must be asked."""

from datetime import date, timedelta

import pytest

from bot.understanding import DoubtKind, Hotel, Reading, understand
from tests.bot.understanding.hotels import ROOMS, WEDNESDAY, hotel


def read(text: str, today: date = WEDNESDAY, calendar_day: date | None = None) -> Reading:
    return understand(text, hotel(today=today, calendar_day=calendar_day))


def kinds(reading: Reading) -> set[DoubtKind]:
    return {doubt.kind for doubt in reading.doubts}


def test_r30_a_named_end_is_the_check_out_day_except_through_and_inclusive() -> None:
    assert (read("block room 3 until friday").end, read("block room 3 until friday").end_is_last_night) == (
        date(2026, 11, 20),
        False,
    )
    for text in ("through friday", "until and including friday", "until friday inclusive", "thru friday"):
        reading = read(f"block room 3 {text}")
        assert (reading.end, reading.end_is_last_night, reading.acts()) == (date(2026, 11, 20), True, True), text


def test_r29_after_midnight_tonight_is_the_business_day_and_tomorrow_is_asked() -> None:
    thursday = WEDNESDAY + timedelta(days=1)
    assert read("block room 3 tonight", calendar_day=thursday).start == WEDNESDAY
    assert read("block room 3 tonight", calendar_day=thursday).acts()
    assert kinds(read("block room 3 tomorrow", calendar_day=thursday)) == {DoubtKind.AMBIGUOUS_DATE}
    assert read("block room 3 tomorrow").acts()


def test_a_weekday_is_the_next_one_and_today_counts() -> None:
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    for ahead in range(7):
        day = WEDNESDAY + timedelta(days=ahead)
        assert read(f"block room 3 {names[day.weekday()]}").start == day


def test_next_weekday_is_asked_only_when_two_days_could_be_meant() -> None:
    assert kinds(read("block room 3 next friday")) == {DoubtKind.AMBIGUOUS_DATE}
    assert (read("block room 3 next monday").start, kinds(read("block room 3 next monday"))) == (
        date(2026, 11, 23),
        set(),
    )


@pytest.mark.parametrize(
    ("today", "start", "end"),
    [
        (date(2026, 11, 18), date(2026, 11, 20), date(2026, 11, 22)),
        (date(2026, 11, 21), date(2026, 11, 21), date(2026, 11, 22)),
        (date(2026, 11, 22), date(2026, 11, 27), date(2026, 11, 29)),
    ],
)
def test_the_weekend_is_its_nights_still_to_come(today: date, start: date, end: date) -> None:
    assert (read("free rooms this weekend", today).start, read("free rooms this weekend", today).end) == (start, end)


def test_a_date_that_passed_is_next_years_unless_it_passed_lately() -> None:
    assert (read("close 204 12-15 Aug").start, read("close 204 12-15 Aug").acts()) == (date(2027, 8, 12), True)
    assert kinds(read("close 204 17 nov")) == {DoubtKind.AMBIGUOUS_DATE}


def test_a_range_over_new_year_is_understood_and_a_reversed_one_is_not() -> None:
    over = read("block room 3 30 dec to 2 jan")
    assert (over.start, over.end, over.acts()) == (date(2026, 12, 30), date(2027, 1, 2), True)
    for text in ("24 dec to 20 dec", "26 to 24 december", "26/12 - 24/12", "from 24 to 24 dec"):
        assert DoubtKind.REVERSED_RANGE in kinds(read(f"block room 3 {text}")), text


def test_the_order_of_day_and_month_is_the_propertys() -> None:
    american = Hotel(rooms=ROOMS, aliases={}, today=WEDNESDAY, calendar_day=WEDNESDAY, day_first=False)
    assert understand("block room 2 on 1/12", hotel()).start == date(2026, 12, 1)
    assert understand("block room 2 on 1/12", american).start == date(2027, 1, 12)
    assert understand("block room 2 on 25/12", american).start == date(2026, 12, 25)


def test_a_weekday_that_does_not_fit_its_date_is_asked() -> None:
    assert read("block room 3 fri 20 nov").acts()
    assert kinds(read("block room 3 fri 21 nov")) == {DoubtKind.AMBIGUOUS_DATE}


@pytest.mark.parametrize("text", ["30 feb", "31/11", "in 1000 weeks", "2026-13-01"])
def test_days_that_do_not_exist_fill_nothing(text: str) -> None:
    reading = read(f"block room 3 {text}")
    assert reading.start is None
    assert not reading.acts()


@pytest.mark.parametrize("text", ["yesterday", "last friday", "last week", "3 days ago", "1/1/2020"])
def test_the_past_is_never_written_to(text: str) -> None:
    assert DoubtKind.PAST_DATE in kinds(read(f"block room 3 {text}"))


def test_nights_that_do_not_fit_the_range_are_asked() -> None:
    assert read("block room 3 fri to mon 3 nights").acts()
    assert kinds(read("block room 3 fri to mon 2 nights")) == {DoubtKind.NIGHTS_DIFFER}


def test_several_days_that_are_no_range_are_asked() -> None:
    for text in ("friday and saturday", "tonight, tomorrow", "to mon wed"):
        assert DoubtKind.SEVERAL_DATES in kinds(read(f"block room 3 {text}")), text
