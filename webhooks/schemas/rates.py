"""Prices and restrictions by night, and quotes."""

from datetime import date
from typing import Annotated, Self

from pydantic import ConfigDict, Field

from core.rates.editing import MOST_STAY, Skipped, Why
from core.rates.quotes import Cell, Quote
from core.rates.restrictions import Breach, Limit
from core.rates.service import RatesChange
from core.rates.views import RuleKind, Step, StepKind
from webhooks.schemas.base import Amount, Answer, Day, Key, Order
from webhooks.schemas.rate_plans import MOST_ADULTS, Adults, Types, Weekdays

_Stay = Annotated[int, Field(ge=1, le=MOST_STAY)]


class RatesOrder(Order):
    """What is to be set on a range of nights, in one plan; what is left out stays as it is."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "property_id": 1, "room_type_ids": [1], "first": "2026-12-18", "last": "2027-01-04",
                    "days": ["fr", "sa"], "price": "6000.00", "min_stay_arrival": 2,
                },
            ]
        }
    )  # fmt: skip

    property_id: Key
    rate_plan_id: Key | None = None
    """The standard plan."""
    room_type_ids: Types = ()
    """All that the plan sells."""
    first: Day
    last: Day
    """The last night, which is set too."""
    days: Weekdays = ()
    """Only nights that begin on one of these weekdays: `mo` to `su`; all."""
    price: Amount | None = None
    min_stay_arrival: _Stay | None = None
    min_stay_through: _Stay | None = None
    max_stay: Annotated[int, Field(ge=0, le=MOST_STAY)] | None = None
    """0: no limit."""
    closed_to_arrival: bool | None = None
    closed_to_departure: bool | None = None
    stop_sell: bool | None = None
    confirmed: bool = False
    """Needed where a price becomes ten times as high or as low."""


class SkippedNight(Answer):
    """A night that was left closed although the order opens it."""

    room_type_id: int
    night: date
    why: Why
    """`reserved`: nothing is left of the type; `stopped`: the inventory has stopped it, whatever the plan."""

    @classmethod
    def of(cls, one: Skipped) -> Self:
        """The night as JSON."""
        return cls(room_type_id=one.type_id, night=one.night, why=one.why)


class RatesAnswer(Answer):
    """What an order came to."""

    rate_plan_id: int
    changed: int
    """How many nights of room types differ from before."""
    skipped: list[SkippedNight]
    event_id: int | None
    """The event that tells of it; null when nothing differs."""

    @classmethod
    def of(cls, done: RatesChange) -> Self:
        """The change as JSON."""
        return cls(
            rate_plan_id=done.plan.plan_id or 0, changed=done.changed, event_id=done.event_id,
            skipped=[SkippedNight.of(one) for one in done.skipped],
        )  # fmt: skip


class StepAnswer(Answer):
    """One step to a price."""

    kind: StepKind
    by: str
    """What it added, or took off."""
    price: str
    """What stood after it."""
    rule: RuleKind | None
    name: str | None
    """The season's, rule's or plan's; for guests, how many."""

    @classmethod
    def of(cls, step: Step) -> Self:
        """The step as JSON."""
        return cls(kind=step.kind, by=str(step.by), price=str(step.price), rule=step.rule, name=step.name)


class NightRate(Answer):
    """A room type on one night of a plan: its price, if it has one, and what holds for stays."""

    room_type_id: int
    night: date
    price: str | None
    min_stay_arrival: int
    min_stay_through: int
    max_stay: int
    closed_to_arrival: bool
    closed_to_departure: bool
    stop_sell: bool

    @classmethod
    def of(cls, cell: Cell) -> Self:
        """The cell as JSON."""
        held = cell.restriction
        return cls(
            room_type_id=cell.type_id, night=cell.night, price=str(cell.priced.price) if cell.priced else None,
            min_stay_arrival=held.min_stay_arrival, min_stay_through=held.min_stay_through, max_stay=held.max_stay,
            closed_to_arrival=held.closed_to_arrival, closed_to_departure=held.closed_to_departure,
            stop_sell=held.stop_sell,
        )  # fmt: skip


class RatesGrid(Answer):
    """A plan's prices and restrictions, by room type and night."""

    rate_plan_id: int | None
    """Null: the standard plan, in which nothing was ever set."""
    currency: str
    items: list[NightRate]


class QuoteOrder(Order):
    """A stay in one room of a type."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"property_id": 1, "room_type_id": 1, "arrival": "2026-12-18", "departure": "2026-12-20", "adults": 2},
            ]
        }
    )

    property_id: Key
    room_type_id: Key
    arrival: Day
    departure: Day
    adults: Adults | None = None
    """As many as the price is usually for."""
    children: Annotated[int, Field(ge=0, le=MOST_ADULTS)] = 0
    rate_plan_id: Key | None = None


class QuotedNight(Answer):
    """What one night costs, and why: the steps add up to it."""

    night: date
    price: str
    steps: list[StepAnswer]


class BreachAnswer(Answer):
    """A restriction that refuses the stay."""

    limit: Limit
    day: date
    nights: int | None
    """How many it wants at least, or allows at most."""

    @classmethod
    def of(cls, breach: Breach) -> Self:
        """The breach as JSON."""
        return cls(limit=breach.limit, day=breach.day, nights=breach.nights)


class OtherStay(Answer):
    """The nearest stay that no restriction refuses."""

    arrival: date
    departure: date


class QuoteAnswer(Answer):
    """What a stay costs; whether there is room is the inventory's to say."""

    rate_plan_id: int | None
    room_type_id: int
    currency: str
    total: str
    nights: list[QuotedNight]
    sold: bool
    """Whether no restriction refuses the stay."""
    refused_by: list[BreachAnswer]
    instead: OtherStay | None

    @classmethod
    def of(cls, quote: Quote) -> Self:
        """The quote as JSON."""
        nights = [
            QuotedNight(night=night, price=str(price), steps=[StepAnswer.of(step) for step in steps])
            for (night, price), steps in zip(quote.nights, quote.steps, strict=True)
        ]
        other = quote.instead
        return cls(
            rate_plan_id=quote.plan.plan_id, room_type_id=quote.type_id, currency=quote.currency,
            total=str(quote.total), nights=nights, sold=quote.sold,
            refused_by=[BreachAnswer.of(one) for one in quote.breaches],
            instead=OtherStay(arrival=other.arrival, departure=other.departure) if other else None,
        )  # fmt: skip
