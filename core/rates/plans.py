"""Rate plans: what they are derived from, which types they sell, their guard rails and what guests pay."""

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal

from sqlalchemy import delete, select

from core.db.work import UnitOfWork
from core.events.service import By
from core.rates import commands, errors, queries, service
from core.rates import events as happenings
from core.rates.editing import MOST_PRICE
from core.rates.models import OccupancyPrice, PlanType, RatePlan
from core.rates.telling import LEAST_PERCENT, MOST_PERCENT, Set, facts, plain, told
from core.rates.views import STANDARD, ForAdults
from core.values.money import smallest

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_HARDLY_ANYTHING, _TENFOLD = Decimal(-90), Decimal(900)
"""Percentages by which a derived price is a tenth of its parent's, or ten times it."""


def set_plan(work: UnitOfWork, order: commands.SetPlan, by: By) -> Set:
    """Make the plan with this code, or change it to just what is ordered; the same twice changes nothing.

    Raises `WrongValue`, `StandardPlan`, `NoSuchPlan`, `NoSuchType`, `DerivesFromItself`, `OtherCurrency`, `PlanInUse`,
    or `NeedsConfirming` where a tenth of the parent's price is left, or ten times as much.
    """
    about = queries.house(work.session, order.property_id)
    plan = _plan_by_code(work, order.property_id, order.code)
    _refuse_wrong_plan(about, order, plan)
    before = _plan_facts(work, plan) if plan is not None else {}
    if plan is None:
        if not _CODE.fullmatch(order.code):
            raise errors.WrongValue(field="code", value=order.code, why="no_code")
        plan = RatePlan(property_id=order.property_id, code=order.code, made_at=work.now)
        work.session.add(plan)
    plan.name, plan.currency, plan.active = order.name, order.currency, order.active
    plan.parent_id, plan.percent, plan.amount = order.parent_id, order.percent, order.amount
    plan.every_type = order.type_ids is None
    work.session.flush()
    if order.type_ids is not None:
        _sell_only(work, plan.id, order.type_ids)
    after = _plan_facts(work, plan)
    return told(work, happenings.PlanSet, plan.id, order.property_id, plan.code, (before, after), by)


def set_plan_type(work: UnitOfWork, order: commands.SetPlanType, by: By) -> Set:
    """Set the guard rails of a type in a plan, and what guests pay there. Raises as `set_plan`, and `PlanNotSold`."""
    row = service.locked_plan(work, order.property_id, order.plan_id)
    about = queries.house(work.session, order.property_id)
    plan, kind = about.plan(row.id), about.type(order.type_id)
    if kind not in queries.sold_types(work.session, about, plan):
        raise errors.PlanNotSold(plan=plan.code, type_id=kind.type_id)
    _refuse_wrong_plan_type(order)
    own = work.session.get(PlanType, (row.id, kind.type_id))
    before = _plan_type_facts(work, own) if own is not None else {}
    if own is None:
        own = PlanType(plan_id=row.id, type_id=kind.type_id)
        work.session.add(own)
    step = smallest(plan.currency)
    own.least, own.most = _rounded(order.least, step), _rounded(order.most, step)
    own.most_adults, own.extra_child = order.most_adults, _rounded(order.extra_child, step) or Decimal(0)
    work.session.flush()
    _set_adults(work, own, order.for_adults, step)
    after = {"type": kind.code, **_plan_type_facts(work, own)}
    if before:
        before = {"type": kind.code, **before}
    return told(work, happenings.PlanTypeSet, row.id, order.property_id, plan.code, (before, after), by)


def _plan_by_code(work: UnitOfWork, property_id: int, code: str) -> RatePlan | None:
    if code == STANDARD:
        return service.locked_plan(work, property_id, None)
    query = select(RatePlan).where(RatePlan.property_id == property_id, RatePlan.code == code).with_for_update()
    return work.session.scalars(query).one_or_none()


def _refuse_wrong_plan(about: queries.House, order: commands.SetPlan, plan: RatePlan | None) -> None:
    for type_id in order.type_ids or ():
        about.type(type_id)
    if not order.name.strip():
        raise errors.WrongValue(field="name", value=order.name, why="blank")
    derived = order.parent_id is not None
    if order.code == STANDARD and (
        derived or order.type_ids is not None or not order.active or order.currency is not None
    ):
        raise errors.StandardPlan(plan=order.code)
    if not derived and (order.percent or order.amount):
        raise errors.WrongValue(field="percent" if order.percent else "amount", value="", why="no_parent")
    if not LEAST_PERCENT < order.percent <= MOST_PERCENT:
        raise errors.WrongValue(field="percent", value=str(order.percent), why="not_possible")
    if abs(order.amount) >= MOST_PRICE:
        raise errors.WrongValue(field="amount", value=str(order.amount), why="not_possible")
    if derived:
        _refuse_wrong_parent(about, order, plan)
    if plan is not None and not order.active:
        children = [one.code for one in about.plans if one.parent_id == plan.id and one.active]
        if children:
            raise errors.PlanInUse(plan=plan.code, children=children)
    much = order.percent <= _HARDLY_ANYTHING or order.percent >= _TENFOLD
    same = plan is not None and plan.percent == order.percent
    if much and not same and not order.confirmed:
        raise errors.NeedsConfirming(plan=order.code, percent=order.percent)


def _refuse_wrong_parent(about: queries.House, order: commands.SetPlan, plan: RatePlan | None) -> None:
    parent = about.plan(order.parent_id)
    if plan is not None and plan.id in {one.plan_id for one in about.chain(parent)}:
        raise errors.DerivesFromItself(plan=order.code, parent=parent.code)
    if parent.currency != (order.currency or about.currency):
        raise errors.OtherCurrency(plan=order.code, parent=parent.code)


def _sell_only(work: UnitOfWork, plan_id: int, type_ids: tuple[int, ...]) -> None:
    """Let the plan sell just these types; what was set for the others goes with them, but not their days."""
    gone = (PlanType.plan_id == plan_id, PlanType.type_id.not_in(type_ids))
    others = (OccupancyPrice.plan_id == plan_id, OccupancyPrice.type_id.not_in(type_ids))
    work.session.execute(delete(OccupancyPrice).where(*others))
    work.session.execute(delete(PlanType).where(*gone))
    sold = set(work.session.scalars(select(PlanType.type_id).where(PlanType.plan_id == plan_id)))
    work.session.add_all(
        PlanType(plan_id=plan_id, type_id=type_id, extra_child=Decimal(0)) for type_id in set(type_ids) - sold
    )
    work.session.flush()


def _refuse_wrong_plan_type(order: commands.SetPlanType) -> None:
    for key, value in (("least", order.least), ("most", order.most)):
        if value is not None and not 0 < value < MOST_PRICE:
            raise errors.WrongValue(field=key, value=str(value), why="not_possible")
    if order.least is not None and order.most is not None and order.most < order.least:
        raise errors.WrongValue(field="most", value=str(order.most), why="backwards")
    if not 0 <= order.extra_child < MOST_PRICE:
        raise errors.WrongValue(field="extra_child", value=str(order.extra_child), why="not_possible")
    if order.most_adults is not None and order.most_adults < 1:
        raise errors.WrongValue(field="most_adults", value=str(order.most_adults), why="not_possible")
    for adults, own in order.for_adults.items():
        wrong = own.price is not None and not 0 < own.price < MOST_PRICE
        if adults < 1 or wrong or abs(own.delta) >= MOST_PRICE:
            raise errors.WrongValue(field="for_adults", value=str(adults), why="not_possible")


def _set_adults(work: UnitOfWork, own: PlanType, wanted: Mapping[int, ForAdults], step: Decimal) -> None:
    work.session.execute(
        delete(OccupancyPrice).where(OccupancyPrice.plan_id == own.plan_id, OccupancyPrice.type_id == own.type_id)
    )
    work.session.add_all(
        OccupancyPrice(
            plan_id=own.plan_id, type_id=own.type_id, adults=adults, price=_rounded(one.price, step),
            delta=None if one.price is not None else _rounded(one.delta, step),
        )
        for adults, one in wanted.items()
    )  # fmt: skip
    work.session.flush()


def _plan_facts(work: UnitOfWork, plan: RatePlan) -> dict[str, object]:
    sold = select(PlanType.type_id).where(PlanType.plan_id == plan.id).order_by(PlanType.type_id)
    types = None if plan.every_type else list(work.session.scalars(sold))
    return {**facts(plan), "types": types}


def _plan_type_facts(work: UnitOfWork, own: PlanType) -> dict[str, object]:
    query = select(OccupancyPrice).where(OccupancyPrice.plan_id == own.plan_id, OccupancyPrice.type_id == own.type_id)
    adults = {
        str(one.adults): {"price": plain(one.price), "delta": plain(one.delta)}
        for one in work.session.scalars(query.order_by(OccupancyPrice.adults))
    }
    return {**facts(own), "for_adults": adults}


def _rounded(amount: Decimal | None, step: Decimal) -> Decimal | None:
    return None if amount is None else amount.quantize(step, ROUND_HALF_EVEN)
