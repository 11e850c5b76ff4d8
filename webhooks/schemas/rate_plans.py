"""Rate plans, how they sell types, pricing rules, seasons and the weekend."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Self

from pydantic import ConfigDict, Field

from core.rates.lists import PlanView, RuleView, SeasonView, SoldTypeView
from core.rates.views import ForAdults, RuleKind
from core.values.weekdays import CODES
from webhooks.schemas.base import Amount, Answer, Code, Day, Key, Name, Order

MOST_TYPES = 200
MOST_ADULTS = 50
Signed = Annotated[
    str,
    Field(pattern=r"^-?[0-9]{1,11}(\.[0-9]{1,3})?$", description="A decimal number as text.", examples=["-10"]),
]
Weekdays = Annotated[
    tuple[Annotated[str, Field(json_schema_extra={"enum": list(CODES)}, max_length=9)], ...], Field(max_length=7)
]
Types = Annotated[tuple[Key, ...], Field(max_length=MOST_TYPES)]
Adults = Annotated[int, Field(ge=1, le=MOST_ADULTS)]
_Short = Annotated[Name, Field(max_length=80)]


class AdultsPrice(Order):
    """What so many adults pay: a price of their own, or so much more or less than the night's."""

    adults: Adults
    price: Amount | None = None
    delta: Signed | None = None
    """Not read where there is a price."""

    @property
    def own(self) -> ForAdults:
        """As prices are made of it."""
        return ForAdults(Decimal(self.price) if self.price is not None else None, Decimal(self.delta or 0))

    @classmethod
    def of(cls, adults: int, own: ForAdults) -> Self:
        """As JSON."""
        return cls(adults=adults, price=_text(own.price), delta=None if own.price is not None else _text(own.delta))


class PlanTypeAnswer(Answer):
    """How a plan sells one room type."""

    room_type_id: int
    least: str | None
    """Its price is never less."""
    most: str | None
    most_adults: int | None
    extra_child: str
    for_adults: list[AdultsPrice]

    @classmethod
    def of(cls, view: SoldTypeView) -> Self:
        """The view as JSON."""
        adults = [AdultsPrice.of(adults, own) for adults, own in view.for_adults.items()]
        return cls(
            room_type_id=view.type_id, least=_text(view.least), most=_text(view.most), most_adults=view.most_adults,
            extra_child=_text(view.extra_child) or "0", for_adults=adults,
        )  # fmt: skip


class PlanTypeOrder(Order):
    """How a plan shall sell a room type, all of it: what is left out is not set any more."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"least": "3000", "for_adults": [{"adults": 1, "delta": "-500"}]}]}
    )

    least: Amount | None = None
    most: Amount | None = None
    most_adults: Adults | None = None
    extra_child: Amount = "0"
    for_adults: Annotated[tuple[AdultsPrice, ...], Field(max_length=MOST_ADULTS)] = ()


class RatePlanAnswer(Answer):
    """A rate plan."""

    id: int
    property_id: int
    code: str = Field(examples=["standard"])
    name: str
    currency: str = Field(examples=["KES"])
    parent_id: int | None
    """The plan whose prices it makes its own of."""
    percent: str = Field(examples=["-10"])
    """How much more, or less, than its parent's; then `amount` is added."""
    amount: str
    every_type: bool
    """Whether it sells every room type; else those in `types`."""
    active: bool
    types: list[PlanTypeAnswer]
    """The room types about which something was said."""

    @classmethod
    def of(cls, view: PlanView) -> Self:
        """The view as JSON."""
        return cls(
            id=view.plan_id, property_id=view.property_id, code=view.code, name=view.name, currency=view.currency,
            parent_id=view.parent_id, percent=_text(view.percent) or "0", amount=_text(view.amount) or "0",
            every_type=view.every_type, active=view.active, types=[PlanTypeAnswer.of(one) for one in view.types],
        )  # fmt: skip


class RatePlanOrder(Order):
    """A rate plan as it shall be, all of it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"property_id": 1, "code": "nr", "name": "Non-refundable", "parent_id": 1, "percent": "-10"},
            ]
        }
    )

    property_id: Key
    code: Code
    """Of the plan that is made, or is changed when there is one with it."""
    name: Name
    parent_id: Key | None = None
    percent: Signed = "0"
    amount: Signed = "0"
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None
    """ISO 4217; the property's."""
    room_type_ids: Types | None = None
    """What it sells; every room type."""
    active: bool = True
    confirmed: bool = False
    """Needed where a tenth of the parent's price is left, or ten times as much."""


class SeasonAnswer(Answer):
    """Nights with a name."""

    id: int
    property_id: int
    name: str
    first_night: date
    last_night: date
    yearly: bool

    @classmethod
    def of(cls, view: SeasonView) -> Self:
        """The view as JSON."""
        one = view.season
        return cls(
            id=one.season_id, property_id=view.property_id, name=one.name, first_night=one.first_night,
            last_night=one.last_night, yearly=one.yearly,
        )  # fmt: skip


class SeasonOrder(Order):
    """A season to be made, or to be changed when there is one of this name."""

    property_id: Key
    name: _Short
    first_night: Day
    last_night: Day
    yearly: bool = False
    """In every year, whichever the nights name."""


class RuleAnswer(Answer):
    """A pricing rule."""

    id: int
    property_id: int
    kind: RuleKind
    name: str | None
    rate_plan_id: int | None
    """Null: every plan that is not derived."""
    room_type_id: int | None
    """Null: every one."""
    season_id: int | None
    within_days: int | None
    from_percent: int | None
    price: str | None
    percent: str
    amount: str
    priority: int
    active: bool

    @classmethod
    def of(cls, view: RuleView) -> Self:
        """The view as JSON."""
        one, change = view.rule, view.rule.adjustment
        return cls(
            id=one.rule_id, property_id=view.property_id, kind=one.kind, name=one.name, rate_plan_id=one.plan_id,
            room_type_id=one.type_id, season_id=one.season.season_id if one.season else None,
            within_days=one.within_days, from_percent=one.from_percent, price=_text(change.price),
            percent=_text(change.percent) or "0", amount=_text(change.amount) or "0", priority=one.priority,
            active=view.active,
        )  # fmt: skip


class RuleChange(Order):
    """A pricing rule as it shall be, all of it."""

    kind: RuleKind
    name: _Short | None = None
    rate_plan_id: Key | None = None
    room_type_id: Key | None = None
    season_id: Key | None = None
    within_days: Annotated[int, Field(ge=0, le=365)] | None = None
    from_percent: Annotated[int, Field(ge=1, le=100)] | None = None
    price: Amount | None = None
    percent: Signed = "0"
    amount: Signed = "0"
    priority: Annotated[int, Field(ge=-1000, le=1000)] = 0
    active: bool = True


class RuleOrder(RuleChange):
    """A pricing rule to be made."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"property_id": 1, "kind": "weekend", "percent": "15"}]})

    property_id: Key


class WeekendOrder(Order):
    """Which nights are the weekend's."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"days": ["fr", "sa"]}]})

    days: Annotated[Weekdays, Field(min_length=1)]


class WeekendAnswer(Answer):
    """Which nights are the weekend's."""

    property_id: int
    days: list[str]


def _text(amount: Decimal | None) -> str | None:
    """An amount without noughts behind it."""
    return None if amount is None else f"{amount.normalize():f}"
