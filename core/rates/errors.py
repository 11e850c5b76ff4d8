"""Why a price cannot be told or changed."""

from core.errors import Invalid, NotFound, Refused


class NoSuchPlan(NotFound):
    """The property has no rate plan of this id or code. Facts: `plan`."""


class NoSuchType(NotFound):
    """The property has no room type of this id or code. Facts: `type`."""


class NoSuchSeason(NotFound):
    """The property has no season of this id or name. Facts: `season`."""


class NoSuchRule(NotFound):
    """The property has no pricing rule of this id. Facts: `rule_id`."""


class PlanNotSold(Refused):
    """The plan does not sell this type, or is not sold at all any more. Facts: `plan`, `type_id`."""


class NoPrice(Refused):
    """Nothing says what a night costs, or what is said leaves nothing. Facts: `night`, `plan`, `type_id`."""


class TooManyAdults(Refused):
    """More adults than the plan sells the type to. Facts: `adults`, `most`."""


class WrongValue(Invalid):
    """A value makes no sense. Facts: `field`, `value`, `why`."""


class NothingSaid(Invalid):
    """The edit changes nothing: it names no field, no type, or no night. Facts: `missing`."""


class NightsOver(Invalid):
    """The edit begins before the business day. Facts: `first`, `today`."""


class BeyondHorizon(Invalid):
    """The edit goes beyond the last night that can be sold. Facts: `last`, `most`."""


class OutsideRails(Refused):
    """The price is not between the guard rails. Facts: `type_id`, `type`, `price`, `least`, `most`, `currency`."""


class NeedsConfirming(Refused):
    """A price becomes ten times as high or low, or a plan loses almost all of its parent's: say it again, confirmed.

    Facts: `type_id`, `type`, `night`, `before`, `after`, `currency`, `count` of nights that change so much.
    """


class DerivesFromItself(Refused):
    """A plan would be derived from itself. Facts: `plan`, `parent`."""


class OtherCurrency(Refused):
    """A plan cannot be derived from one in another currency. Facts: `plan`, `parent`."""


class StandardPlan(Refused):
    """The standard plan stays: it sells every type, is derived from nothing and is always sold. Facts: `plan`."""


class PlanInUse(Refused):
    """Others that are sold are derived from the plan. Facts: `plan`, `children`."""
