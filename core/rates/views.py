"""What prices and restrictions are made of, as frozen rows. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from core.values.weekdays import EVERY_DAY

STANDARD = "standard"
"""The code of the plan that every property has: each type at its usual rate."""


class RuleKind(StrEnum):
    """What a pricing rule looks at, in the order in which the kinds are applied; of each kind one rule at most."""

    BASE = "base"
    """Another price to start from than the type's own."""
    SEASON = "season"
    WEEKEND = "weekend"
    OCCUPANCY_STEP = "occupancy_step"
    """From so many percent of the type's rooms sold."""
    LAST_MINUTE = "last_minute"
    """Nights that begin within so many days."""


class StepKind(StrEnum):
    """What a step of an explained price did."""

    USUAL = "usual"
    """The type's own rate."""
    SET = "set"
    """Somebody set this night's price: no rule changes it."""
    RULE = "rule"
    DERIVED = "derived"
    ADULTS = "adults"
    CHILDREN = "children"
    LEAST = "least"
    MOST = "most"


@dataclass(frozen=True, slots=True)
class Season:
    """Nights from `first_night` through `last_night`; `yearly`: in every year, whichever those name."""

    season_id: int
    name: str
    first_night: date
    last_night: date
    yearly: bool = False

    def has(self, night: date) -> bool:
        """Whether `night` is in it."""
        if not self.yearly:
            return self.first_night <= night <= self.last_night
        first, last = _day(self.first_night), _day(self.last_night)
        if first <= last:
            return first <= _day(night) <= last
        return _day(night) >= first or _day(night) <= last


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A new price, or a change of the one before: first by percent, then by an amount."""

    price: Decimal | None = None
    percent: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Rule:
    """A pricing rule; without a plan or a type it holds for all of them."""

    rule_id: int
    kind: RuleKind
    adjustment: Adjustment
    plan_id: int | None = None
    type_id: int | None = None
    season: Season | None = None
    within_days: int | None = None
    from_percent: int | None = None
    priority: int = 0
    name: str | None = None

    @property
    def rank(self) -> tuple[int, int, int, int]:
        """The smallest of those that match is applied: priority first, then the narrowest, then the oldest."""
        return (-self.priority, self.within_days or 0, -(self.from_percent or 0), self.rule_id)


@dataclass(frozen=True, slots=True)
class Rails:
    """Between what a plan's price of a type must stay."""

    least: Decimal | None = None
    most: Decimal | None = None


@dataclass(frozen=True, slots=True)
class DayRate:
    """What was set for one night; None: nothing, so that the parent plan's holds, or the usual."""

    price: Decimal | None = None
    min_stay_arrival: int | None = None
    min_stay_through: int | None = None
    max_stay: int | None = None
    """0: no limit."""
    closed_to_arrival: bool | None = None
    closed_to_departure: bool | None = None
    stop_sell: bool | None = None


@dataclass(frozen=True, slots=True)
class Restriction:
    """What holds for one night, nothing left open; a `max_stay` of 0 is no limit."""

    min_stay_arrival: int = 1
    min_stay_through: int = 1
    max_stay: int = 0
    closed_to_arrival: bool = False
    closed_to_departure: bool = False
    stop_sell: bool = False


@dataclass(frozen=True, slots=True)
class ForAdults:
    """What so many adults pay: a price of their own, or more or less than the night's."""

    price: Decimal | None = None
    delta: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Plan:
    """A rate plan; `plan_id` None is the standard plan of a property that has not stored it yet."""

    plan_id: int | None
    code: str
    name: str
    currency: str
    parent_id: int | None = None
    percent: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)
    every_type: bool = True
    active: bool = True


@dataclass(frozen=True, slots=True)
class Level:
    """One plan of a chain, as it prices one type: how it is made of its parent, and what was set in it by night."""

    plan: Plan
    rails: Rails = Rails()
    days: Mapping[date, DayRate] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tariff:
    """All that one plan's prices of one type come from; `levels` from the plan that has no parent to the one sold."""

    type_id: int
    levels: tuple[Level, ...]
    smallest: Decimal
    """The currency's smallest amount (1 for UGX, 0.01 for KES), to which every step is rounded half-even."""
    base_rate: Decimal | None = None
    rules: tuple[Rule, ...] = ()
    weekend: frozenset[int] = frozenset()
    for_adults: Mapping[int, ForAdults] = field(default_factory=dict)
    extra_child: Decimal = Decimal(0)
    most_adults: int | None = None
    sold_percent: Mapping[date, int] = field(default_factory=dict)
    """How many percent of the type's rooms are sold by night, where it matters to a rule."""

    @property
    def sold_in(self) -> Plan:
        """The plan whose tariff it is."""
        return self.levels[-1].plan


@dataclass(frozen=True, slots=True)
class Step:
    """One step to a price: `by` was added to what stood before it, which gave `price`."""

    kind: StepKind
    by: Decimal
    price: Decimal
    rule: RuleKind | None = None
    name: str | None = None
    """The season's, rule's or plan's."""
    percent: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Priced:
    """The price of one night, and how it came about: the steps add up to it."""

    price: Decimal
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Guests:
    """Who stays in one room; adults None: as many as the price is usually for."""

    adults: int | None = None
    children: int = 0


@dataclass(frozen=True, slots=True)
class Range:
    """The nights an edit is about: from `first` through `last`, those that begin on one of `days`."""

    first: date
    last: date
    days: frozenset[int] = EVERY_DAY


def _day(night: date) -> tuple[int, int]:
    return night.month, night.day
