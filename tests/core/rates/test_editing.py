"""What an edit does to each night, without a database."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rates import editing
from core.rates.editing import FIELDS, Why
from core.rates.errors import WrongValue
from core.rates.views import DayRate
from tests.core.rates.tariffs import TODAY, tariff

NIGHTS = [TODAY + timedelta(days=n) for n in (0, 1, 3, 4, 5, 8)]
"""As a weekday mask leaves them."""
stored = st.builds(
    DayRate,
    price=st.none() | st.sampled_from([Decimal("4500.00"), Decimal(5)]),
    min_stay_arrival=st.none() | st.integers(1, 2),
    stop_sell=st.none() | st.booleans(),
)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("price", Decimal(0)),
        ("price", Decimal(-1)),
        ("price", Decimal("Infinity")),
        ("price", editing.MOST_PRICE),
        ("min_stay_arrival", 0),
        ("min_stay_through", 366),
        ("max_stay", -1),
        ("max_stay", 366),
    ],
)
def test_values_that_no_night_can_have_are_refused(key: str, value: object) -> None:
    with pytest.raises(WrongValue) as refused:
        editing.must_make_sense({"stop_sell": True, key: value})
    assert refused.value.facts["field"] == key


def test_values_at_the_edge_are_taken() -> None:
    editing.must_make_sense({"price": Decimal("0.01"), "min_stay_arrival": 1, "min_stay_through": 365, "max_stay": 0})


@given(st.dictionaries(st.tuples(st.integers(1, 3), st.sampled_from(NIGHTS)), stored))
def test_rates_come_back_from_the_runs_they_are_kept_as(rates: dict[tuple[int, date], DayRate]) -> None:
    kept = editing.as_runs(rates, FIELDS, NIGHTS)
    assert {spot: DayRate(**values) for spot, values in editing.from_runs(kept, NIGHTS).items()} == rates  # type: ignore[arg-type]


def test_equal_nights_are_one_run_even_over_a_weekday_that_is_left_out() -> None:
    rates = {(1, night): DayRate(stop_sell=True) for night in NIGHTS}
    assert len(editing.as_runs(rates, ["stop_sell"], NIGHTS)["1"]) == 1
    del rates[1, NIGHTS[2]]
    assert len(editing.as_runs(rates, ["stop_sell"], NIGHTS)["1"]) == 2


@given(
    st.dictionaries(st.sampled_from(NIGHTS), stored),
    st.sets(st.sampled_from(NIGHTS)),
    st.fixed_dictionaries({}, optional={"stop_sell": st.booleans(), "price": st.just(Decimal(7))}),
)
def test_an_edit_sets_what_is_said_and_opens_nothing_that_is_closed(
    days: dict[date, DayRate], closed: set[date], said: dict[str, object]
) -> None:
    done = editing.edit({1: tariff(days)}, NIGHTS, said, {(1, night): Why.RESERVED for night in closed})
    after = {night: done.after.get((1, night), days.get(night, DayRate())) for night in NIGHTS}
    for night, rate in after.items():
        was = days.get(night, DayRate())
        kept_closed = said.get("stop_sell") is False and night in closed
        assert rate.price == said.get("price", was.price)
        assert rate.stop_sell == (was.stop_sell if kept_closed else said.get("stop_sell", was.stop_sell))
        assert rate.min_stay_arrival == was.min_stay_arrival
    assert all(done.before[spot] != rate for spot, rate in done.after.items())
    assert {one.night for one in done.skipped} == (closed if said.get("stop_sell") is False else set())
