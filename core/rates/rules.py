"""What one night costs, and how that comes about. Pure.

The order is always the same: the price set for the night, or the type's usual rate changed by the rules (base, season,
weekend, occupancy step, last minute; one of each kind at most); then, plan by plan, what makes a derived plan of its
parent; then who stays; the guard rails last. A parent's price is kept within its own rails before a plan is derived
from it. Every step is rounded half-even to the currency's smallest amount, so that the steps add up exactly.
"""

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from core.rates.views import (
    Adjustment,
    ForAdults,
    Guests,
    Priced,
    Rails,
    Rule,
    RuleKind,
    Step,
    StepKind,
    Tariff,
)

CONFIRMED_FROM = 10
"""A price that becomes so many times as high, or as low, is asked about first."""
_HUNDRED, _ZERO = Decimal(100), Decimal(0)


def price(tariff: Tariff, night: date, guests: Guests, today: date) -> Priced | None:
    """What `night` costs `guests`, as it looks on `today`; None where nothing says a price.

    It is never negative; 0 says that the steps left nothing, which nobody should sell at.
    """
    steps = _plain(tariff, night, today)
    if steps is None:
        return None
    steps += _of_guests(tariff, guests, steps[-1].price)
    rails = tariff.levels[-1].rails
    steps += _within(rails, steps[-1].price)
    return Priced(steps[-1].price, tuple(steps))


def plain_price(tariff: Tariff, night: date, today: date) -> Decimal | None:
    """The night's price whoever stays, before the guard rails of the plan it is sold in."""
    steps = _plain(tariff, night, today)
    return steps[-1].price if steps else None


def needs_confirming(before: Decimal | None, after: Decimal) -> bool:
    """Whether a price changes so much that a slip of the finger is likelier than intent."""
    if not before:
        return False
    return after >= before * CONFIRMED_FROM or after * CONFIRMED_FROM <= before


def outside(rails: Rails, amount: Decimal) -> bool:
    """Whether `amount` is not between the guard rails."""
    too_low = rails.least is not None and amount < rails.least
    return too_low or (rails.most is not None and amount > rails.most)


def applied(tariff: Tariff, night: date, today: date) -> Iterator[Rule]:
    """The rules that change the usual price of `night`, in the order of their kinds; the best of each kind."""
    for kind in RuleKind:
        matching = [rule for rule in tariff.rules if rule.kind is kind and _matches(rule, tariff, night, today)]
        if matching:
            yield min(matching, key=lambda rule: rule.rank)


def _plain(tariff: Tariff, night: date, today: date) -> list[Step] | None:
    """The steps as far as they do not depend on who stays."""
    start, steps = _start(tariff, night, today)
    if steps is None:
        return None
    for below, level in zip(tariff.levels[start:], tariff.levels[start + 1 :], strict=False):
        steps += _within(below.rails, steps[-1].price)
        plan = level.plan
        change = Adjustment(percent=plan.percent, amount=plan.amount)
        steps.append(_step(tariff, steps[-1].price, change, StepKind.DERIVED, name=plan.code))
    return steps


def _start(tariff: Tariff, night: date, today: date) -> tuple[int, list[Step] | None]:
    """Where the price comes from: the plan nearest to the one sold that has one set, else the rules over the usual."""
    for number in range(len(tariff.levels) - 1, -1, -1):
        day = tariff.levels[number].days.get(night)
        if day is not None and day.price is not None:
            return number, [_first(tariff, day.price, StepKind.SET, tariff.levels[number].plan.code)]
    steps = [_first(tariff, tariff.base_rate, StepKind.USUAL)] if tariff.base_rate is not None else []
    for rule in applied(tariff, night, today):
        if not steps and rule.adjustment.price is None:
            continue
        before = steps[-1].price if steps else _ZERO
        name = rule.season.name if rule.season else rule.name
        steps.append(_step(tariff, before, rule.adjustment, StepKind.RULE, rule=rule.kind, name=name))
    return 0, steps or None


def _matches(rule: Rule, tariff: Tariff, night: date, today: date) -> bool:
    if rule.plan_id not in (None, tariff.levels[0].plan.plan_id) or rule.type_id not in (None, tariff.type_id):
        return False
    match rule.kind:
        case RuleKind.BASE:
            return True
        case RuleKind.SEASON:
            return rule.season is not None and rule.season.has(night)
        case RuleKind.WEEKEND:
            return night.weekday() in tariff.weekend
        case RuleKind.OCCUPANCY_STEP:
            return tariff.sold_percent.get(night, 0) >= (rule.from_percent or 0)
        case RuleKind.LAST_MINUTE:
            return 0 <= (night - today).days <= (rule.within_days or 0)


def _of_guests(tariff: Tariff, guests: Guests, before: Decimal) -> list[Step]:
    steps: list[Step] = []
    own = tariff.for_adults.get(guests.adults or 0)
    if own is not None:
        steps.append(_step(tariff, before, _as_adjustment(own), StepKind.ADULTS, name=str(guests.adults)))
    if guests.children and tariff.extra_child:
        so_far = steps[-1].price if steps else before
        change = Adjustment(amount=tariff.extra_child * guests.children)
        steps.append(_step(tariff, so_far, change, StepKind.CHILDREN, name=str(guests.children)))
    return steps


def _as_adjustment(own: ForAdults) -> Adjustment:
    return Adjustment(price=own.price) if own.price is not None else Adjustment(amount=own.delta)


def _within(rails: Rails, before: Decimal) -> list[Step]:
    """The step that brings a price back between the rails, if it is not; the lower one wins where they cross."""
    if rails.least is not None and before < rails.least:
        return [Step(StepKind.LEAST, rails.least - before, rails.least)]
    if rails.most is not None and before > rails.most:
        return [Step(StepKind.MOST, rails.most - before, rails.most)]
    return []


def _first(tariff: Tariff, amount: Decimal, kind: StepKind, name: str | None = None) -> Step:
    rounded = amount.quantize(tariff.smallest, ROUND_HALF_EVEN)
    return Step(kind, rounded, rounded, name=name)


def _step(
    tariff: Tariff,
    before: Decimal,
    change: Adjustment,
    kind: StepKind,
    *,
    rule: RuleKind | None = None,
    name: str | None = None,
) -> Step:
    start = before if change.price is None else change.price
    wanted = start + start * change.percent / _HUNDRED + change.amount
    after = max(_ZERO, wanted).quantize(tariff.smallest, ROUND_HALF_EVEN)
    return Step(kind, after - before, after, rule=rule, name=name, percent=change.percent)
