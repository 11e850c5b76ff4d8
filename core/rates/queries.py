"""Reads of prices: the plans of a property, and all that the prices of some nights come from.

A property's prices are loaded in a handful of statements, however many types and nights are asked for.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from core.db.prepared import run
from core.inventory.models import InventoryDay
from core.properties.models import Property, RoomType
from core.rates.errors import NoSuchPlan, NoSuchType
from core.rates.models import DailyRate, OccupancyPrice, PlanType, PricingRule, RatePlan
from core.rates.models import Season as SeasonRow
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
from core.values.money import smallest

_PLACE = select(Property.currency, Property.weekend_days).where(Property.id == bindparam("property_id"))
_PLANS = (
    select(
        RatePlan.id, RatePlan.code, RatePlan.name, RatePlan.currency, RatePlan.parent_id, RatePlan.percent,
        RatePlan.amount, RatePlan.every_type, RatePlan.active,
    )
    .where(RatePlan.property_id == bindparam("property_id"))
    .order_by(RatePlan.id)
)  # fmt: skip
_TYPES = (
    select(RoomType.id, RoomType.code, RoomType.name, RoomType.base_rate)
    .where(RoomType.property_id == bindparam("property_id"))
    .order_by(RoomType.id)
)
_SOME_PLANS: BindParameter[int] = bindparam("plans", expanding=True)
_SOME_TYPES: BindParameter[int] = bindparam("types", expanding=True)
_PLAN_TYPES = select(
    PlanType.plan_id, PlanType.type_id, PlanType.least, PlanType.most, PlanType.most_adults, PlanType.extra_child
).where(PlanType.plan_id.in_(_SOME_PLANS))
_ADULTS = select(
    OccupancyPrice.plan_id, OccupancyPrice.type_id, OccupancyPrice.adults, OccupancyPrice.price, OccupancyPrice.delta
).where(OccupancyPrice.plan_id.in_(_SOME_PLANS))
_DAYS = select(
    DailyRate.plan_id, DailyRate.type_id, DailyRate.night, DailyRate.price, DailyRate.min_stay_arrival,
    DailyRate.min_stay_through, DailyRate.max_stay, DailyRate.closed_to_arrival, DailyRate.closed_to_departure,
    DailyRate.stop_sell,
).where(
    DailyRate.plan_id.in_(_SOME_PLANS), DailyRate.type_id.in_(_SOME_TYPES),
    DailyRate.night >= bindparam("first"), DailyRate.night <= bindparam("last"),
)  # fmt: skip
_RULES = (
    select(PricingRule, SeasonRow)
    .outerjoin(SeasonRow, SeasonRow.id == PricingRule.season_id)
    .where(PricingRule.property_id == bindparam("property_id"), PricingRule.active)
    .order_by(PricingRule.id)
)
_SOLD = select(InventoryDay.type_id, InventoryDay.night, InventoryDay.total, InventoryDay.sold).where(
    InventoryDay.type_id.in_(_SOME_TYPES),
    InventoryDay.night >= bindparam("first"), InventoryDay.night <= bindparam("last"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SoldType:
    """A room type as prices need it."""

    type_id: int
    code: str
    name: str
    base_rate: Decimal | None


@dataclass(frozen=True, slots=True)
class _PlanType:
    rails: Rails
    most_adults: int | None
    extra_child: Decimal


@dataclass(frozen=True, slots=True)
class House:
    """A property's plans and types."""

    property_id: int
    currency: str
    weekend: frozenset[int]
    plans: tuple[Plan, ...]
    types: tuple[SoldType, ...]

    def plan(self, plan_id: int | None) -> Plan:
        """The plan of this id; None: the standard one. Raises `NoSuchPlan`."""
        for plan in self.plans:
            if plan.plan_id == plan_id or (plan_id is None and plan.code == STANDARD):
                return plan
        raise NoSuchPlan(plan=plan_id)

    def type(self, type_id: int) -> SoldType:
        """The type of this id. Raises `NoSuchType`."""
        found = next((one for one in self.types if one.type_id == type_id), None)
        if found is None:
            raise NoSuchType(type=type_id)
        return found

    def chain(self, plan: Plan) -> tuple[Plan, ...]:
        """The plans that `plan`'s prices come from, the one without a parent first, `plan` last."""
        found = [plan]
        while found[0].parent_id is not None and found[0].parent_id not in {one.plan_id for one in found}:
            found.insert(0, self.plan(found[0].parent_id))
        return tuple(found)


def house(session: Session, property_id: int) -> House:
    """The plans and types of a property. One without a stored standard plan has it all the same."""
    asked = {"property_id": property_id}
    currency, weekend = run(session, _PLACE, asked).one()
    plans = [Plan(row[0], row[1], row[2], row[3] or currency, *row[4:]) for row in run(session, _PLANS, asked)]
    if all(plan.code != STANDARD for plan in plans):
        plans.insert(0, Plan(None, STANDARD, STANDARD.capitalize(), currency))
    types = tuple(SoldType(*row) for row in run(session, _TYPES, asked))
    return House(property_id, currency, frozenset(weekend), tuple(plans), types)


def sold_types(session: Session, about: House, plan: Plan) -> tuple[SoldType, ...]:
    """The types that a plan sells."""
    if plan.every_type:
        return about.types
    sold = {row.type_id for row in run(session, _PLAN_TYPES, {"plans": [plan.plan_id]})}
    return tuple(one for one in about.types if one.type_id in sold)


def tariffs(
    session: Session, about: House, plan: Plan, type_ids: Collection[int], first: date, last: date
) -> dict[int, Tariff]:
    """What a plan's prices of these types come from, for the nights from `first` through `last`, by type."""
    chain = about.chain(plan)
    plan_ids = [one.plan_id for one in chain if one.plan_id is not None]
    asked = {"plans": plan_ids, "types": list(type_ids), "first": first, "last": last}
    own = {
        (row.plan_id, row.type_id): _PlanType(Rails(row.least, row.most), row.most_adults, row.extra_child)
        for row in run(session, _PLAN_TYPES, asked)
    }
    adults: dict[tuple[int, int], dict[int, ForAdults]] = {}
    for row in run(session, _ADULTS, asked):
        adults.setdefault((row.plan_id, row.type_id), {})[row.adults] = ForAdults(row.price, row.delta or Decimal(0))
    days: dict[tuple[int, int], dict[date, DayRate]] = {}
    for plan_id, type_id, night, *said in run(session, _DAYS, asked):
        days.setdefault((plan_id, type_id), {})[night] = DayRate(*said)
    rules = pricing_rules(session, about.property_id)
    sold = _sold_percent(session, rules, asked)
    step = smallest(plan.currency)

    def tariff(type_id: int) -> Tariff:
        keys = [(one.plan_id or 0, type_id) for one in chain]
        nearest = [own[key] for key in reversed(keys) if key in own]
        return Tariff(
            type_id=type_id,
            levels=tuple(
                Level(one, own[key].rails if key in own else Rails(), days.get(key, {}))
                for one, key in zip(chain, keys, strict=True)
            ),
            smallest=step,
            # A type's own rate is in the property's currency; nothing is converted.
            base_rate=about.type(type_id).base_rate if plan.currency == about.currency else None,
            rules=tuple(rule for rule in rules if rule.type_id in (None, type_id)),
            weekend=about.weekend,
            for_adults=next((adults[key] for key in reversed(keys) if key in adults), {}),
            extra_child=next((one.extra_child for one in nearest if one.extra_child), Decimal(0)),
            most_adults=next((one.most_adults for one in nearest if one.most_adults), None),
            sold_percent=sold.get(type_id, {}),
        )

    return {type_id: tariff(type_id) for type_id in type_ids}


def pricing_rules(session: Session, property_id: int) -> tuple[Rule, ...]:
    """The rules of a property that are in force."""
    return tuple(rule_view(row, season) for row, season in session.execute(_RULES, {"property_id": property_id}))


def rule_view(row: PricingRule, season: SeasonRow | None) -> Rule:
    """A rule as prices are made of it."""
    named = season_view(season) if season is not None else None
    change = Adjustment(row.price, row.percent, row.amount)
    return Rule(
        row.id, RuleKind(row.kind), change, row.plan_id, row.type_id, named, row.within_days, row.from_percent,
        row.priority, row.name,
    )  # fmt: skip


def season_view(row: SeasonRow) -> Season:
    """A season as prices are made of it."""
    return Season(row.id, row.name, row.first_night, row.last_night, row.yearly)


def seasons(session: Session, property_id: int) -> tuple[Season, ...]:
    """The seasons of a property, the first first."""
    query = select(SeasonRow).where(SeasonRow.property_id == property_id).order_by(SeasonRow.first_night, SeasonRow.id)
    return tuple(season_view(row) for row in session.scalars(query))


def _sold_percent(session: Session, rules: Iterable[Rule], asked: Mapping[str, object]) -> dict[int, dict[date, int]]:
    """How many percent of the rooms are sold, by type and night, where a rule asks."""
    if all(rule.kind is not RuleKind.OCCUPANCY_STEP for rule in rules):
        return {}
    found: dict[int, dict[date, int]] = {}
    for type_id, night, total, sold in run(session, _SOLD, asked):
        found.setdefault(type_id, {})[night] = 100 * sold // total if total else 100
    return found


def days_of(
    session: Session, plan_id: int, type_ids: Collection[int], first: date, last: date
) -> dict[tuple[int, date], DayRate]:
    """What was set in one plan for the nights from `first` through `last`, by type and night."""
    rows = run(session, _DAYS, {"plans": [plan_id], "types": list(type_ids), "first": first, "last": last})
    return {(type_id, night): DayRate(*said) for _, type_id, night, *said in rows}
