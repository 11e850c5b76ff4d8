"""Guests cancel, come, leave early or late, change rooms, and stay away (R20, R23, R24)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from core.conflicts.commands import TickFollowUp
from core.inventory.service import NightTaken
from core.reservations import errors
from core.reservations.states import ReservationState
from core.stays import errors as stay_errors
from core.stays.reasons import StayState
from tests.core.conflicts.counter import Counter
from tests.core.reservations.front import Front, held
from tests.support.desk import day, in_room, nights

DAY = timedelta(days=1)


def test_a_cancelled_reservation_gives_all_rooms_back(front: Front) -> None:
    done = front.book(front.room("3", nights(1, 2), "4500"), front.room("4", nights(1, 2), "4500"))
    number = done.reservation.id
    front.cancel(number, "their flight was cancelled")
    row = front.row(number)
    assert (row.state, row.cancel_reason, row.cancelled_at) == (
        ReservationState.CANCELLED, "their flight was cancelled", front.desk.store.clock.now(),
    )  # fmt: skip
    assert held(front, front.stays(number)) == set()
    assert (row.arrival, row.departure, row.total) == (day(1), day(3), Decimal(18000))
    assert front.kinds() == ["reservations.booked", "reservations.cancelled"]
    with pytest.raises(errors.ReservationOver):
        front.cancel(number)


def test_r24_what_its_channel_still_sells_waits_to_be_dropped_there(front: Front) -> None:
    counter = Counter(front.desk)
    stay = front.desk.stay(counter.sell("3", nights(1, 2), "airbnb", "HMX8"))
    front.cancel(stay.reservation_id or 0)
    assert front.row(stay.reservation_id or 0).state == ReservationState.CANCELLED
    assert front.desk.stay(stay.id).state == StayState.SHADOWED
    assert front.desk.held(stay.id) == in_room("3", nights(1, 2))
    [task] = counter.tasks()
    counter.decide(TickFollowUp(task.follow_up_id))
    assert front.desk.held(stay.id) == set()
    assert front.row(stay.reservation_id or 0).state == ReservationState.CANCELLED


def test_r24_what_was_cancelled_here_and_taken_back_is_expected_again(front: Front) -> None:
    counter = Counter(front.desk)
    stay = front.desk.stay(counter.sell("3", nights(1, 2)))
    done = front.cancel(stay.reservation_id or 0)
    front.desk.undo(done.changes[0].event_id)
    row = front.row(stay.reservation_id or 0)
    assert (row.state, row.cancelled_at) == (ReservationState.CONFIRMED, None)
    assert front.kinds()[-1] == "reservations.reinstated"


def test_a_channel_that_drops_its_booking_cancels_the_reservation(front: Front) -> None:
    counter = Counter(front.desk)
    stay = front.desk.stay(counter.sell("3", nights(1, 2)))
    counter.drop(stay.id)
    assert front.row(stay.reservation_id or 0).state == ReservationState.CANCELLED


def test_r31_two_rooms_of_one_number_are_one_reservation(front: Front) -> None:
    counter = Counter(front.desk)
    first = front.desk.stay(counter.sell("3", nights(1, 2), "booking_com", "777")).reservation_id or 0
    done = front.book(front.room("4", nights(1, 2)), source="booking_com", reference="777")
    assert (done.new, done.reservation.id) == (False, first)


def test_guests_check_in_and_out_and_give_back_the_nights_that_are_left(front: Front) -> None:
    number = front.book(front.room("3", nights(0, 3), "4500"), front.room("4", nights(0, 3), "4500")).reservation.id
    front.check_in(number)
    assert front.row(number).state == ReservationState.CHECKED_IN
    front.desk.advance(DAY)
    front.check_out(number)
    row = front.row(number)
    assert (row.state, row.departure, row.total) == (ReservationState.CHECKED_OUT, day(1), Decimal(9000))
    assert held(front, front.stays(number)) == {("3", day(0)), ("4", day(0))}
    assert front.desk.late("3") == {day(1), day(2)}
    assert front.kinds() == ["reservations.booked", "reservations.checked_in", "reservations.checked_out"]


def test_one_room_of_two_may_leave_before_the_other(front: Front) -> None:
    number = front.book(front.room("3", nights(0, 3)), front.room("4", nights(0, 3))).reservation.id
    front.check_in(number)
    front.desk.advance(DAY)
    three, four = front.stays(number)
    front.check_out(number, three.id)
    assert front.row(number).state == ReservationState.CHECKED_IN
    assert front.desk.held(four.id) == in_room("4", nights(0, 3))
    with pytest.raises(stay_errors.NotIn):
        front.check_out(number, three.id)
    front.check_out(number)
    assert front.row(number).state == ReservationState.CHECKED_OUT


def test_r21_nobody_checks_in_while_one_room_is_contested(front: Front) -> None:
    front.desk.block("4", nights(0, 2))
    number = front.book(
        front.room("3", nights(0, 2)), front.room("4", nights(0, 2)), source="booking_com", reference="1"
    ).reservation.id
    with pytest.raises(stay_errors.StillContested):
        front.check_in(number)
    assert [stay.checked_in_at for stay in front.stays(number)] == [None, None]


def test_who_comes_tomorrow_cannot_check_in_today(front: Front) -> None:
    number = front.book(front.room("3", nights(1, 2))).reservation.id
    with pytest.raises(errors.NobodyToCheckIn):
        front.check_in(number)
    with pytest.raises(errors.NobodyIsIn):
        front.check_out(number)


def test_a_guest_in_the_house_is_not_cancelled(front: Front) -> None:
    number = front.book(front.room("3", nights(0, 2))).reservation.id
    front.check_in(number)
    with pytest.raises(errors.GuestsAreIn):
        front.cancel(number)


def test_a_no_show_frees_the_nights_that_are_left_and_names_the_hour(front: Front) -> None:
    number = front.book(front.room("3", nights(0, 3)), source="booking_com", reference="5").reservation.id
    front.desk.advance(DAY)
    done = front.no_show(number)
    assert front.row(number).state == ReservationState.NO_SHOW
    assert held(front, front.stays(number)) == {("3", day(0))}
    # 48 hours from midnight in Nairobi.
    assert done.report_by == datetime(2026, 11, 21, 21, tzinfo=UTC)
    assert front.kinds()[-1] == "reservations.no_show"


def test_nobody_can_be_a_no_show_before_the_first_night(front: Front) -> None:
    number = front.book(front.room("3", nights(1, 2))).reservation.id
    with pytest.raises(errors.TooEarlyForNoShow):
        front.no_show(number)


def test_of_two_rooms_the_one_that_nobody_came_for_is_free(front: Front) -> None:
    number = front.book(front.room("3", nights(0, 2)), front.room("4", nights(0, 2))).reservation.id
    three, four = front.stays(number)
    front.check_in(number, three.id)
    done = front.no_show(number)
    assert (front.row(number).state, done.report_by) == (ReservationState.CHECKED_IN, None)
    assert front.desk.held(four.id) == set()


def test_a_split_stay_holds_the_same_nights_in_two_rooms(front: Front) -> None:
    done = front.book(front.room("3", nights(1, 4), "4500"))
    number, stay = done.reservation.id, done.changes[0].stay.id
    front.split(number, stay, day(3), "4")
    head, tail = front.stays(number)
    assert (head.nights, tail.nights, tail.follows_id) == (nights(1, 2), nights(3, 2), head.id)
    assert front.desk.held(head.id) == in_room("3", nights(1, 2))
    assert front.desk.held(tail.id) == in_room("4", nights(3, 2))
    assert (front.row(number).total, head.price, tail.price) == (Decimal(18000), Decimal(9000), Decimal(9000))
    assert front.desk.counted(day(3)) == (1, 0, 0)


def test_a_split_can_be_taken_back(front: Front) -> None:
    done = front.book(front.room("3", nights(1, 4), "4500"))
    number, stay = done.reservation.id, done.changes[0].stay.id
    changes = front.split(number, stay, day(3), "4").changes
    front.desk.undo(*(change.event_id for change in changes))
    [whole] = front.stays(number)
    assert (whole.nights, whole.price) == (nights(1, 4), Decimal(18000))
    assert front.desk.held(whole.id) == in_room("3", nights(1, 4))


def test_a_split_into_a_taken_room_is_refused(front: Front) -> None:
    front.desk.block("4", nights(4, 1))
    done = front.book(front.room("3", nights(1, 4)))
    with pytest.raises(NightTaken):
        front.split(done.reservation.id, done.changes[0].stay.id, day(3), "4")
    assert len(front.stays(done.reservation.id)) == 1


@pytest.mark.parametrize("offset", [0, 1, 5, 9])
def test_a_stay_is_split_between_two_of_its_nights(front: Front, offset: int) -> None:
    done = front.book(front.room("3", nights(1, 4)))
    with pytest.raises(stay_errors.CannotDivide):
        front.split(done.reservation.id, done.changes[0].stay.id, day(offset), "4")


def test_who_changes_the_room_is_in_the_house_all_the_time_and_leaves_both(front: Front) -> None:
    done = front.book(front.room("3", nights(0, 4)))
    number = done.reservation.id
    front.split(number, done.changes[0].stay.id, day(2), "4")
    front.check_in(number)
    assert all(stay.checked_in_at for stay in front.stays(number))
    front.desk.advance(3 * DAY)
    assert front.row(number).state == ReservationState.CHECKED_IN
    front.check_out(number)
    assert front.row(number).state == ReservationState.CHECKED_OUT
    assert all(stay.checked_out_at for stay in front.stays(number))


def test_r12_a_channel_that_drops_a_split_booking_drops_both_parts(front: Front) -> None:
    counter = Counter(front.desk)
    stay = front.desk.stay(counter.sell("3", nights(1, 4)))
    front.split(stay.reservation_id or 0, stay.id, day(3), "4")
    counter.drop(stay.id)
    assert held(front, front.stays(stay.reservation_id or 0)) == set()


def test_r09_both_parts_follow_when_the_channel_changes_the_dates(front: Front) -> None:
    counter = Counter(front.desk)
    stay = front.desk.stay(counter.sell("3", nights(2, 4)))
    number = stay.reservation_id or 0
    front.split(number, stay.id, day(4), "4")
    counter.redate(stay.id, nights(2, 4), nights(1, 6))
    assert [part.nights for part in front.stays(number)] == [nights(1, 3), nights(4, 3)]
    counter.redate(stay.id, nights(1, 6), nights(1, 2))
    assert [part.state for part in front.stays(number)] == [StayState.HOLDING, StayState.RELEASED]
    assert held(front, front.stays(number)) == in_room("3", nights(1, 2))
