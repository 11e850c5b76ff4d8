"""Rate plans, prices and restrictions by night, and quotes."""

from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query

from core.db.work import UnitOfWork
from core.rates import commands, lists, plans, pricing, quotes, service
from core.rates.errors import NoSuchPlan, NoSuchRule, WrongValue
from core.rates.views import Adjustment, DayRate, Range
from core.values.nights import Nights
from core.values.weekdays import codes, weekdays
from webhooks.api.caller import Act, Caller, Calling
from webhooks.api.described import needing
from webhooks.api.paging import Page, Paging
from webhooks.deps import Stored
from webhooks.schemas.base import Day, Key
from webhooks.schemas.rate_plans import (
    PlanTypeOrder,
    RatePlanAnswer,
    RatePlanOrder,
    RuleAnswer,
    RuleChange,
    RuleOrder,
    SeasonAnswer,
    SeasonOrder,
    WeekendAnswer,
    WeekendOrder,
)
from webhooks.schemas.rates import NightRate, QuoteAnswer, QuoteOrder, RatesAnswer, RatesGrid, RatesOrder

MOST_NIGHTS = 366
router = APIRouter(prefix="/api", tags=["rates"])


@router.get("/rate-plans", operation_id="list_rate_plans", **needing(Act.READ_RATES, also=(404,)))
def list_rate_plans(
    caller: Calling, store: Stored, window: Paging, property_id: Key | None = None
) -> Page[RatePlanAnswer]:
    """The rate plans of one property, or of all that the caller knows of."""
    ids = caller.properties(Act.READ_RATES, property_id)
    with store.reading() as session:
        found = lists.plans(session, ids, window.after, window.fetch)
    return window.page(found, lambda one: one.plan_id, RatePlanAnswer.of)


@router.post("/rate-plans", operation_id="set_rate_plan", **needing(Act.CHANGE_RATES, also=(404, 409)))
def set_rate_plan(order: RatePlanOrder, caller: Calling, store: Stored) -> RatePlanAnswer:
    """Make a rate plan, or change the one with this code; the same twice changes nothing."""
    caller.must(order.property_id, Act.CHANGE_RATES)
    wanted = commands.SetPlan(
        order.property_id, order.code, order.name, order.parent_id, Decimal(order.percent), Decimal(order.amount),
        order.currency, order.room_type_ids, order.active, order.confirmed,
    )  # fmt: skip
    with store.unit_of_work() as work:
        done = plans.set_plan(work, wanted, caller.by)
        return _plan(work, done.id)


@router.put(
    "/rate-plans/{rate_plan_id}/room-types/{room_type_id}",
    operation_id="set_rate_plan_type",
    **needing(Act.CHANGE_RATES, also=(404, 409)),
)
def set_rate_plan_type(
    rate_plan_id: Key, room_type_id: Key, order: PlanTypeOrder, caller: Calling, store: Stored
) -> RatePlanAnswer:
    """Set the guard rails of a room type in a plan, and what guests pay."""
    with store.unit_of_work() as work:
        found = lists.plan(work.session, rate_plan_id)
        plan = caller.theirs(found, Act.CHANGE_RATES, NoSuchPlan(plan=rate_plan_id))
        wanted = commands.SetPlanType(
            plan.property_id, rate_plan_id, room_type_id, _amount(order.least), _amount(order.most),
            order.most_adults, Decimal(order.extra_child), {one.adults: one.own for one in order.for_adults},
        )  # fmt: skip
        plans.set_plan_type(work, wanted, caller.by)
        return _plan(work, rate_plan_id)


@router.get("/rates", operation_id="list_rates", **needing(Act.READ_RATES, also=(404,)))
def list_rates(
    property_id: Key,
    arrival: Day,
    departure: Day,
    caller: Calling,
    store: Stored,
    rate_plan_id: Key | None = None,
    room_type_id: Annotated[list[Key] | None, Query(max_length=200, description="Only these; all.")] = None,
) -> RatesGrid:
    """The prices and restrictions of a plan by room type and night, from `arrival` to before `departure`."""
    caller.must(property_id, Act.READ_RATES)
    nights = _nights(arrival, departure)
    with store.reading() as session:
        today = lists.today(session, property_id, store.clock.now())
        plan, cells = quotes.grid(session, property_id, nights, rate_plan_id, room_type_id, today=today)
    return RatesGrid(rate_plan_id=plan.plan_id, currency=plan.currency, items=[NightRate.of(one) for one in cells])


@router.put("/rates", operation_id="set_rates", **needing(Act.CHANGE_RATES, also=(404, 409)))
def set_rates(order: RatesOrder, caller: Calling, store: Stored) -> RatesAnswer:
    """Set prices and restrictions on a range of nights, all or none.

    Nights that are wholly reserved, or that the inventory has stopped, are not opened but named as skipped.
    """
    caller.must(order.property_id, Act.CHANGE_RATES)
    values = DayRate(
        _amount(order.price), order.min_stay_arrival, order.min_stay_through, order.max_stay, order.closed_to_arrival,
        order.closed_to_departure, order.stop_sell,
    )  # fmt: skip
    about = Range(order.first, order.last, weekdays(order.days))
    wanted = commands.SetRates(
        order.property_id, about, values, order.rate_plan_id, order.room_type_ids, order.confirmed
    )
    with store.unit_of_work() as work:
        return RatesAnswer.of(service.set_rates(work, wanted, caller.by))


@router.post("/quotes", operation_id="quote", **needing(Act.READ_RATES, also=(404, 409)))
def quote(order: QuoteOrder, caller: Calling, store: Stored) -> QuoteAnswer:
    """What a stay costs and why, which restrictions refuse it, and the nearest stay that none refuses."""
    caller.must(order.property_id, Act.READ_RATES)
    nights = _nights(order.arrival, order.departure)
    with store.reading() as session:
        today = lists.today(session, order.property_id, store.clock.now())
        found = quotes.quote(
            session, order.property_id, order.room_type_id, nights, order.adults, order.children, order.rate_plan_id,
            today,
        )  # fmt: skip
    return QuoteAnswer.of(found)


@router.get("/seasons", operation_id="list_seasons", **needing(Act.READ_RATES, also=(404,)))
def list_seasons(caller: Calling, store: Stored, window: Paging, property_id: Key | None = None) -> Page[SeasonAnswer]:
    """The seasons of one property, or of all that the caller knows of."""
    ids = caller.properties(Act.READ_RATES, property_id)
    with store.reading() as session:
        found = lists.seasons(session, ids, window.after, window.fetch)
    return window.page(found, lambda one: one.season.season_id, SeasonAnswer.of)


@router.post("/seasons", operation_id="set_season", **needing(Act.CHANGE_RATES, also=(404,)))
def set_season(order: SeasonOrder, caller: Calling, store: Stored) -> SeasonAnswer:
    """Make a season, or give the one of this name other nights."""
    caller.must(order.property_id, Act.CHANGE_RATES)
    wanted = commands.SetSeason(**order.model_dump())
    with store.unit_of_work() as work:
        done = pricing.set_season(work, wanted, caller.by)
        (found,) = lists.seasons(work.session, [order.property_id], done.id - 1, 1)
        return SeasonAnswer.of(found)


@router.get("/pricing-rules", operation_id="list_pricing_rules", **needing(Act.READ_RATES, also=(404,)))
def list_pricing_rules(
    caller: Calling, store: Stored, window: Paging, property_id: Key | None = None
) -> Page[RuleAnswer]:
    """The pricing rules of one property, or of all that the caller knows of; those out of force too."""
    ids = caller.properties(Act.READ_RATES, property_id)
    with store.reading() as session:
        found = lists.rules(session, ids, window.after, window.fetch)
    return window.page(found, lambda one: one.rule.rule_id, RuleAnswer.of)


@router.post(
    "/pricing-rules", operation_id="add_pricing_rule", status_code=201, **needing(Act.CHANGE_RATES, also=(404,))
)
def add_pricing_rule(order: RuleOrder, caller: Calling, store: Stored) -> RuleAnswer:
    """Make a pricing rule."""
    caller.must(order.property_id, Act.CHANGE_RATES)
    with store.unit_of_work() as work:
        return _ruled(work, caller, order.property_id, None, order)


@router.put("/pricing-rules/{rule_id}", operation_id="set_pricing_rule", **needing(Act.CHANGE_RATES, also=(404,)))
def set_pricing_rule(rule_id: Key, order: RuleChange, caller: Calling, store: Stored) -> RuleAnswer:
    """Change a pricing rule to just this."""
    with store.unit_of_work() as work:
        found = lists.rule(work.session, rule_id)
        rule = caller.theirs(found, Act.CHANGE_RATES, NoSuchRule(rule_id=rule_id))
        return _ruled(work, caller, rule.property_id, rule_id, order)


@router.put("/properties/{property_id}/weekend", operation_id="set_weekend", **needing(Act.CHANGE_RATES, also=(404,)))
def set_weekend(property_id: Key, order: WeekendOrder, caller: Calling, store: Stored) -> WeekendAnswer:
    """Say which nights are the weekend's."""
    caller.must(property_id, Act.CHANGE_RATES)
    days = weekdays(order.days)
    with store.unit_of_work() as work:
        pricing.set_weekend(work, commands.SetWeekend(property_id, days), caller.by)
    return WeekendAnswer(property_id=property_id, days=codes(days))


def _ruled(work: UnitOfWork, caller: Caller, property_id: int, rule_id: int | None, order: RuleChange) -> RuleAnswer:
    change = Adjustment(_amount(order.price), Decimal(order.percent), Decimal(order.amount))
    wanted = commands.SetRule(
        property_id, order.kind, change, rule_id, order.name, order.rate_plan_id, order.room_type_id, order.season_id,
        order.within_days, order.from_percent, order.priority, order.active,
    )  # fmt: skip
    done = pricing.set_rule(work, wanted, caller.by)
    found = lists.rule(work.session, done.id)
    assert found is not None  # noqa: S101 - it was set just now.
    return RuleAnswer.of(found)


def _plan(work: UnitOfWork, plan_id: int) -> RatePlanAnswer:
    work.session.flush()
    work.session.expire_all()
    found = lists.plan(work.session, plan_id)
    assert found is not None  # noqa: S101 - it was set just now.
    return RatePlanAnswer.of(found)


def _nights(arrival: Day, departure: Day) -> Nights:
    nights = Nights(arrival, departure)
    if len(nights) > MOST_NIGHTS:
        raise WrongValue(field="departure", value=departure.isoformat(), why="too_long")
    return nights


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
