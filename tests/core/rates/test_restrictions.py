"""Which stays a plan sells, without a database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rates import restrictions
from core.rates.restrictions import Breach, Limit
from core.rates.views import DayRate, Level, Restriction, Tariff
from core.values.nights import Nights
from tests.core.rates.tariffs import TODAY, plan, tariff


def day(offset: int) -> date:
    """The day so many days from today."""
    return TODAY + timedelta(days=offset)


def stay(first: int, count: int) -> Nights:
    """A stay of `count` nights from `first` days from today on."""
    return Nights(day(first), day(first + count))


def limits(of: Tariff, nights: Nights) -> list[Limit]:
    """Which restrictions refuse the stay."""
    return [breach.limit for breach in restrictions.breaches(of, nights)]


@pytest.mark.parametrize(
    ("on", "said", "refused", "sold"),
    [
        (5, DayRate(min_stay_arrival=3), stay(5, 2), [stay(5, 3), stay(4, 2)]),
        (5, DayRate(min_stay_through=3), stay(4, 2), [stay(4, 3), stay(3, 2), stay(6, 1)]),
        (5, DayRate(max_stay=2), stay(5, 3), [stay(5, 2), stay(4, 5)]),
        (5, DayRate(closed_to_arrival=True), stay(5, 1), [stay(4, 3), stay(6, 1)]),
        (5, DayRate(closed_to_departure=True), stay(3, 2), [stay(3, 3), stay(5, 1)]),
        (5, DayRate(stop_sell=True), stay(4, 2), [stay(4, 1), stay(6, 1)]),
    ],
)
def test_a_restriction_refuses_the_stays_it_is_about_and_no_others(
    on: int, said: DayRate, refused: Nights, sold: list[Nights]
) -> None:
    of = tariff({day(on): said})
    assert len(limits(of, refused)) == 1
    assert [limits(of, nights) for nights in sold] == [[]] * len(sold)


def test_a_breach_says_on_which_day_and_how_many_nights_are_wanted() -> None:
    of = tariff({day(5): DayRate(min_stay_through=4), day(6): DayRate(min_stay_through=3)})
    assert restrictions.breaches(of, stay(5, 2)) == (Breach(Limit.MIN_STAY_THROUGH, day(5), 4),)


def test_no_maximum_is_written_as_zero() -> None:
    assert limits(tariff({day(5): DayRate(max_stay=0)}), stay(5, 90)) == []


def test_what_a_plan_leaves_open_its_parent_says() -> None:
    parent = Level(plan(), days={day(5): DayRate(stop_sell=True, min_stay_arrival=2)})
    derived = Level(plan("nr", plan_id=2, parent_id=1), days={day(5): DayRate(stop_sell=False)})
    of = tariff(levels=(parent, derived))
    assert restrictions.restriction(of, day(5)) == Restriction(min_stay_arrival=2)
    assert restrictions.restriction(of, day(6)) == Restriction()


def test_the_nearest_stay_keeps_the_arrival_where_it_can() -> None:
    of = tariff({day(5): DayRate(min_stay_arrival=3)})
    assert restrictions.instead(of, stay(5, 2), TODAY) == stay(5, 3)
    closed = tariff({day(5): DayRate(closed_to_arrival=True)})
    assert restrictions.instead(closed, stay(5, 2), TODAY) == stay(4, 3)


def test_the_nearest_stay_may_have_to_be_much_longer() -> None:
    of = tariff({day(n): DayRate(min_stay_through=28) for n in range(-60, 120)})
    assert restrictions.instead(of, stay(5, 2), TODAY) == stay(5, 28)


def test_where_nothing_near_is_sold_there_is_nothing_instead() -> None:
    of = tariff({day(n): DayRate(stop_sell=True) for n in range(-60, 120)})
    assert restrictions.instead(of, stay(5, 2), TODAY) is None


rates = st.builds(
    DayRate,
    min_stay_arrival=st.none() | st.integers(1, 5),
    min_stay_through=st.none() | st.integers(1, 5),
    max_stay=st.none() | st.integers(0, 5),
    closed_to_arrival=st.none() | st.booleans(),
    closed_to_departure=st.none() | st.booleans(),
    stop_sell=st.none() | st.sampled_from([True, False, False]),
)


@given(st.dictionaries(st.integers(0, 20).map(day), rates), st.integers(0, 9), st.integers(1, 6))
def test_what_is_offered_instead_is_sold_and_not_over(days: dict[date, DayRate], first: int, count: int) -> None:
    of = tariff(days)
    found = restrictions.instead(of, stay(first, count), TODAY)
    if found is not None:
        assert restrictions.breaches(of, found) == ()
        assert found.arrival >= TODAY
    if not restrictions.breaches(of, stay(first, count)):
        assert found == stay(first, count)
