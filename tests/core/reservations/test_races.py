"""Two at a time: who comes first has the whole booking, and the other one nothing of it."""

import threading
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import pytest

from core.errors import Busy, DaudaError
from core.reservations import errors
from core.reservations.service import Outcome
from core.stays.reasons import StayState
from tests.core.conflicts.counter import Counter
from tests.core.reservations.front import Front, held
from tests.core.reservations.judge import must_be_right
from tests.support.desk import Desk, in_room, nights
from tests.support.rounds import rounds

T = TypeVar("T")


def _together(*acts: Callable[[], T]) -> list[T | DaudaError]:
    """Let every act begin at the same moment; what each gave or how it was refused."""
    start = threading.Barrier(len(acts))
    given: list[T | DaudaError | None] = [None] * len(acts)

    def run(place: int, act: Callable[[], T]) -> None:
        start.wait()
        try:
            given[place] = _patiently(act)
        except DaudaError as error:
            given[place] = error

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [one for one in given if one is not None]


def _patiently(act: Callable[[], T]) -> T:
    """Try again when somebody else was there first, as every caller does."""
    for _ in range(20):
        try:
            return act()
        except Busy:
            continue
    return act()


@pytest.mark.race
def test_the_last_two_rooms_are_one_clients_whole_booking(desk: Desk) -> None:
    front = Front(desk)
    for turn in range(rounds(quick=6, check=30, soak=300)):
        wanted = nights(turn * 3, 2)
        # In the other order, too: the locks must be taken in one.
        orders = [[front.room(name, wanted, "4500") for name in names] for names in (("3", "4"), ("4", "3"))]
        given = _together(*(lambda order=order: front.book(*order) for order in orders))
        won = [one for one in given if isinstance(one, Outcome)]
        lost = [one for one in given if isinstance(one, errors.DoesNotFit)]
        assert (len(won), len(lost)) == (1, 1)
        assert held(front, front.stays(won[0].reservation.id)) == in_room("3", wanted) | in_room("4", wanted)
    Counter(desk).must_be_true()
    must_be_right(desk.store)
    assert len(front.rows()) == rounds(quick=6, check=30, soak=300)


@pytest.mark.race
def test_the_last_two_rooms_of_a_type_are_one_clients_whole_booking(desk: Desk) -> None:
    front = Front(desk)
    for turn in range(rounds(quick=6, check=30, soak=300)):
        order = [front.kind("DBL", nights(turn * 3, 2))] * 2
        given = _together(*(lambda order=order: front.book(*order) for _ in range(2)))
        assert [isinstance(one, Outcome) for one in given].count(True) == 1
    Counter(desk).must_be_true()
    must_be_right(desk.store)


@pytest.mark.race
def test_r18_the_same_booking_told_by_two_at_once_is_one(desk: Desk) -> None:
    front = Front(desk)
    for turn in range(rounds(quick=6, check=30, soak=300)):
        room, number = front.room("3", nights(turn * 3, 2)), f"N{turn}"
        given = _together(
            *(lambda room=room, number=number: front.book(room, source="booking_com", reference=number) for _ in "ab")
        )
        assert all(isinstance(one, Outcome) for one in given)
        assert len({one.reservation.id for one in given if isinstance(one, Outcome)}) == 1
    assert all(stay.state == StayState.HOLDING for row in front.rows() for stay in front.stays(row.id))
    must_be_right(desk.store)


@pytest.mark.race
def test_a_cancellation_and_a_change_at_once_leave_one_truth(desk: Desk) -> None:
    front = Front(desk)
    for turn in range(rounds(quick=6, check=30, soak=300)):
        number = front.book(front.room("3", nights(turn * 3, 2)), front.room("4", nights(turn * 3, 2))).reservation.id
        given = _together(partial(front.cancel, number), partial(front.modify, number, adults=2))
        assert any(isinstance(one, Outcome) for one in given)
        assert front.row(number).state == "cancelled" or any(isinstance(one, DaudaError) for one in given)
    Counter(desk).must_be_true()
    must_be_right(desk.store)
