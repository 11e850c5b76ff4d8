"""Booking: whole or nothing, known again, never dropped when it was sold elsewhere."""

from decimal import Decimal

import pytest

from core.reservations import errors
from core.reservations.states import ReservationState
from core.stays.reasons import Reason, StayState
from core.values.money import NotMoney
from tests.core.reservations.front import JOHN, Front
from tests.support.desk import day, in_room, nights


def test_a_booking_of_two_rooms_is_one_reservation(front: Front) -> None:
    done = front.book(front.room("3", nights(1, 2), "4500"), front.room("7", nights(1, 3), "5000"))
    row = front.row(done.reservation.id)
    assert (row.state, row.arrival, row.departure) == (ReservationState.CONFIRMED, day(1), day(4))
    assert (row.total, row.currency, row.booker) == (Decimal(24000), "KES", JOHN.name)
    three, seven = front.stays(row.id)
    assert front.desk.held(three.id) == in_room("3", nights(1, 2))
    assert front.desk.held(seven.id) == in_room("7", nights(1, 3))
    assert front.prices(seven.id) == dict.fromkeys(nights(1, 3), Decimal(5000))
    assert (three.price, three.guest, three.assigned) == (Decimal(9000), JOHN.name, True)
    assert front.kinds() == ["reservations.booked"]


def test_a_booking_of_a_type_gets_rooms_that_the_house_may_change(front: Front) -> None:
    done = front.book(front.kind("DBL", nights(1, 2)), front.kind("DBL", nights(1, 2)))
    stays = front.stays(done.reservation.id)
    assert {stay.room_id for stay in stays} == {front.desk.hotel.rooms["3"], front.desk.hotel.rooms["4"]}
    assert {(stay.assigned, stay.type_id) for stay in stays} == {(False, front.desk.hotel.types["DBL"])}


def test_what_does_not_fit_is_refused_whole_with_what_is_free_instead(front: Front) -> None:
    holder = front.desk.block("3", nights(2, 1)).stay.id
    before = len(front.desk.events())
    with pytest.raises(errors.DoesNotFit) as refused:
        front.book(front.room("4", nights(1, 3)), front.room("3", nights(1, 3)))
    facts = refused.value.facts
    assert (facts["which"], facts["night"], facts["stay_id"]) == (1, day(2), holder)
    hotel = front.desk.hotel
    assert facts["free"] == [
        {"type_id": hotel.types["DBL"], "available": 1, "rooms": [hotel.rooms["4"]]},
        {"type_id": hotel.types["TWN"], "available": 1, "rooms": [hotel.rooms["7"]]},
    ]
    assert front.rows() == []
    assert len(front.desk.events()) == before
    assert front.desk.counted(day(1)) == (0, 0, 0)


def test_a_type_that_is_full_is_refused(front: Front) -> None:
    with pytest.raises(errors.DoesNotFit) as refused:
        front.book(*[front.kind("DBL", nights(1, 2))] * 3)
    assert (refused.value.facts["which"], refused.value.facts["type_id"]) == (2, front.desk.hotel.types["DBL"])
    assert front.rows() == []


def test_a_provisional_stay_makes_room_for_a_long_one(front: Front) -> None:
    front.book(front.kind("DBL", nights(1, 2)))
    front.book(front.kind("DBL", nights(3, 2)))
    long = front.book(front.kind("DBL", nights(1, 4)))
    assert not long.contested


def test_r05_what_a_platform_sold_is_stored_though_it_does_not_fit(front: Front) -> None:
    front.desk.block("3", nights(1, 3))
    front.desk.block("4", nights(1, 3))
    done = front.book(front.kind("DBL", nights(1, 2)), source="booking_com", reference="123")
    assert done.contested
    [stay] = front.stays(done.reservation.id)
    assert (stay.state, stay.source, stay.reference) == (StayState.CONTESTED, "booking_com", "123")


def test_r05_the_direct_twin_is_refused(front: Front) -> None:
    front.desk.block("3", nights(1, 3))
    front.desk.block("4", nights(1, 3))
    with pytest.raises(errors.DoesNotFit):
        front.book(front.kind("DBL", nights(1, 2)))


def test_r18_the_same_booking_of_a_source_is_the_same_reservation(front: Front) -> None:
    first = front.book(front.room("3", nights(1, 2)), source="booking_com", reference="123")
    again = front.book(front.room("3", nights(1, 2)), source="booking_com", reference="123")
    assert (again.reservation.id, first.new, again.new) == (first.reservation.id, True, False)
    assert len(front.stays(first.reservation.id)) == 1
    other = front.book(front.room("4", nights(1, 2)), source="airbnb", reference="123")
    assert other.new


def test_r18_after_its_cancellation_the_number_is_a_new_booking(front: Front) -> None:
    first = front.book(front.room("3", nights(1, 2)), source="booking_com", reference="123")
    front.cancel(first.reservation.id)
    assert front.book(front.room("3", nights(1, 2)), source="booking_com", reference="123").new


def test_a_source_that_nobody_knows_is_refused(front: Front) -> None:
    with pytest.raises(errors.UnknownSource):
        front.book(front.room("3", nights(1, 2)), source="carrier_pigeon")


def test_a_booking_of_nothing_is_refused(front: Front) -> None:
    with pytest.raises(errors.NoRooms):
        front.book()


@pytest.mark.parametrize(
    ("currency", "good", "bad"),
    [("UGX", "120000", "120000.5"), ("KES", "4500.25", "4500.255"), ("KWD", "12.345", "12.3456")],
)
def test_money_has_the_digits_of_its_currency(front: Front, currency: str, good: str, bad: str) -> None:
    with pytest.raises(NotMoney):
        front.book(front.room("3", nights(1, 2), bad), currency=currency)
    done = front.book(front.room("3", nights(1, 2), good), currency=currency)
    row = front.row(done.reservation.id)
    assert (row.total, row.currency) == (Decimal(good) * 2, currency)


def test_prices_are_given_for_all_nights_or_none(front: Front) -> None:
    some = front.room("3", nights(1, 2), "4500")
    with pytest.raises(errors.BadPrices):
        front.book(type(some)(nights(1, 3), room_id=some.room_id, prices=some.prices))


def test_codes_are_short_and_differ(front: Front) -> None:
    codes = {front.book(front.room("3", nights(n, 1))).reservation.code for n in range(1, 9)}
    assert len(codes) == 8
    assert {len(code) for code in codes} == {6}


def test_a_walk_in_at_the_desk_has_a_reservation_and_a_block_has_none(front: Front) -> None:
    walk_in = front.desk.block("3", nights(0, 2), Reason.WALK_IN, guest="Mary").stay
    block = front.desk.block("4", nights(0, 2)).stay
    [row] = front.rows()
    assert (walk_in.reservation_id, block.reservation_id) == (row.id, None)
    assert (row.source, row.booker, row.state) == ("walk_in", "Mary", ReservationState.CONFIRMED)
    assert front.revisions(row.id) == []
