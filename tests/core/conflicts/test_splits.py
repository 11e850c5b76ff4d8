"""A case is settled by a change of room in the middle, and that is taken back (R25); bookings keep together (R31)."""

import pytest

from core.conflicts import errors
from core.conflicts.commands import MoveParties, Relocation, UndoDecision
from core.conflicts.deciding import Decided
from core.conflicts.views import AdviceKind, ConflictView
from core.reservations.commands import BookReservation, RoomWanted
from core.reservations.service import book
from core.stays.reasons import StayState
from tests.core.conflicts.counter import Counter
from tests.core.reservations.judge import must_be_right
from tests.support.desk import day, in_room, nights


def _split(counter: Counter, case: ConflictView) -> Decided:
    way = next(way for way in case.advice if way.kind is AdviceKind.SPLIT)
    return counter.decide(MoveParties(case.conflict_id, case.revision, way.moves))


def _undo(counter: Counter, decided: Decided) -> Decided:
    shown = counter.view(decided.conflict_id or 0)
    return counter.decide(UndoDecision(shown.conflict_id, shown.revision))


def test_a_loser_keeps_what_it_has_and_gets_the_rest_elsewhere(counter: Counter) -> None:
    counter.desk.block("4", nights(0, 2))
    first = counter.sell("3", nights(0, 2))
    second = counter.sell("3", nights(1, 4), "booking_com")
    case = counter.case()
    part = Relocation(first, counter.desk.hotel.rooms["7"], nights(1, 1))
    decided = counter.decide(MoveParties(case.conflict_id, case.revision, (part,)))
    tail = decided.moved_ids[0]
    assert counter.desk.held(first) == in_room("3", nights(0, 1))
    assert counter.desk.held(tail) == in_room("7", nights(1, 1))
    assert counter.desk.held(second) == in_room("3", nights(1, 4))
    assert counter.cases() == ()
    must_be_right(counter.desk.store)


def test_the_advised_split_settles_the_case(three_doubles: Counter) -> None:
    counter = three_doubles
    counter.desk.block("4", nights(2, 2))
    counter.desk.block("5", nights(0, 2))
    counter.sell("3", nights(0, 4))
    second = counter.sell("3", nights(0, 4), "booking_com")
    decided = _split(counter, counter.case())
    head, tail = counter.desk.stay(second), counter.desk.stay(decided.moved_ids[-1])
    assert (head.nights, tail.nights, tail.follows_id) == (nights(0, 2), nights(2, 2), head.id)
    assert counter.desk.held(head.id) == in_room("4", nights(0, 2))
    assert counter.desk.held(tail.id) == in_room("5", nights(2, 2))
    assert (head.reservation_id, counter.cases()) == (tail.reservation_id, ())
    must_be_right(counter.desk.store)


def test_r25_an_undone_split_is_one_stay_again_that_waits(three_doubles: Counter) -> None:
    counter = three_doubles
    counter.desk.block("4", nights(2, 2))
    counter.desk.block("5", nights(0, 2))
    first = counter.sell("3", nights(0, 4))
    second = counter.sell("3", nights(0, 4), "booking_com")
    decided = _split(counter, counter.case())
    _undo(counter, decided)
    assert counter.parties() == [{first, second}]
    assert (counter.desk.stay(second).nights, counter.desk.stay(second).state) == (nights(0, 4), StayState.CONTESTED)
    assert counter.desk.held(second) == set()
    assert counter.desk.stay(decided.moved_ids[-1]).state == StayState.RELEASED
    must_be_right(counter.desk.store)
    again = _split(counter, counter.case())
    assert len(again.moved_ids) == 2


def test_r25_a_split_whose_part_was_changed_since_stands(three_doubles: Counter) -> None:
    counter = three_doubles
    counter.desk.block("4", nights(2, 2))
    counter.desk.block("5", nights(0, 2))
    counter.sell("3", nights(0, 4))
    counter.sell("3", nights(0, 4), "booking_com")
    decided = _split(counter, counter.case())
    counter.desk.shorten(decided.moved_ids[-1], day(3))
    counter.desk.unblock(decided.moved_ids[-1])
    shown = counter.view(decided.conflict_id or 0)
    with pytest.raises(errors.DecisionStands):
        counter.decide(UndoDecision(shown.conflict_id, shown.revision))


def test_r31_the_card_names_the_other_rooms_of_the_booking(counter: Counter) -> None:
    first = counter.sell("3", nights(0, 2))
    hotel = counter.desk.hotel
    rooms = tuple(RoomWanted(nights(0, 2), room_id=hotel.rooms[name]) for name in ("3", "7"))
    with counter.desk.store.unit_of_work() as work:
        order = BookReservation(hotel.property_id, rooms, source="booking_com", reference="8")
        done = book(work, order, counter.desk.by)
    assert done.contested
    parties = {party.stay.stay_id: party.with_rooms for party in counter.case().parties}
    assert parties == {first: (), done.changes[0].stay.id: ("7",)}
