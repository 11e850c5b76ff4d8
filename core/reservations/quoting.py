"""What a room costs whose price nobody named: what the standard plan asks for each of its nights, or nothing."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from core.db.work import UnitOfWork
from core.rates import errors, quotes
from core.rates.views import Guests
from core.values.nights import Nights

_UNPRICED = (errors.NoPrice, errors.NoSuchPlan, errors.PlanNotSold, errors.TooManyAdults)


class PricedBy(StrEnum):
    """Who named the prices of a room that was booked."""

    GIVEN = "given"
    """Whoever booked it."""
    RATES = "rates"
    """The house's own rates, for want of others."""
    NOBODY = "nobody"
    """It has none, until somebody says one."""


def quoted(
    work: UnitOfWork, property_id: int, type_id: int, nights: Nights, guests: Guests, currency: str, today: date
) -> tuple[tuple[date, Decimal], ...]:
    """The price of every night in the standard plan; empty unless all of them have one, in `currency`.

    Restrictions refuse nobody here: a person booked it.
    """
    try:
        quote = quotes.quote(work.session, property_id, type_id, nights, guests.adults, guests.children, None, today)
    except _UNPRICED:
        return ()
    return quote.nights if quote.currency == currency else ()
