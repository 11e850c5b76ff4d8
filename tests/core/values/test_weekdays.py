"""Weekdays as people and machines write them."""

from datetime import date

import pytest

from core.values.weekdays import EVERY_DAY, NotAWeekday, codes, from_numbers, nights_on, weekdays


def test_a_weekday_is_named_by_its_code_or_the_beginning_of_its_name() -> None:
    assert weekdays(["fr", "Sat", " SUNDAY "]) == {4, 5, 6}


def test_no_weekdays_mean_all_of_them() -> None:
    assert weekdays([]) == EVERY_DAY


@pytest.mark.parametrize("name", ["f", "xx", "fritz", "", "4"])
def test_what_names_no_weekday_is_refused(name: str) -> None:
    with pytest.raises(NotAWeekday):
        weekdays([name])


def test_numbers_count_from_monday() -> None:
    assert from_numbers("4,5") == (4, 5)
    assert from_numbers(" 5, 4,4 ") == (4, 5)
    assert from_numbers("") == ()
    with pytest.raises(NotAWeekday):
        from_numbers("4,7")
    with pytest.raises(NotAWeekday):
        from_numbers("4,,5")


def test_codes_come_in_the_weeks_order() -> None:
    assert codes({6, 0, 4}) == ["mo", "fr", "su"]


def test_nights_are_picked_by_the_day_on_which_they_begin() -> None:
    nights = [date(2026, 11, day) for day in range(16, 23)]
    assert nights_on(nights, frozenset({4, 5})) == [date(2026, 11, 20), date(2026, 11, 21)]
