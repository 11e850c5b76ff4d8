"""Tariffs to price nights with, made by hand or by Hypothesis."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from core.rates.views import (
    STANDARD,
    Adjustment,
    DayRate,
    ForAdults,
    Level,
    Plan,
    Rails,
    Rule,
    RuleKind,
    Season,
    Tariff,
)

TODAY = date(2026, 11, 20)
"""A Friday."""
CENT = Decimal("0.01")
NO_DAYS: Mapping[date, DayRate] = {}


def plan(code: str = STANDARD, **fields: object) -> Plan:
    """A plan of KES."""
    known: dict[str, object] = {"plan_id": 1, "name": code, "currency": "KES", **fields}
    return Plan(code=code, **known)  # type: ignore[arg-type]


def tariff(days: Mapping[date, DayRate] = NO_DAYS, **fields: object) -> Tariff:
    """The standard plan's tariff of one type that usually costs 4500."""
    known: dict[str, object] = {
        "type_id": 1, "levels": (Level(plan(), days=days),), "smallest": CENT, "base_rate": Decimal(4500),
        "weekend": frozenset({4, 5}), **fields,
    }  # fmt: skip
    return Tariff(**known)  # type: ignore[arg-type]


def rule(kind: RuleKind, rule_id: int = 1, **fields: object) -> Rule:
    """A rule; `price`, `percent` and `amount` say what it does."""
    change = {key: Decimal(str(fields.pop(key))) for key in ("price", "percent", "amount") if key in fields}
    return Rule(rule_id, kind, Adjustment(**change), **fields)  # type: ignore[arg-type]


amounts = st.decimals("-3000", "9000", places=2)
prices = st.decimals("0.01", "99999", places=2)
percents = st.decimals("-99", "300", places=2)
nights = st.integers(0, 400).map(lambda n: TODAY + timedelta(days=n))
seasons = st.builds(
    lambda first, length, yearly: Season(1, "high", first, first + timedelta(days=length), yearly),
    nights, st.integers(0, 200), st.booleans(),
)  # fmt: skip
rules = st.builds(
    Rule,
    rule_id=st.integers(1, 9),
    kind=st.sampled_from(RuleKind),
    adjustment=st.builds(Adjustment, price=st.none() | prices, percent=percents, amount=amounts),
    plan_id=st.sampled_from([None, 1, 2]),
    type_id=st.none(),
    season=st.none() | seasons,
    within_days=st.none() | st.integers(0, 60),
    from_percent=st.none() | st.integers(1, 100),
    priority=st.integers(-2, 2),
)
_edges = st.tuples(prices, prices).map(sorted)
rails = st.one_of(
    st.just(Rails()),
    prices.map(Rails),
    prices.map(lambda most: Rails(None, most)),
    _edges.map(lambda edges: Rails(*edges)),
)
day_rates = st.builds(DayRate, price=st.none() | prices)


@st.composite
def tariffs(draw: st.DrawFn) -> Tariff:
    """Any tariff of up to three plans over each other."""
    made = []
    for number in range(draw(st.integers(1, 3))):
        parent = number or None
        one = plan(
            f"p{number}", plan_id=number + 1, parent_id=parent,
            percent=draw(percents) if parent else Decimal(0), amount=draw(amounts) if parent else Decimal(0),
        )  # fmt: skip
        made.append(Level(one, draw(rails), draw(st.dictionaries(nights, day_rates, max_size=3))))
    adults = st.builds(ForAdults, price=st.none() | prices, delta=amounts)
    return tariff(
        levels=tuple(made),
        smallest=draw(st.sampled_from([Decimal(1), CENT, Decimal("0.001")])),
        base_rate=draw(st.none() | prices),
        rules=tuple(draw(st.lists(rules, max_size=5))),
        for_adults=draw(st.dictionaries(st.integers(1, 4), adults, max_size=3)),
        extra_child=draw(st.decimals("0", "900", places=2)),
        sold_percent=draw(st.dictionaries(nights, st.integers(0, 100), max_size=3)),
    )
