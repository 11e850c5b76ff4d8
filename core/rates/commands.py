"""What can be asked for about prices. Imperative, frozen, made of ids and values. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal

from core.rates.views import Adjustment, DayRate, ForAdults, Range, RuleKind


@dataclass(frozen=True, slots=True)
class SetRates:
    """Set what `values` says, and nothing else, on the nights of `range` for these types; none named: all it sells."""

    property_id: int
    range: Range
    values: DayRate
    plan_id: int | None = None
    """None: the standard plan."""
    type_ids: tuple[int, ...] = ()
    confirmed: bool = False
    """Whether somebody said that a price which becomes ten times as high or low is meant."""

    @property
    def said(self) -> dict[str, object]:
        """The fields of `values` that were said."""
        named = {one.name: getattr(self.values, one.name) for one in fields(self.values)}
        return {name: value for name, value in named.items() if value is not None}


@dataclass(frozen=True, slots=True)
class SetPlan:
    """Make the plan with this code or change it to just this. `type_ids` None: it sells every type."""

    property_id: int
    code: str
    name: str
    parent_id: int | None = None
    percent: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)
    currency: str | None = None
    type_ids: tuple[int, ...] | None = None
    active: bool = True
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class SetPlanType:
    """Set how a plan sells one type: its guard rails and what so many adults and each child pay."""

    property_id: int
    plan_id: int | None
    type_id: int
    least: Decimal | None = None
    most: Decimal | None = None
    most_adults: int | None = None
    extra_child: Decimal = Decimal(0)
    for_adults: Mapping[int, ForAdults] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SetRule:
    """Make a pricing rule, or change the one of `rule_id` to just this."""

    property_id: int
    kind: RuleKind
    adjustment: Adjustment
    rule_id: int | None = None
    name: str | None = None
    plan_id: int | None = None
    type_id: int | None = None
    season_id: int | None = None
    within_days: int | None = None
    from_percent: int | None = None
    priority: int = 0
    active: bool = True


@dataclass(frozen=True, slots=True)
class SetSeason:
    """Make the season of this name, or change its nights: from `first_night` through `last_night`."""

    property_id: int
    name: str
    first_night: date
    last_night: date
    yearly: bool = False


@dataclass(frozen=True, slots=True)
class SetWeekend:
    """Say which nights are the weekend's: weekdays, Monday 0."""

    property_id: int
    days: frozenset[int]


@dataclass(frozen=True, slots=True)
class UndoRates:
    """Take back an edit of rates, named by its event."""

    event_id: int
