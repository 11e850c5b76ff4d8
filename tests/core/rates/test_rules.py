"""What a night costs, without a database."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rates import rules
from core.rates.views import DayRate, ForAdults, Guests, Level, Rails, RuleKind, Season, StepKind, Tariff
from tests.core.rates import tariffs as some
from tests.core.rates.tariffs import TODAY, plan, rule, tariff

FRIDAY, MONDAY = TODAY, TODAY + timedelta(days=3)
ANYBODY = Guests()
guests = st.builds(Guests, st.none() | st.integers(1, 5), st.integers(0, 3))


def price(of: Tariff, night: date = MONDAY, who: Guests = ANYBODY) -> Decimal:
    """What the night costs."""
    found = rules.price(of, night, who, TODAY)
    assert found is not None
    return found.price


@given(some.tariffs(), some.nights, guests)
def test_the_steps_add_up_to_the_price(of: Tariff, night: date, who: Guests) -> None:
    found = rules.price(of, night, who, TODAY)
    if found is None:
        return
    assert [step.price for step in found.steps] == list(accumulate(step.by for step in found.steps))
    assert found.price == found.steps[-1].price


@given(some.tariffs(), some.nights, guests)
def test_a_price_is_within_its_plans_guard_rails(of: Tariff, night: date, who: Guests) -> None:
    found, own = rules.price(of, night, who, TODAY), of.levels[-1].rails
    if found is not None:
        assert not rules.outside(own, found.price)
        assert found.price >= 0


def test_a_price_without_rails_may_leave_them() -> None:
    assert rules.outside(Rails(Decimal(5000)), price(tariff()))


@given(some.tariffs(), some.nights)
def test_a_price_has_no_more_digits_than_its_currency(of: Tariff, night: date) -> None:
    bare = replace(of, levels=tuple(replace(level, rails=Rails()) for level in of.levels))
    found = rules.price(bare, night, ANYBODY, TODAY)
    if found is not None:
        assert found.price == found.price.quantize(of.smallest)


@given(some.percents, some.amounts, some.prices, some.prices)
def test_a_derived_price_does_not_fall_when_its_parents_rises(
    percent: Decimal, amount: Decimal, one: Decimal, other: Decimal
) -> None:
    derived = plan("nr", plan_id=2, parent_id=1, percent=percent, amount=amount)
    low, high = (price(tariff(levels=(Level(plan()), Level(derived)), base_rate=base)) for base in sorted([one, other]))
    assert low <= high


@given(st.decimals("-99", "0", places=2), st.decimals("-900", "0", places=2), some.prices)
def test_a_cheaper_plan_is_never_dearer_than_its_parent(percent: Decimal, amount: Decimal, base: Decimal) -> None:
    derived = plan("nr", plan_id=2, parent_id=1, percent=percent, amount=amount)
    of = tariff(levels=(Level(plan()), Level(derived)), base_rate=base)
    assert price(of) <= price(replace(of, levels=of.levels[:1]))


def test_without_rules_a_night_costs_the_types_own_rate() -> None:
    assert price(tariff()) == 4500


def test_nothing_that_says_a_price_is_no_price() -> None:
    of = tariff(base_rate=None, rules=(rule(RuleKind.WEEKEND, percent=10),))
    assert rules.price(of, FRIDAY, ANYBODY, TODAY) is None


def test_the_kinds_of_rules_follow_each_other_in_their_order() -> None:
    season = Season(1, "high", TODAY, TODAY + timedelta(days=9))
    of = tariff(
        rules=(
            rule(RuleKind.LAST_MINUTE, 1, percent=-50, within_days=3),
            rule(RuleKind.OCCUPANCY_STEP, 2, amount=100, from_percent=80),
            rule(RuleKind.WEEKEND, 3, amount=500),
            rule(RuleKind.SEASON, 4, percent=20, season=season),
            rule(RuleKind.BASE, 5, price=5000),
        ),
        sold_percent={FRIDAY: 80},
    )
    found = rules.price(of, FRIDAY, ANYBODY, TODAY)
    assert found is not None
    assert [(step.rule, step.price) for step in found.steps[1:]] == [
        (RuleKind.BASE, Decimal(5000)), (RuleKind.SEASON, Decimal(6000)), (RuleKind.WEEKEND, Decimal(6500)),
        (RuleKind.OCCUPANCY_STEP, Decimal(6600)), (RuleKind.LAST_MINUTE, Decimal(3300)),
    ]  # fmt: skip
    assert found.steps[2].name == "high"


def test_a_price_set_for_a_night_is_not_touched_by_rules() -> None:
    of = tariff({FRIDAY: DayRate(price=Decimal(4000))}, rules=(rule(RuleKind.WEEKEND, percent=50),))
    found = rules.price(of, FRIDAY, ANYBODY, TODAY)
    assert found is not None
    assert [(step.kind, step.price) for step in found.steps] == [(StepKind.SET, Decimal(4000))]


def test_a_rule_holds_only_where_it_matches() -> None:
    of = tariff(
        rules=(
            rule(RuleKind.WEEKEND, 1, amount=1),
            rule(RuleKind.OCCUPANCY_STEP, 2, amount=20, from_percent=80),
            rule(RuleKind.LAST_MINUTE, 3, amount=300, within_days=2),
            rule(RuleKind.SEASON, 4, amount=4000, season=Season(1, "s", MONDAY, MONDAY)),
        ),
        sold_percent={FRIDAY: 79},
    )
    assert price(of, FRIDAY) == 4801
    assert price(of, MONDAY) == 8500
    assert price(of, MONDAY + timedelta(days=1)) == 4500


def test_of_a_kind_the_rule_of_the_highest_priority_then_the_narrowest_is_applied() -> None:
    near = rule(RuleKind.LAST_MINUTE, 1, amount=-10, within_days=2)
    far = rule(RuleKind.LAST_MINUTE, 2, amount=-1, within_days=9)
    assert price(tariff(rules=(far, near)), FRIDAY) == 4490
    assert price(tariff(rules=(near, replace(far, priority=1))), FRIDAY) == 4499
    steps = [rule(RuleKind.OCCUPANCY_STEP, n, amount=n, from_percent=n * 10) for n in range(1, 10)]
    assert price(tariff(rules=tuple(steps), sold_percent={MONDAY: 55})) == 4505


def test_a_rule_of_another_plan_or_type_does_not_hold() -> None:
    here = rule(RuleKind.BASE, price=1)
    assert price(tariff(rules=(replace(here, plan_id=1, type_id=1),))) == 1
    assert price(tariff(rules=(replace(here, plan_id=2),))) == 4500
    assert price(tariff(rules=(replace(here, type_id=2),))) == 4500


def test_a_yearly_season_may_last_over_new_year() -> None:
    season = Season(1, "holidays", date(2020, 12, 20), date(2020, 1, 5), yearly=True)
    assert [season.has(date(2027, *day)) for day in ((12, 19), (12, 20), (1, 5), (1, 6))] == [False, True, True, False]


def test_a_plan_is_derived_from_the_price_its_parent_is_kept_at() -> None:
    derived = plan("nr", plan_id=2, parent_id=1, percent=Decimal(-10))
    of = tariff(levels=(Level(plan(), Rails(Decimal(5000))), Level(derived)))
    assert price(of) == 4500
    assert price(replace(of, levels=of.levels[:1])) == 5000


def test_a_price_set_in_a_derived_plan_stands() -> None:
    derived = plan("nr", plan_id=2, parent_id=1, percent=Decimal(-10))
    of = tariff(levels=(Level(plan()), Level(derived, days={MONDAY: DayRate(price=Decimal(100))})))
    assert price(of) == 100
    assert price(of, FRIDAY) == 4050


def test_adults_and_children_pay_as_it_was_said_for_them() -> None:
    of = tariff(
        for_adults={1: ForAdults(delta=Decimal(-500)), 3: ForAdults(price=Decimal(6000))}, extra_child=Decimal(250)
    )
    assert price(of, who=Guests(1)) == 4000
    assert price(of, who=Guests(2)) == 4500
    assert price(of, who=Guests(3, 2)) == 6500


def test_guard_rails_hold_for_what_guests_pay_too() -> None:
    of = tariff(levels=(Level(plan(), Rails(Decimal(4200))),), for_adults={1: ForAdults(delta=Decimal(-500))})
    found = rules.price(of, MONDAY, Guests(1), TODAY)
    assert found is not None
    assert [(step.kind, step.by) for step in found.steps[1:]] == [
        (StepKind.ADULTS, Decimal(-500)), (StepKind.LEAST, Decimal(200)),
    ]  # fmt: skip


def test_rounding_is_half_even_to_the_currencys_digits() -> None:
    of = tariff(smallest=Decimal(1), base_rate=Decimal(25), rules=(rule(RuleKind.WEEKEND, percent=10),))
    assert price(of, FRIDAY) == 28
    assert price(replace(of, base_rate=Decimal(15)), FRIDAY) == 16


@pytest.mark.parametrize(
    ("before", "after", "asked"),
    [(4500, 45000, True), (4500, 44999, False), (4500, 450, True), (4500, 451, False), (0, 9, False)],
)
def test_ten_times_as_much_or_as_little_is_asked_about(before: int, after: int, asked: bool) -> None:  # noqa: FBT001
    assert rules.needs_confirming(Decimal(before), Decimal(after)) is asked
    assert not rules.needs_confirming(None, Decimal(after))
