"""Lists of plans, seasons and rules, as frozen rows: what the API shows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import business_day
from core.properties.models import Property
from core.rates import queries
from core.rates.models import OccupancyPrice, PlanType, PricingRule, RatePlan
from core.rates.models import Season as SeasonRow
from core.rates.views import ForAdults, Rule, Season


@dataclass(frozen=True, slots=True)
class SoldTypeView:
    """How a plan sells one type, where something was said about it."""

    type_id: int
    least: Decimal | None
    most: Decimal | None
    most_adults: int | None
    extra_child: Decimal
    for_adults: Mapping[int, ForAdults] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlanView:
    """A rate plan with what was said about its types."""

    plan_id: int
    property_id: int
    code: str
    name: str
    currency: str
    parent_id: int | None
    percent: Decimal
    amount: Decimal
    every_type: bool
    active: bool
    types: tuple[SoldTypeView, ...]


@dataclass(frozen=True, slots=True)
class RuleView:
    """A pricing rule, in force or not."""

    rule: Rule
    property_id: int
    active: bool


@dataclass(frozen=True, slots=True)
class SeasonView:
    """A season of a property."""

    season: Season
    property_id: int


def plans(session: Session, property_ids: Collection[int], after: int, most: int) -> tuple[PlanView, ...]:
    """The stored plans of these properties by growing id, the first `most` of those behind `after`."""
    query = (
        select(RatePlan, Property.currency)
        .join(Property, Property.id == RatePlan.property_id)
        .where(RatePlan.property_id.in_(property_ids), RatePlan.id > after)
        .order_by(RatePlan.id)
        .limit(most)
    )
    rows = [(row, currency) for row, currency in session.execute(query)]
    types = _types(session, [row.id for row, _ in rows])
    return tuple(
        PlanView(
            row.id, row.property_id, row.code, row.name, row.currency or currency, row.parent_id, row.percent,
            row.amount, row.every_type, row.active, tuple(types.get(row.id, ())),
        )
        for row, currency in rows
    )  # fmt: skip


def plan(session: Session, plan_id: int) -> PlanView | None:
    """One plan."""
    place = session.scalar(select(RatePlan.property_id).where(RatePlan.id == plan_id))
    return plans(session, [place], plan_id - 1, 1)[0] if place is not None else None


def seasons(session: Session, property_ids: Collection[int], after: int, most: int) -> tuple[SeasonView, ...]:
    """The seasons of these properties by growing id."""
    query = select(SeasonRow).where(SeasonRow.property_id.in_(property_ids), SeasonRow.id > after)
    rows = session.scalars(query.order_by(SeasonRow.id).limit(most))
    return tuple(SeasonView(queries.season_view(row), row.property_id) for row in rows)


def rules(session: Session, property_ids: Collection[int], after: int, most: int) -> tuple[RuleView, ...]:
    """The pricing rules of these properties by growing id, those out of force too."""
    query = (
        select(PricingRule, SeasonRow)
        .outerjoin(SeasonRow, SeasonRow.id == PricingRule.season_id)
        .where(PricingRule.property_id.in_(property_ids), PricingRule.id > after)
        .order_by(PricingRule.id)
        .limit(most)
    )
    return tuple(
        RuleView(queries.rule_view(row, season), row.property_id, row.active) for row, season in session.execute(query)
    )


def rule(session: Session, rule_id: int) -> RuleView | None:
    """One rule."""
    place = session.scalar(select(PricingRule.property_id).where(PricingRule.id == rule_id))
    return rules(session, [place], rule_id - 1, 1)[0] if place is not None else None


def today(session: Session, property_id: int, now: datetime) -> date:
    """The business day at a property."""
    return business_day(now, session.get_one(Property, property_id).timezone)


def _types(session: Session, plan_ids: Collection[int]) -> dict[int, list[SoldTypeView]]:
    adults: dict[tuple[int, int], dict[int, ForAdults]] = {}
    query = select(OccupancyPrice).where(OccupancyPrice.plan_id.in_(plan_ids)).order_by(OccupancyPrice.adults)
    for one in session.scalars(query):
        own = ForAdults(one.price, one.delta if one.delta is not None else Decimal(0))
        adults.setdefault((one.plan_id, one.type_id), {})[one.adults] = own
    found: dict[int, list[SoldTypeView]] = {}
    for row in session.scalars(select(PlanType).where(PlanType.plan_id.in_(plan_ids)).order_by(PlanType.type_id)):
        own_adults = adults.get((row.plan_id, row.type_id), {})
        view = SoldTypeView(row.type_id, row.least, row.most, row.most_adults, row.extra_child, own_adults)
        found.setdefault(row.plan_id, []).append(view)
    return found
