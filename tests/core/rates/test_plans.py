"""Plans, guard rails, rules, seasons and the weekend, in the database."""

from decimal import Decimal
from typing import Any

import pytest

from core.rates import errors
from core.rates.views import STANDARD, Adjustment, DayRate, ForAdults, RuleKind
from core.stays.reasons import Reason
from tests.core.rates.house import House, day

TEN_LESS: dict[str, Any] = {"percent": Decimal(-10)}


def standard(house: House) -> int:
    """The standard plan, stored."""
    return house.plan(STANDARD, "Standard").id


def test_a_derived_plan_makes_its_prices_of_its_parents(house: House) -> None:
    made = house.plan("nr", "Non-refundable", parent=standard(house), percent=Decimal(-10), amount=Decimal(100))
    house.price(3, 3, "5000", "DBL")
    assert house.prices(2, 2, plan=made.id) == [4150, 4600]


def test_the_same_plan_twice_changes_nothing(house: House) -> None:
    parent = standard(house)
    first = house.plan("nr", parent=parent, **TEN_LESS)
    again = house.plan("nr", parent=parent, **TEN_LESS)
    assert (again.id, again.changed) == (first.id, ())
    changed = house.plan("nr", parent=parent, percent=Decimal(-20))
    assert changed.changed == ("percent",)
    event = house.events()[-1]
    assert (event.facts["before"], event.facts["after"]) == ({"percent": "-10"}, {"percent": "-20"})


def test_a_plan_that_sells_some_types_sells_no_others(house: House) -> None:
    made = house.plan("bb", type_ids=(house.hotel.types["DBL"],))
    assert house.quote(2, 1, plan=made.id).total == 4500
    with pytest.raises(errors.PlanNotSold):
        house.quote(2, 1, "TWN", plan=made.id)
    with pytest.raises(errors.PlanNotSold):
        house.price(2, 3, "5000", "TWN", plan=made.id)
    assert house.price(2, 3, "5000", plan=made.id).type_ids == (house.hotel.types["DBL"],)
    assert house.plan("bb", type_ids=(house.hotel.types["TWN"],)).changed == ("types",)
    with pytest.raises(errors.PlanNotSold):
        house.quote(2, 1, "DBL", plan=made.id)


def test_a_plan_that_is_not_active_is_not_quoted(house: House) -> None:
    made = house.plan("bb", active=False)
    with pytest.raises(errors.PlanNotSold):
        house.quote(2, 1, plan=made.id)


def test_no_plan_is_derived_from_itself_however_far_around(house: House) -> None:
    first = house.plan("a")
    second = house.plan("b", parent=first.id)
    with pytest.raises(errors.DerivesFromItself):
        house.plan("a", parent=second.id)
    with pytest.raises(errors.DerivesFromItself):
        house.plan("a", parent=first.id)


def test_a_plan_is_derived_only_from_one_of_its_property_and_currency(house: House) -> None:
    with pytest.raises(errors.OtherCurrency):
        house.plan("usd", parent=standard(house), currency="USD")
    with pytest.raises(errors.NoSuchPlan):
        house.plan("x", parent=999)


def test_the_standard_plan_stays_what_it_is(house: House) -> None:
    other = house.plan("other")
    for wrong in ({"parent": other.id}, {"type_ids": ()}, {"active": False}, {"currency": "USD"}):
        with pytest.raises(errors.StandardPlan):
            house.plan(STANDARD, **wrong)
    assert house.plan(STANDARD, "Rack rate").changed == ("name",)


def test_a_plan_that_others_are_derived_from_is_not_given_up(house: House) -> None:
    parent = house.plan("bb")
    house.plan("nr", parent=parent.id, **TEN_LESS)
    with pytest.raises(errors.PlanInUse):
        house.plan("bb", active=False)
    house.plan("nr", parent=parent.id, active=False, **TEN_LESS)
    assert house.plan("bb", active=False).changed == ("active",)


def test_a_plan_at_a_tenth_of_its_parent_needs_confirming(house: House) -> None:
    parent = standard(house)
    with pytest.raises(errors.NeedsConfirming):
        house.plan("nr", parent=parent, percent=Decimal(-90))
    made = house.plan("nr", parent=parent, percent=Decimal(-90), confirmed=True)
    assert house.plan("nr", "Renamed", parent=parent, percent=Decimal(-90)).id == made.id


def test_plans_that_make_no_sense_are_refused(house: House) -> None:
    for wrong in (
        {"name": " "}, {"percent": Decimal(5)}, {"percent": Decimal(-100)}, {"amount": Decimal(10) ** 12},
    ):  # fmt: skip
        with pytest.raises(errors.WrongValue):
            house.plan("x", **{"name": "X", **wrong})  # type: ignore[arg-type]
    with pytest.raises(errors.WrongValue):
        house.plan("no code")


def test_a_plan_in_another_currency_has_only_the_prices_that_are_set_in_it(house: House) -> None:
    made = house.plan("usd", currency="USD")
    with pytest.raises(errors.NoPrice):
        house.quote(2, 1, plan=made.id)
    house.price(2, 2, "45.555", "DBL", plan=made.id)
    quote = house.quote(2, 1, plan=made.id)
    assert (quote.total, quote.currency) == (Decimal("45.56"), "USD")


def test_guests_pay_as_it_was_set_for_the_type(house: House) -> None:
    adults = {1: ForAdults(delta=Decimal(-500)), 3: ForAdults(price=Decimal(6000))}
    house.plan_type("DBL", most_adults=3, extra_child=Decimal(300), for_adults=adults)
    assert [house.quote(2, 1, adults=n).total for n in (1, 2, 3)] == [4000, 4500, 6000]
    with pytest.raises(errors.TooManyAdults):
        house.quote(2, 1, adults=4)
    assert house.quote(2, 1, "TWN", adults=4).total == 4500
    assert house.plan_type("DBL", most_adults=3, extra_child=Decimal(300), for_adults=adults).changed == ()
    assert house.plan_type("DBL", most_adults=3, extra_child=Decimal(300)).changed == ("for_adults",)
    assert house.quote(2, 1, adults=1).total == 4500


def test_a_derived_plan_takes_over_what_guests_pay(house: House) -> None:
    made = house.plan("nr", parent=standard(house), **TEN_LESS)
    house.plan_type("DBL", for_adults={1: ForAdults(delta=Decimal(-500))})
    assert house.quote(2, 1, adults=1, plan=made.id).total == 3550


def test_settings_of_a_type_that_make_no_sense_are_refused(house: House) -> None:
    wrongs: tuple[dict[str, Any], ...] = (
        {"least": Decimal(0)}, {"least": Decimal(2), "most": Decimal(1)}, {"most_adults": 0},
        {"extra_child": Decimal(-1)}, {"for_adults": {0: ForAdults()}}, {"for_adults": {1: ForAdults(Decimal(0))}},
    )  # fmt: skip
    for wrong in wrongs:
        with pytest.raises(errors.WrongValue):
            house.plan_type("DBL", **wrong)


def test_rules_make_prices_and_are_named_in_the_quote(house: House) -> None:
    season = house.season("Christmas", 30, 45)
    house.rule(RuleKind.SEASON, Adjustment(percent=Decimal(20)), season_id=season.id)
    weekend = house.rule(RuleKind.WEEKEND, Adjustment(amount=Decimal(500)), type_id=house.hotel.types["DBL"])
    assert house.prices(0, 3) == [5000, 5000, 4500]
    assert house.prices(0, 3, "TWN") == [4500] * 3
    quote = house.quote(34, 2)
    assert [price for _, price in quote.nights] == [5400, 5900]
    assert [(step.name or step.rule) for step in quote.steps[1][1:]] == ["Christmas", "weekend"]
    house.rule(RuleKind.WEEKEND, Adjustment(amount=Decimal(500)), rule_id=weekend.id, active=False)
    assert house.prices(0, 1) == [4500]


def test_a_step_by_occupancy_looks_at_what_is_sold(house: House) -> None:
    house.rule(RuleKind.OCCUPANCY_STEP, Adjustment(percent=Decimal(10)), from_percent=50)
    house.hold("4", 3, 1)
    assert house.prices(3, 1) == [4500]
    house.hold("3", 3, 1, Reason.WALK_IN)
    assert house.prices(2, 2) == [4500, 4950]


def test_the_weekend_is_what_the_property_says(house: House) -> None:
    house.rule(RuleKind.WEEKEND, Adjustment(amount=Decimal(500)))
    assert house.weekend(3).changed == ("days",)
    assert house.weekend(3).changed == ()
    assert house.prices(0, 7) == [4500] * 6 + [5000]


def test_rules_that_make_no_sense_are_refused(house: House) -> None:
    wrong: list[tuple[RuleKind, Adjustment, dict[str, Any]]] = [
        (RuleKind.BASE, Adjustment(), {}),
        (RuleKind.BASE, Adjustment(Decimal(0)), {}),
        (RuleKind.SEASON, Adjustment(percent=Decimal(5)), {}),
        (RuleKind.LAST_MINUTE, Adjustment(), {}),
        (RuleKind.LAST_MINUTE, Adjustment(), {"within_days": 400}),
        (RuleKind.OCCUPANCY_STEP, Adjustment(), {"from_percent": 101}),
        (RuleKind.WEEKEND, Adjustment(percent=Decimal(-100)), {}),
    ]
    for kind, change, more in wrong:
        with pytest.raises(errors.WrongValue):
            house.rule(kind, change, **more)


def test_a_rule_is_about_things_of_its_property(house: House) -> None:
    change = Adjustment(percent=Decimal(5))
    with pytest.raises(errors.NoSuchSeason):
        house.rule(RuleKind.SEASON, change, season_id=99)
    with pytest.raises(errors.NoSuchType):
        house.rule(RuleKind.WEEKEND, change, type_id=99)
    with pytest.raises(errors.NoSuchRule):
        house.rule(RuleKind.WEEKEND, change, rule_id=99)
    derived = house.plan("nr", parent=standard(house), **TEN_LESS)
    with pytest.raises(errors.WrongValue):
        house.rule(RuleKind.WEEKEND, change, plan_id=derived.id)


def test_a_season_runs_forwards_unless_it_is_of_every_year(house: House) -> None:
    with pytest.raises(errors.WrongValue):
        house.season("x", 9, 3)
    with pytest.raises(errors.WrongValue):
        house.season(" ", 3, 9)
    assert house.season("x", 9, 3, yearly=True).changed
    assert house.season("x", 9, 4, yearly=True).changed == ("last_night",)


def test_a_quote_says_what_refuses_it_and_what_would_do(house: House) -> None:
    house.set(5, 5, DayRate(min_stay_arrival=3), "DBL")
    quote = house.quote(5, 2)
    assert not quote.sold
    assert [(breach.limit, breach.day, breach.nights) for breach in quote.breaches] == [("min_stay_arrival", day(5), 3)]
    assert quote.instead is not None
    assert (quote.instead.arrival, len(quote.instead)) == (day(5), 3)
    assert quote.total == 9000
    assert house.quote(5, 3).sold


def test_a_type_without_a_price_cannot_be_quoted(house: House) -> None:
    house.rule(RuleKind.BASE, Adjustment(Decimal(10)), type_id=house.hotel.types["TWN"])
    house.rule(RuleKind.WEEKEND, Adjustment(amount=Decimal(-99)))
    with pytest.raises(errors.NoPrice) as refused:
        house.quote(0, 1, "TWN")
    assert refused.value.facts["night"] == day(0)
