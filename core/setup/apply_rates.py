"""Applying `[[rate_plan]]` and `[[season]]`."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from core.db.work import UnitOfWork
from core.errors import Invalid, Refused
from core.events.service import By
from core.properties.models import Property
from core.rates import commands, plans, pricing, queries
from core.rates.errors import StandardPlan
from core.rates.models import PricingRule
from core.rates.views import STANDARD, Adjustment, RuleKind
from core.setup.account import Account, What
from core.setup.document import Document, RatePlanEntry, SeasonEntry, folded, nearest
from core.setup.errors import Why


@dataclass(frozen=True, slots=True)
class _Setting:
    """One application of the rates of a file."""

    work: UnitOfWork
    place: Property
    account: Account
    by: By


def set_rates(work: UnitOfWork, place: Property, document: Document, account: Account, by: By) -> None:
    """Make and change the plans and seasons of the file; name those that it leaves out."""
    setting = _Setting(work, place, account, by)
    for entry in _parents_first(document.rate_plans):
        _plan(setting, entry)
    for season in document.seasons:
        _season(setting, season)
    _name_the_rest(setting, document)


def _plan(setting: _Setting, entry: RatePlanEntry) -> None:
    about = queries.house(setting.work.session, setting.place.id)
    known = {folded(plan.code): plan for plan in about.plans}
    types = {folded(one.code): one.type_id for one in about.types}
    for code in entry.types or ():
        if folded(code) not in types:
            meant = nearest(code, [one.code for one in about.types])
            setting.account.fault((*entry.path, "types"), Why.UNKNOWN_TYPE, value=code, nearest=meant)
            return
    parent = known.get(folded(entry.parent)) if entry.parent is not None else None
    if entry.parent is not None and parent is None:
        meant = nearest(entry.parent, [plan.code for plan in about.plans])
        setting.account.fault((*entry.path, "parent"), Why.UNKNOWN_PLAN, value=entry.parent, nearest=meant)
        return
    found = known.get(folded(entry.code))
    order = commands.SetPlan(
        setting.place.id, found.code if found else entry.code, entry.name, parent.plan_id if parent else None,
        entry.percent, entry.amount, entry.currency,
        None if entry.types is None else tuple(types[folded(code)] for code in entry.types), entry.active,
        confirmed=True,
    )  # fmt: skip
    try:
        done = plans.set_plan(setting.work, order, setting.by)
    except (Refused, Invalid) as error:
        key = "code" if isinstance(error, StandardPlan) else str(error.facts.get("field", "parent"))
        setting.account.fault((*entry.path, key), Why.WRONG_PLAN, said=str(error.facts.get("why", error.code)))
        return
    if found is None:
        setting.account.change(What.PLAN_MADE, plan=entry.code, name=entry.name)
    elif done.changed:
        fields = ["parent" if name == "parent_id" else name for name in done.changed]
        setting.account.change(What.PLAN_CHANGED, plan=found.code, fields=fields)


def _season(setting: _Setting, entry: SeasonEntry) -> None:
    order = commands.SetSeason(setting.place.id, entry.name, entry.first_night, entry.last_night, entry.yearly)
    known = {season.name for season in queries.seasons(setting.work.session, setting.place.id)}
    done = pricing.set_season(setting.work, order, setting.by)
    changed = list(done.changed) + _season_rule(setting, entry, done.id)
    if entry.name not in known:
        setting.account.change(What.SEASON_MADE, season=entry.name)
    elif changed:
        setting.account.change(What.SEASON_CHANGED, season=entry.name, fields=changed)


def _season_rule(setting: _Setting, entry: SeasonEntry, season_id: int) -> list[str]:
    """Let the season's own rule, which is about every type, say by how much its nights differ; what changed of it."""
    query = select(PricingRule).where(
        PricingRule.season_id == season_id, PricingRule.kind == RuleKind.SEASON, PricingRule.plan_id.is_(None),
        PricingRule.type_id.is_(None),
    )  # fmt: skip
    found = setting.work.session.scalars(query.order_by(PricingRule.id).limit(1)).one_or_none()
    active = bool(entry.percent or entry.amount)
    if found is None and not active:
        return []
    order = commands.SetRule(
        setting.place.id, RuleKind.SEASON, Adjustment(percent=entry.percent, amount=entry.amount),
        rule_id=found.id if found else None, season_id=season_id, active=active,
        name=found.name if found else None, priority=found.priority if found else 0,
    )  # fmt: skip
    try:
        return [name for name in pricing.set_rule(setting.work, order, setting.by).changed if name != "active"]
    except Invalid as error:
        key = str(error.facts.get("field", "percent"))
        setting.account.fault((*entry.path, key), Why.NO_CHANGE_OF_RATE, value=str(error.facts.get("value")))
        return []


def _name_the_rest(setting: _Setting, document: Document) -> None:
    plans_named = {folded(entry.code) for entry in document.rate_plans} | {STANDARD}
    for plan in queries.house(setting.work.session, setting.place.id).plans:
        if folded(plan.code) not in plans_named and plan.active:
            setting.account.keep(What.PLAN_KEPT, plan=plan.code)
    named = {entry.name for entry in document.seasons}
    for season in queries.seasons(setting.work.session, setting.place.id):
        if season.name not in named:
            setting.account.keep(What.SEASON_KEPT, season=season.name)


def _parents_first(entries: Sequence[RatePlanEntry]) -> list[RatePlanEntry]:
    """The plans so that each comes after its parent; those that go around in a circle come last."""
    left, found, done = list(entries), list[RatePlanEntry](), set[str]()
    own = {folded(entry.code) for entry in entries}
    while ready := [entry for entry in left if entry.parent is None or folded(entry.parent) not in own - done]:
        found += ready
        done |= {folded(entry.code) for entry in ready}
        left = [entry for entry in left if entry not in ready]
    return [*found, *left]
