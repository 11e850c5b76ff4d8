"""What happens to prices. Money stands in the facts as text, since JSON's numbers are not exact."""

from dataclasses import dataclass
from typing import ClassVar

from core.events.service import Happening


@dataclass(frozen=True, slots=True)
class RatesSet(Happening):
    """What was set for nights of a plan, before and after, as runs of equal nights by type.

    A run is `[first night, last night, {field: value}]`, its fields those that changed; `skipped` are runs of nights
    that were left closed, with the reason.
    """

    kind: ClassVar[str] = "rates.set"
    subject: ClassVar[str] = "rate_plan"

    plan: str
    fields: tuple[str, ...]
    before: dict[str, list[object]]
    after: dict[str, list[object]]
    skipped: list[object]
    first: str
    last: str
    days: list[str]
    """The weekdays it was about: a run's nights are those among them."""


@dataclass(frozen=True, slots=True)
class Changed(Happening):
    """Something about prices was made or changed: what differs, as it was (empty when it is new) and as it is."""

    name: str
    before: dict[str, object]
    after: dict[str, object]


@dataclass(frozen=True, slots=True)
class PlanSet(Changed):
    """A rate plan was made or changed."""

    kind: ClassVar[str] = "rates.plan_set"
    subject: ClassVar[str] = "rate_plan"


@dataclass(frozen=True, slots=True)
class PlanTypeSet(Changed):
    """How a plan sells a type was changed: guard rails, what guests pay."""

    kind: ClassVar[str] = "rates.plan_type_set"
    subject: ClassVar[str] = "rate_plan"


@dataclass(frozen=True, slots=True)
class RuleSet(Changed):
    """A pricing rule was made or changed."""

    kind: ClassVar[str] = "rates.rule_set"
    subject: ClassVar[str] = "pricing_rule"


@dataclass(frozen=True, slots=True)
class SeasonSet(Changed):
    """A season was made or changed."""

    kind: ClassVar[str] = "rates.season_set"
    subject: ClassVar[str] = "season"


@dataclass(frozen=True, slots=True)
class WeekendSet(Changed):
    """Other nights are the weekend's from now on."""

    kind: ClassVar[str] = "rates.weekend_set"
    subject: ClassVar[str] = "property"
