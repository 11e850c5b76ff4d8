"""Pricing rules, the seasons they refer to, and which nights are the weekend's."""

from sqlalchemy import select

from core.db.work import UnitOfWork
from core.events.service import By
from core.properties.models import Property
from core.rates import commands, errors, queries
from core.rates import events as happenings
from core.rates.editing import MOST_PRICE
from core.rates.models import PricingRule, Season
from core.rates.telling import LEAST_PERCENT, MOST_PERCENT, Set, facts, told
from core.rates.views import RuleKind

MOST_DAYS = 365


def set_rule(work: UnitOfWork, order: commands.SetRule, by: By) -> Set:
    """Make a pricing rule, or change one to just what is ordered.

    Raises `NoSuchRule`, `NoSuchPlan`, `NoSuchType`, `NoSuchSeason` or `WrongValue`.
    """
    about = queries.house(work.session, order.property_id)
    _refuse_wrong_rule(work, about, order)
    rule, before = PricingRule(property_id=order.property_id), dict[str, object]()
    if order.rule_id is not None:
        found = work.session.get(PricingRule, order.rule_id, with_for_update=True)
        if found is None or found.property_id != order.property_id:
            raise errors.NoSuchRule(rule_id=order.rule_id)
        rule, before = found, facts(found)
    rule.kind, rule.name, rule.priority, rule.active = order.kind, order.name, order.priority, order.active
    rule.plan_id, rule.type_id, rule.season_id = order.plan_id, order.type_id, order.season_id
    rule.within_days, rule.from_percent = order.within_days, order.from_percent
    change = order.adjustment
    rule.price, rule.percent, rule.amount = change.price, change.percent, change.amount
    work.session.add(rule)
    work.session.flush()
    name = rule.name or rule.kind
    return told(work, happenings.RuleSet, rule.id, order.property_id, name, (before, facts(rule)), by)


def set_season(work: UnitOfWork, order: commands.SetSeason, by: By) -> Set:
    """Make the season of this name, or give it other nights. Raises `WrongValue`."""
    if not order.name.strip():
        raise errors.WrongValue(field="name", value=order.name, why="blank")
    if order.last_night < order.first_night and not order.yearly:
        raise errors.WrongValue(field="last_night", value=order.last_night.isoformat(), why="backwards")
    query = select(Season).where(Season.property_id == order.property_id, Season.name == order.name).with_for_update()
    season = work.session.scalars(query).one_or_none()
    before = facts(season) if season is not None else {}
    if season is None:
        season = Season(property_id=order.property_id, name=order.name)
        work.session.add(season)
    season.first_night, season.last_night, season.yearly = order.first_night, order.last_night, order.yearly
    work.session.flush()
    both = (before, facts(season))
    return told(work, happenings.SeasonSet, season.id, order.property_id, season.name, both, by)


def set_weekend(work: UnitOfWork, order: commands.SetWeekend, by: By) -> Set:
    """Say which nights are the weekend's; weekdays, Monday 0. Raises `WrongValue`."""
    if not order.days <= set(range(7)):
        raise errors.WrongValue(field="days", value=str(sorted(order.days)), why="no_weekday")
    place = work.session.get_one(Property, order.property_id, with_for_update=True)
    before, after = {"days": list(place.weekend_days)}, {"days": sorted(order.days)}
    place.weekend_days = sorted(order.days)
    return told(work, happenings.WeekendSet, place.id, place.id, place.code, (before, after), by)


def _refuse_wrong_rule(work: UnitOfWork, about: queries.House, order: commands.SetRule) -> None:
    if order.type_id is not None:
        about.type(order.type_id)
    if order.plan_id is not None and about.plan(order.plan_id).parent_id is not None:
        # A derived plan has its prices from its parent.
        raise errors.WrongValue(field="plan", value=about.plan(order.plan_id).code, why="derived")
    if order.season_id is not None:
        season = work.session.get(Season, order.season_id)
        if season is None or season.property_id != order.property_id:
            raise errors.NoSuchSeason(season=order.season_id)
    needed: dict[RuleKind, tuple[str, object, bool]] = {
        RuleKind.BASE: ("price", order.adjustment.price, True),
        RuleKind.SEASON: ("season", order.season_id, True),
        RuleKind.OCCUPANCY_STEP: ("from_percent", order.from_percent, 0 < (order.from_percent or 0) <= 100),  # noqa: PLR2004
        RuleKind.LAST_MINUTE: ("within_days", order.within_days, 0 <= (order.within_days or 0) <= MOST_DAYS),
    }
    key, value, possible = needed.get(order.kind, ("", "", True))
    if value is None or not possible:
        raise errors.WrongValue(field=key, value=str(value), why="needed")
    change = order.adjustment
    if change.price is not None and not 0 < change.price < MOST_PRICE:
        raise errors.WrongValue(field="price", value=str(change.price), why="not_possible")
    if not LEAST_PERCENT < change.percent <= MOST_PERCENT or abs(change.amount) >= MOST_PRICE:
        raise errors.WrongValue(field="percent", value=str(change.percent), why="not_possible")
