"""Prices of many nights and types are read in a handful of statements, and made quickly."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from sqlalchemy import Engine, event

from core.rates import quotes
from core.rates.views import Adjustment, DayRate, RuleKind
from core.values.nights import Nights
from tests.core.rates.house import House, day
from tests.support.hotel import TODAY, make_hotel

YEAR = Nights(day(0), day(365))


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """Give the statements run meanwhile."""
    seen: list[str] = []

    def note(*said: object) -> None:
        seen.append(str(said[2]))

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def test_a_year_of_twenty_types_is_one_query_of_its_days_and_quick(house: House) -> None:
    hotel = make_hotel(house.store, {str(n): f"T{n}" for n in range(20)}, code="palm", staff={}, links=())
    palm = House(house.store, hotel, house.by)
    palm.rule(RuleKind.WEEKEND, Adjustment(percent=Decimal(10)))
    palm.rule(RuleKind.OCCUPANCY_STEP, Adjustment(percent=Decimal(10)), from_percent=80)
    derived = palm.plan("nr", parent=palm.plan("standard", "Standard").id, percent=Decimal(-10)).id
    palm.set(0, 364, DayRate(min_stay_arrival=2))
    with house.store.reading() as session, counted(house.store.database.read) as statements:
        began = time.process_time()
        _, cells = quotes.grid(session, hotel.property_id, YEAR, derived, today=TODAY)
        took = time.process_time() - began
    assert len(cells) == 20 * 365
    assert len([one for one in statements if "FROM daily_rates" in one]) == 1
    assert len(statements) <= 9
    assert took < 3
