"""Nights: half-open runs of dates."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.values.nights import ONE_NIGHT, Nights, NoNights, runs

FIRST = date(2026, 11, 20)
days = some.dates(date(2026, 1, 1), date(2027, 12, 31))
spans = some.builds(lambda first, count: Nights(first, first + timedelta(days=count)), days, some.integers(1, 30))


@given(spans)
def test_nights_are_the_dates_from_arrival_up_to_departure(nights: Nights) -> None:
    assert list(nights) == [nights.arrival + timedelta(days=n) for n in range(len(nights))]
    assert nights.departure not in nights
    assert nights.departure - ONE_NIGHT in nights
    assert nights.arrival - ONE_NIGHT not in nights


@given(spans, spans)
def test_spans_overlap_when_a_night_is_in_both(one: Nights, other: Nights) -> None:
    assert one.overlaps(other) == bool(set(one) & set(other)) == other.overlaps(one)


@pytest.mark.parametrize("departure", [FIRST, FIRST - ONE_NIGHT])
def test_a_departure_that_is_not_after_the_arrival_leaves_no_nights(departure: date) -> None:
    with pytest.raises(NoNights) as refused:
        Nights(FIRST, departure)
    assert refused.value.facts == {"arrival": FIRST, "departure": departure}
    assert refused.value.code == "no_nights"


@given(some.lists(days))
def test_runs_are_the_same_nights_in_the_fewest_spans(given_days: list[date]) -> None:
    found = runs(given_days)
    assert [night for run in found for night in run] == sorted(set(given_days))
    assert all(one.departure < following.arrival for one, following in pairwise(found))


def test_the_last_night_of_february_depends_on_the_year() -> None:
    assert len(Nights(date(2028, 2, 28), date(2028, 3, 1))) == 2
    assert len(Nights(date(2027, 2, 28), date(2027, 3, 1))) == 1


def test_only_a_date_can_be_a_night() -> None:
    assert "2026-11-20" not in Nights(FIRST, FIRST + ONE_NIGHT)
