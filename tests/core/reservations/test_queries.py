"""Reservations found again: by dates, state, source, and whatever a caller says of them."""

from collections.abc import Collection

import pytest

from core.reservations import queries, views
from core.reservations.commands import Guest
from core.reservations.queries import Wanted
from core.reservations.states import ReservationState
from core.reservations.views import ReservationView
from core.stays.reasons import Reason
from tests.core.reservations.front import Front
from tests.support.desk import day, nights


def _found(front: Front, wanted: Wanted, limit: int = 50) -> list[str | None]:
    with front.desk.store.reading() as session:
        return [one.booker for one in queries.found(session, [front.desk.hotel.property_id], wanted, None, limit)]


def _one(front: Front, reservation_id: int) -> ReservationView:
    with front.desk.store.reading() as session:
        found = queries.one(session, reservation_id)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Wanted(), ["Mary", "John", "Grace"]),
        (Wanted(since=day(3)), ["John", "Grace"]),
        (Wanted(until=day(1)), ["Mary"]),
        (Wanted(since=day(2), until=day(2)), ["John"]),
        (Wanted(state=ReservationState.CANCELLED), ["Grace"]),
        (Wanted(source="walk_in"), ["Mary"]),
        (Wanted(guest="joh"), ["John"]),
        (Wanted(guest="R-77"), ["Grace"]),
        (Wanted(guest="712345"), ["John"]),
        (Wanted(guest="Peter"), ["John"]),
        (Wanted(guest="%"), []),
        (Wanted(guest="_ohn"), []),
    ],
)
def test_reservations_are_found(front: Front, wanted: Wanted, names: Collection[str]) -> None:
    front.desk.block("3", nights(0, 2), Reason.WALK_IN, guest="Mary")
    room = front.room("4", nights(2, 2))
    front.book(type(room)(room.nights, room.room_id, guest="Peter"), guest=Guest("John", "+254712345678"))
    gone = front.book(front.room("7", nights(5, 2)), source="booking_com", reference="R-77", guest=Guest("Grace"))
    front.cancel(gone.reservation.id)
    assert _found(front, wanted) == names


def test_a_code_is_found_however_it_is_written(front: Front) -> None:
    code = front.book(front.room("3", nights(1, 2))).reservation.code
    assert _found(front, Wanted(guest=code.lower())) == ["John Otieno"]


def test_pages_follow_each_other(front: Front) -> None:
    for offset in (3, 1, 2, 1):
        front.book(front.kind("DBL", nights(offset, 1)))
    seen: list[int] = []
    place = None
    with front.desk.store.reading() as session:
        while page := queries.found(session, [front.desk.hotel.property_id], Wanted(), place, 1):
            seen.append(page[0].reservation_id)
            place = page[0].arrival, page[0].reservation_id
    assert seen == [2, 4, 3, 1]


def test_of_another_property_nothing_is_found(front: Front) -> None:
    front.book(front.room("3", nights(1, 2)))
    with front.desk.store.reading() as session:
        assert queries.found(session, [front.desk.hotel.property_id + 1], Wanted(), None, 50) == ()


def test_r31_one_contested_room_flags_the_whole(front: Front) -> None:
    front.desk.block("4", nights(1, 2))
    rooms = front.room("3", nights(1, 2)), front.room("4", nights(1, 2))
    view = _one(front, front.book(*rooms, source="booking_com", reference="1").reservation.id)
    assert view.contested
    assert len(view.conflicts) == 1
    assert [stay.state for stay in view.stays] == ["holding", "contested"]


def test_one_tells_its_prices_and_revisions(front: Front) -> None:
    done = front.book(front.room("3", nights(1, 2), "4500"))
    assert [(one.number, one.what, one.by) for one in _one(front, done.reservation.id).revisions] == [
        (1, ("booked",), "Amina")
    ]
    front.desk.extend(done.changes[0].stay.id, day(4))
    view = _one(front, done.reservation.id)
    assert [one.what for one in view.revisions] == [("booked",), ("dates",)]
    assert view.stays[0].unpriced == (day(3),)
    assert [str(cost) for _, cost in view.stays[0].prices] == ["4500.000", "4500.000"]


def test_guests_are_masked() -> None:
    assert views.masked_phone("+254712345678") == "+254•••678"
    assert views.masked_phone("+2547") == "•••"
    assert views.masked_email("john@example.com") == "j•••@example.com"
    assert (views.masked_phone(None), views.masked_email(None)) == (None, None)
