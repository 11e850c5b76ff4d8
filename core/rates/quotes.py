"""What a stay costs in a plan, why, and whether the plan sells it; and the grid of prices over many nights."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from core.rates import queries, restrictions, rules
from core.rates.errors import NoPrice, PlanNotSold, TooManyAdults
from core.rates.restrictions import LOOKED_AROUND, Breach
from core.rates.views import Guests, Plan, Priced, Restriction, Step, Tariff
from core.values.nights import Nights


@dataclass(frozen=True, slots=True)
class Quote:
    """What a stay costs. `steps` explain each night's price, in the order of `nights`.

    `breaches` are the restrictions that refuse the stay, none when it is sold; `instead` is then the nearest stay
    that would be sold. A person may sell it all the same.
    """

    plan: Plan
    type_id: int
    nights: tuple[tuple[date, Decimal], ...]
    total: Decimal
    currency: str
    steps: tuple[tuple[Step, ...], ...]
    guests: Guests
    breaches: tuple[Breach, ...] = ()
    instead: Nights | None = None

    @property
    def sold(self) -> bool:
        """Whether no restriction refuses the stay."""
        return not self.breaches


@dataclass(frozen=True, slots=True)
class Cell:
    """One type and night of a plan: its price with how it came about (None: it has none), and what holds."""

    type_id: int
    night: date
    priced: Priced | None
    restriction: Restriction


def quote(  # noqa: PLR0913, PLR0917 - a stay is asked for in one go.
    session: Session,
    property_id: int,
    type_id: int,
    nights: Nights,
    adults: int | None,
    children: int,
    plan_id: int | None,
    today: date,
) -> Quote:
    """What the nights cost in one room of a type; `plan_id` None is the standard plan, `adults` None the usual number.

    Raises `NoSuchPlan`, `NoSuchType`, `PlanNotSold`, `TooManyAdults`, or `NoPrice` for the first night that has none.
    """
    about = queries.house(session, property_id)
    plan = about.plan(plan_id)
    about.type(type_id)
    _refuse_unsold(session, about, plan, type_id)
    found = queries.tariffs(
        session, about, plan, [type_id], nights.arrival - LOOKED_AROUND, nights.departure + LOOKED_AROUND
    )
    return of_tariff(found[type_id], nights, Guests(adults, children), today)


def of_tariff(tariff: Tariff, nights: Nights, guests: Guests, today: date) -> Quote:
    """The quote as a loaded tariff gives it. Pure."""
    if tariff.most_adults is not None and (guests.adults or 0) > tariff.most_adults:
        raise TooManyAdults(adults=guests.adults, most=tariff.most_adults)
    plan = tariff.sold_in
    priced: list[tuple[date, Priced]] = []
    for night in nights:
        one = rules.price(tariff, night, guests, today)
        if one is None or not one.price:
            raise NoPrice(night=night, plan=plan.code, type_id=tariff.type_id)
        priced.append((night, one))
    refused = restrictions.breaches(tariff, nights)
    return Quote(
        plan=plan,
        type_id=tariff.type_id,
        nights=tuple((night, one.price) for night, one in priced),
        total=sum((one.price for _, one in priced), Decimal(0)),
        currency=plan.currency,
        steps=tuple(one.steps for _, one in priced),
        guests=guests,
        breaches=refused,
        instead=restrictions.instead(tariff, nights, today) if refused else None,
    )


def grid(
    session: Session,
    property_id: int,
    nights: Nights,
    plan_id: int | None = None,
    type_ids: Collection[int] | None = None,
    *,
    today: date,
) -> tuple[Plan, tuple[Cell, ...]]:
    """A plan's prices and restrictions by type and night, whoever stays; `type_ids` None: all that the plan sells."""
    about = queries.house(session, property_id)
    plan = about.plan(plan_id)
    sold = [one.type_id for one in queries.sold_types(session, about, plan)]
    wanted = sold if type_ids is None else [about.type(type_id).type_id for type_id in type_ids]
    last = nights.departure
    found = queries.tariffs(session, about, plan, [one for one in wanted if one in sold], nights.arrival, last)
    usual = Guests()
    return plan, tuple(
        Cell(type_id, night, rules.price(tariff, night, usual, today), restrictions.restriction(tariff, night))
        for type_id, tariff in found.items()
        for night in nights
    )


def _refuse_unsold(session: Session, about: queries.House, plan: Plan, type_id: int) -> None:
    sold = {one.type_id for one in queries.sold_types(session, about, plan)}
    if not plan.active or type_id not in sold:
        raise PlanNotSold(plan=plan.code, type_id=type_id)
