"""Changing a reservation: whole or nothing, stays may change places, every change is a revision."""

from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from core.reservations import errors
from core.reservations.commands import Guest, ModifyReservation, StayChange
from core.reservations.modifying import modify
from core.stays.reasons import Reason, StayState
from tests.core.reservations.front import Front, every, held
from tests.support.desk import day, in_room, nights


def test_other_nights_and_another_room_at_once(front: Front) -> None:
    done = front.book(front.room("3", nights(1, 2), "4500"))
    number, stay = done.reservation.id, done.changes[0].stay.id
    new = nights(2, 3)
    front.modify(
        number, StayChange(stay, new, front.desk.hotel.rooms["4"], prices=every(new, "5000")), adults=2, children=1
    )
    row = front.row(number)
    assert front.desk.held(stay) == in_room("4", new)
    assert (row.arrival, row.departure, row.total, row.adults, row.children) == (day(2), day(5), Decimal(15000), 2, 1)
    assert front.desk.late("3") == set(nights(1, 2))
    assert front.kinds() == ["reservations.booked", "reservations.modified"]


def test_two_rooms_change_places(front: Front) -> None:
    done = front.book(front.room("3", nights(1, 2)), front.room("4", nights(1, 3)))
    three, four = (change.stay.id for change in done.changes)
    rooms = front.desk.hotel.rooms
    front.modify(done.reservation.id, StayChange(three, room_id=rooms["4"]), StayChange(four, room_id=rooms["3"]))
    assert front.desk.held(three) == in_room("4", nights(1, 2))
    assert front.desk.held(four) == in_room("3", nights(1, 3))


def test_a_change_that_does_not_fit_changes_nothing(front: Front) -> None:
    front.desk.block("3", nights(3, 1))
    done = front.book(front.room("3", nights(1, 2)), front.room("4", nights(1, 2)))
    three, four = (change.stay.id for change in done.changes)
    with pytest.raises(errors.DoesNotFit):
        front.modify(done.reservation.id, StayChange(four, nights(1, 3)), StayChange(three, nights(1, 3)))
    assert held(front, front.stays(done.reservation.id)) == in_room("3", nights(1, 2)) | in_room("4", nights(1, 2))
    assert front.revisions(done.reservation.id) == []


def test_what_a_platform_sold_waits_where_it_does_not_fit(front: Front) -> None:
    front.desk.block("3", nights(3, 1))
    done = front.book(front.room("3", nights(1, 2)), source="booking_com", reference="9")
    stay = done.changes[0].stay.id
    assert front.modify(done.reservation.id, StayChange(stay, nights(1, 3))).contested
    assert front.desk.held(stay) == in_room("3", nights(1, 2))
    front.modify(done.reservation.id, StayChange(stay, nights(1, 2)))
    assert front.desk.stay(stay).state == StayState.HOLDING
    assert front.desk.counted(day(3)) == (0, 1, 0)


def test_a_room_is_added_and_another_one_dropped(front: Front) -> None:
    done = front.book(front.room("3", nights(1, 2), "4500"))
    number, stay = done.reservation.id, done.changes[0].stay.id
    front.modify(number, add=(front.room("7", nights(1, 2), "5000"),), drop=(stay,))
    assert held(front, front.stays(number)) == in_room("7", nights(1, 2))
    assert front.row(number).total == 10000


def test_a_change_decided_on_an_older_revision_is_refused(front: Front) -> None:

    done = front.book(front.room("3", nights(1, 2)))
    seen = front.row(done.reservation.id).revision
    front.modify(done.reservation.id, adults=2)
    with front.desk.store.unit_of_work() as work, pytest.raises(errors.ReservationChanged):
        modify(work, ModifyReservation(done.reservation.id, seen, adults=3), front.desk.by)


def test_each_change_is_a_revision_and_the_first_says_what_was_booked(front: Front) -> None:
    done = front.book(front.room("3", nights(1, 2), "4500"), adults=1)
    number, stay = done.reservation.id, done.changes[0].stay.id
    front.modify(number, adults=2)
    front.desk.extend(stay, day(4))
    first, second, third = front.revisions(number)
    assert [(one.number, one.what) for one in (first, second, third)] == [
        (1, ["booked"]), (2, ["guests"]), (3, ["dates"]),
    ]  # fmt: skip
    assert (first.contents["adults"], second.contents["adults"]) == (1, 2)
    assert first.contents["total"] == "9000"
    assert third.contents == front.row(number).contents
    assert third.person_id == front.desk.hotel.people["Amina"]


def test_revisions_hold_nobody(front: Front) -> None:
    done = front.book(front.room("3", nights(1, 2)), note="allergic to nuts")
    number = done.reservation.id
    front.modify(number, guest=Guest("Grace Wanjiru", "+254700111222", "grace@example.com"), note="two beds")
    front.cancel(number, "Grace is ill")
    said = str([(one.what, one.contents) for one in front.revisions(number)]) + str(
        [event.facts for event in front.desk.events()]
    )
    assert not [word for word in ("John", "Grace", "+254", "@", "nuts", "beds", "ill") if word in said]
    assert [one.what for one in front.revisions(number)][1] == ["note", "guest"]


@pytest.mark.parametrize(
    "statement", ["UPDATE reservation_revisions SET number = 9", "DELETE FROM reservation_revisions"]
)
def test_a_revision_can_be_neither_changed_nor_deleted(front: Front, statement: str) -> None:
    done = front.book(front.room("3", nights(1, 2)))
    front.modify(done.reservation.id, adults=2)
    with pytest.raises(DatabaseError), front.desk.store.unit_of_work() as work:
        work.session.execute(text(statement))
    assert len(front.revisions(done.reservation.id)) == 2


def test_the_desks_own_verbs_are_followed(front: Front) -> None:
    stay = front.desk.block("3", nights(1, 3), Reason.WALK_IN, guest="Mary").stay
    number = stay.reservation_id or 0
    front.desk.shorten(stay.id, day(3))
    assert (front.row(number).departure, front.row(number).number) == (day(3), 2)
    front.desk.move(stay.id, "4")
    assert front.revisions(number)[-1].what == ["rooms"]
    done = front.desk.unblock(stay.id)
    assert front.row(number).state == "cancelled"
    front.desk.undo(done.event_id)
    assert front.row(number).state == "confirmed"


def test_nights_that_a_stay_loses_are_not_paid_for_until_they_are_taken_back(front: Front) -> None:
    done = front.book(front.room("3", nights(1, 3), "4500"))
    stay = done.changes[0].stay.id
    shorter = front.desk.shorten(stay, day(3))
    assert (front.row(done.reservation.id).total, front.desk.stay(stay).price) == (Decimal(9000), Decimal(9000))
    front.desk.undo(shorter.event_id)
    assert (front.row(done.reservation.id).total, front.desk.stay(stay).price) == (Decimal(13500), Decimal(13500))


def test_an_erased_guest_leaves_the_record(front: Front) -> None:
    done = front.book(
        front.room("3", nights(1, 2), "4500"), note="late", guest=Guest("Grace", "+254700111222", "g@x.ke")
    )
    number = done.reservation.id
    front.erase(number)
    row, [stay] = front.row(number), front.stays(number)
    assert (row.booker, row.phone, row.email, row.note, stay.guest, stay.phone, stay.note) == (None,) * 7
    assert (row.total, row.state, front.kinds()[-1]) == (Decimal(9000), "confirmed", "reservations.erased")
    with pytest.raises(errors.AlreadyErased):
        front.erase(number)
