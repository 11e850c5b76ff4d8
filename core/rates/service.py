"""Rates: setting what nights cost and which stays are sold, on many nights at once.

Edits of one plan wait for each other on its row, so that each judges what the one before it left.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from sqlalchemy import Table, bindparam, select
from sqlalchemy.exc import IntegrityError

from core.clock import business_day
from core.db.prepared import run
from core.db.upsert import insert_or_set
from core.db.work import UnitOfWork
from core.errors import Busy
from core.events import service as events
from core.events.service import By
from core.inventory.models import InventoryDay
from core.properties.models import Property
from core.rates import commands, editing, errors, queries
from core.rates import events as happenings
from core.rates.editing import Edit, Skipped, Spot, Why
from core.rates.models import DailyRate, RatePlan
from core.rates.views import STANDARD, DayRate, Plan, Range
from core.stays.rules import horizon
from core.values import weekdays
from core.values.money import smallest

_RATES: Table = DailyRate.__table__  # type: ignore[assignment]
_FULL = select(
    InventoryDay.type_id, InventoryDay.night, InventoryDay.total, InventoryDay.sold, InventoryDay.blocked,
    InventoryDay.contested, InventoryDay.stop_sell,
).where(
    InventoryDay.type_id.in_(bindparam("types", expanding=True)),
    InventoryDay.night >= bindparam("first"), InventoryDay.night <= bindparam("last"),
)  # fmt: skip
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class RatesChange:
    """What an edit did: how many nights of types differ, and which were left closed. No event: nothing differs."""

    plan: Plan
    event_id: int | None
    range: Range
    type_ids: tuple[int, ...]
    changed: int
    skipped: tuple[Skipped, ...] = ()


def set_rates(work: UnitOfWork, order: commands.SetRates, by: By) -> RatesChange:
    """Set prices and restrictions on a range of nights, in one plan; fields that are not said stay as they are.

    Nights that are wholly reserved or that the inventory has stopped are not opened: they are named as skipped, and
    the edit's other fields are set on them all the same. A price is rounded to the currency's digits.

    Raises `NoSuchPlan`, `NoSuchType`, `PlanNotSold`, `NothingSaid`, `WrongValue`, `NightsOver`, `BeyondHorizon`,
    `OutsideRails`, or `NeedsConfirming` unless the order is confirmed.
    """
    said = order.said
    plan_row = locked_plan(work, order.property_id, order.plan_id)
    about = queries.house(work.session, order.property_id)
    plan = about.plan(plan_row.id)
    today = today_at(work, order.property_id)
    nights = _nights(order.range, today)
    if not said:
        raise errors.NothingSaid(missing="values")
    if order.values.price is not None:
        said["price"] = _rounded(order.values.price, plan.currency)
    editing.must_make_sense(said)
    type_ids = _types(work, about, plan, order.type_ids)
    tariffs = queries.tariffs(work.session, about, plan, type_ids, nights[0], nights[-1])
    if isinstance(price := said.get("price"), Decimal):
        names = {one.type_id: one.name for one in about.types}
        editing.refuse_price(tariffs, names, nights, price, today, confirmed=order.confirmed)
    closed = _closed(work, type_ids, order.range) if said.get("stop_sell") is False else {}
    done = editing.edit(tariffs, nights, said, closed)
    event_id = record(work, plan, order, done, nights, by) if done.after else None
    return RatesChange(plan, event_id, order.range, tuple(type_ids), len(done.after), done.skipped)


def record(
    work: UnitOfWork, plan: Plan, order: commands.SetRates | Range, done: Edit, nights: Sequence[date], by: By
) -> int:
    """Write the nights that differ, and the event that tells of them; its id."""
    assert plan.plan_id is not None  # noqa: S101 - only stored plans are edited.
    write(work, plan.plan_id, done.after)
    about = order if isinstance(order, Range) else order.range
    property_id = work.session.scalars(select(RatePlan.property_id).where(RatePlan.id == plan.plan_id)).one()
    names = _differing(done)
    skipped = [[one.type_id, one.night.isoformat(), one.why.value] for one in done.skipped]
    happening = happenings.RatesSet(
        plan=plan.code, fields=names, first=about.first.isoformat(), last=about.last.isoformat(),
        days=weekdays.codes(about.days), skipped=list(skipped),
        before=editing.as_runs(done.before, names, nights), after=editing.as_runs(done.after, names, nights),
    )  # fmt: skip
    return events.record(work, happening, plan.plan_id, property_id=property_id, by=by)


def write(work: UnitOfWork, plan_id: int, rates: Mapping[Spot, DayRate]) -> None:
    """Set what `rates` says of these nights; the caller has locked the plan."""
    rows = [
        {"plan_id": plan_id, "type_id": type_id, "night": night, **{f: getattr(rate, f) for f in editing.FIELDS}}
        for (type_id, night), rate in rates.items()
    ]
    statement = insert_or_set(work.session, _RATES)
    for start in range(0, len(rows), _CHUNK):
        run(work.session, statement, rows[start : start + _CHUNK])


def locked_plan(work: UnitOfWork, property_id: int, plan_id: int | None) -> RatePlan:
    """The plan, locked for the rest of the transaction; None: the standard one, made if need be."""
    query = select(RatePlan).where(RatePlan.property_id == property_id).with_for_update()
    query = query.where(RatePlan.code == STANDARD if plan_id is None else RatePlan.id == plan_id)
    found = work.session.scalars(query).one_or_none()
    if found is not None:
        return found
    if plan_id is not None:
        raise errors.NoSuchPlan(plan=plan_id)
    return standard(work, property_id)


def standard(work: UnitOfWork, property_id: int) -> RatePlan:
    """The plan that every property has, stored from now on."""
    query = select(RatePlan).where(RatePlan.property_id == property_id, RatePlan.code == STANDARD)
    found = work.session.scalars(query).one_or_none()
    if found is None:
        found = RatePlan(
            property_id=property_id, code=STANDARD, name=STANDARD.capitalize(), percent=Decimal(0), amount=Decimal(0),
            every_type=True, active=True, made_at=work.now,
        )  # fmt: skip
        work.session.add(found)
        try:
            work.session.flush()
        except IntegrityError as error:
            # Somebody else stored it a moment ago.
            raise Busy from error
    return found


def today_at(work: UnitOfWork, property_id: int) -> date:
    """The business day at the property."""
    return business_day(work.now, work.session.get_one(Property, property_id).timezone)


def _nights(asked: Range, today: date) -> list[date]:
    if asked.first < today:
        raise errors.NightsOver(first=asked.first, today=today)
    most = horizon(today) - timedelta(days=1)
    if asked.last > most:
        raise errors.BeyondHorizon(last=asked.last, most=most)
    every = [asked.first + timedelta(days=n) for n in range((asked.last - asked.first).days + 1)]
    nights = weekdays.nights_on(every, asked.days)
    if not nights:
        raise errors.NothingSaid(missing="nights")
    return nights


def _types(work: UnitOfWork, about: queries.House, plan: Plan, asked: Collection[int]) -> list[int]:
    """The types an edit is about, those that were asked for or all that the plan sells."""
    sold = [one.type_id for one in queries.sold_types(work.session, about, plan)]
    for type_id in asked:
        if about.type(type_id).type_id not in sold:
            raise errors.PlanNotSold(plan=plan.code, type_id=type_id)
    wanted = list(dict.fromkeys(asked)) or sold
    if not wanted:
        raise errors.NothingSaid(missing="types")
    return wanted


def _closed(work: UnitOfWork, type_ids: Sequence[int], asked: Range) -> dict[Spot, Why]:
    """The nights that no plan may open."""
    rows = run(work.session, _FULL, {"types": list(type_ids), "first": asked.first, "last": asked.last})
    found: dict[Spot, Why] = {}
    for type_id, night, total, sold, blocked, contested, stopped in rows:
        if stopped:
            found[type_id, night] = Why.STOPPED
        elif sold + blocked + contested >= total:
            found[type_id, night] = Why.RESERVED
    return found


def _differing(done: Edit) -> tuple[str, ...]:
    return tuple(
        name
        for name in editing.FIELDS
        if any(getattr(done.before[spot], name) != getattr(rate, name) for spot, rate in done.after.items())
    )


def _rounded(amount: Decimal, currency: str) -> Decimal:
    if not amount.is_finite() or abs(amount) >= editing.MOST_PRICE:
        raise errors.WrongValue(field="price", value=str(amount), why="not_possible")
    return amount.quantize(smallest(currency), ROUND_HALF_EVEN)
