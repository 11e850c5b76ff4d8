"""What a room costs whose price nobody named: the house's own rates for every night, or nothing."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import update

from core.properties.models import RoomType
from core.rates import commands, plans, service
from core.rates.views import DayRate, Range
from core.reservations.quoting import PricedBy
from tests.core.reservations.front import Front
from tests.support.desk import day, nights

SOLD = nights(2, 2)


@pytest.fixture
def bare(front: Front) -> Front:
    """Give a house without usual prices, so that a night has only the price that was set for it."""
    with front.desk.store.unit_of_work() as work:
        work.session.execute(update(RoomType).values(base_rate=None))
    return front


def set_price(front: Front, first: date, last: date, price: str) -> None:
    """Set a price in the standard plan, from one night through another."""
    order = commands.SetRates(front.desk.hotel.property_id, Range(first, last), DayRate(price=Decimal(price)))
    with front.desk.store.unit_of_work() as work:
        service.set_rates(work, order, front.desk.by)


def test_a_room_without_a_price_costs_what_the_rates_say(bare: Front) -> None:
    set_price(bare, day(2), day(2), "5000.00")
    set_price(bare, day(3), day(3), "6000.50")
    done = bare.book(bare.kind("DBL", SOLD))
    assert done.priced_by == (PricedBy.RATES,)
    [stay] = bare.stays(done.reservation.id)
    assert (stay.price, stay.currency) == (Decimal("11000.50"), "KES")
    assert bare.prices(stay.id) == {day(2): Decimal("5000.00"), day(3): Decimal("6000.50")}
    assert bare.row(done.reservation.id).total == Decimal("11000.50")


def test_where_some_nights_have_no_rate_the_room_has_no_price(bare: Front) -> None:
    set_price(bare, day(2), day(2), "5000.00")
    done = bare.book(bare.room("3", SOLD))
    assert done.priced_by == (PricedBy.NOBODY,)
    assert (bare.stays(done.reservation.id)[0].price, bare.row(done.reservation.id).total) == (None, None)


def test_without_rates_the_room_has_no_price(bare: Front) -> None:
    assert bare.book(bare.room("3", SOLD)).priced_by == (PricedBy.NOBODY,)


def test_what_was_agreed_with_the_guest_counts_more_than_the_rates(front: Front) -> None:
    done = front.book(front.room("3", SOLD, "4000.00"), front.room("4", SOLD))
    assert done.priced_by == (PricedBy.GIVEN, PricedBy.RATES)
    assert [stay.price for stay in front.stays(done.reservation.id)] == [Decimal(8000), Decimal(9000)]


def test_what_a_platform_sold_is_not_priced_by_our_rates(front: Front) -> None:
    done = front.book(front.room("3", SOLD), source="booking_com", reference="1234567890")
    assert (done.priced_by, front.stays(done.reservation.id)[0].price) == ((PricedBy.NOBODY,), None)


def test_a_booking_in_another_currency_is_not_priced(front: Front) -> None:
    assert front.book(front.room("3", SOLD), currency="USD").priced_by == (PricedBy.NOBODY,)


def test_the_guests_of_a_single_room_are_priced_and_those_of_several_as_usual(front: Front) -> None:
    hotel = front.desk.hotel
    order = commands.SetPlanType(hotel.property_id, None, hotel.types["DBL"], most_adults=2, extra_child=Decimal(500))
    with front.desk.store.unit_of_work() as work:
        plans.set_plan_type(work, order, front.desk.by)
    one = front.book(front.room("3", SOLD), adults=2, children=1)
    assert front.stays(one.reservation.id)[0].price == Decimal(10000)
    crowd = front.book(front.room("3", nights(5, 2)), front.room("4", nights(5, 2)), adults=4, children=1)
    assert [stay.price for stay in front.stays(crowd.reservation.id)] == [Decimal(9000), Decimal(9000)]
    assert front.book(front.room("3", nights(8, 2)), adults=3).priced_by == (PricedBy.NOBODY,), (
        "more than it is sold to"
    )


def test_a_room_that_is_added_is_priced_too(front: Front) -> None:
    made = front.book(front.room("3", SOLD, "4000.00")).reservation.id
    done = front.modify(made, add=(front.room("4", SOLD),))
    assert done.priced_by == (PricedBy.RATES,)
    assert front.row(made).total == Decimal(17000)
