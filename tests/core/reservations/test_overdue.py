"""A guest who has not left keeps tonight, whoever was to have the room (R23)."""

from datetime import timedelta

import pytest

from core.events.service import By
from core.stays import errors, overdue
from core.stays.models import Stay
from core.stays.reasons import StayState
from core.stays.telling import Change
from tests.core.conflicts.counter import Counter
from tests.core.reservations.front import Front
from tests.support.desk import day, in_room, nights


def _overdue(front: Front) -> list[int]:
    with front.desk.store.reading() as session:
        return overdue.overdue(session, front.desk.store.clock.now())


def _overstay(front: Front, stay_id: int) -> Change:
    with front.desk.store.unit_of_work() as work:
        return overdue.overstay(work, work.session.get_one(Stay, stay_id), By())


def _in_the_house(front: Front, room: str, count: int) -> tuple[int, int]:
    done = front.book(front.room(room, nights(0, count), "4500"))
    front.check_in(done.reservation.id)
    return done.reservation.id, done.changes[0].stay.id


def test_r23_who_was_to_leave_and_is_in_is_overdue(front: Front) -> None:
    number, stay = _in_the_house(front, "3", 1)
    assert _overdue(front) == []
    front.desk.advance(timedelta(days=1))
    assert _overdue(front) == [stay]
    front.check_out(number)
    assert _overdue(front) == []


def test_r23_who_changes_the_room_is_not(front: Front) -> None:
    number, stay = _in_the_house(front, "3", 2)
    tail = front.split(number, stay, day(1), "4").changes[1].stay.id
    front.desk.advance(timedelta(days=1))
    assert _overdue(front) == []
    front.desk.advance(timedelta(days=1))
    assert _overdue(front) == [tail]


def test_r23_an_overdue_guest_keeps_tonight(front: Front) -> None:
    number, stay = _in_the_house(front, "3", 1)
    front.desk.advance(timedelta(days=1))
    _overstay(front, stay)
    assert front.desk.held(stay) == in_room("3", nights(0, 2))
    assert front.row(number).departure == day(2)
    with pytest.raises(errors.NothingToChange):
        _overstay(front, stay)


def test_r23_whoever_was_to_have_the_room_waits_for_a_decision(front: Front) -> None:
    _, stay = _in_the_house(front, "3", 1)
    following = front.book(front.room("3", nights(1, 2))).changes[0].stay.id
    front.desk.advance(timedelta(days=1))
    change = _overstay(front, stay)
    assert [one.id for one in change.displaced] == [following]
    assert front.desk.stay(following).state == StayState.CONTESTED
    assert Counter(front.desk).parties() == [{stay, following}]


def test_r23_nights_that_nobody_noticed_are_the_guests_too(front: Front) -> None:
    _, stay = _in_the_house(front, "3", 1)
    front.desk.advance(timedelta(days=3))
    _overstay(front, stay)
    assert front.desk.held(stay) == in_room("3", nights(0, 4))


def test_r23_who_left_does_not_overstay(front: Front) -> None:
    number, stay = _in_the_house(front, "3", 1)
    front.check_out(number)
    with pytest.raises(errors.NotIn):
        _overstay(front, stay)
