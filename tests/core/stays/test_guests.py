"""Guests come (R21, R23), and bookings of channels are cancelled at their channel (R24)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from core.stays import errors
from core.stays.reasons import Reason, StayState
from tests.core.conflicts.counter import Counter
from tests.support.desk import Desk, day, in_room, nights

DAY = timedelta(days=1)


@pytest.fixture
def counter(desk: Desk) -> Iterator[Counter]:
    """Give a desk with channels; after the test nights, counters and cases must agree."""
    made = Counter(desk)
    yield made
    made.must_be_true()


def test_r23_a_guest_is_checked_in(counter: Counter) -> None:
    guest = counter.sell("3", nights(0, 2))
    change = counter.check_in(guest)
    assert counter.desk.stay(guest).checked_in_at == counter.desk.store.clock.now()
    assert [event.kind for event in counter.desk.events()[-2:]] == ["stays.checked_in", "reservations.checked_in"]
    assert change.nights == nights(0, 2)


def test_r23_a_guest_is_checked_in_once_on_the_days_of_the_stay(counter: Counter) -> None:
    today, tomorrow = counter.sell("3", nights(0, 1)), counter.sell("3", nights(1, 1))
    counter.check_in(today)
    with pytest.raises(errors.AlreadyIn):
        counter.check_in(today)
    with pytest.raises(errors.NotYet) as refused:
        counter.check_in(tomorrow)
    assert refused.value.facts["arrival"] == day(1)
    counter.desk.advance(2 * DAY)
    with pytest.raises(errors.NightsLeft):
        counter.check_in(tomorrow)


def test_nobody_is_checked_into_a_block(counter: Counter) -> None:
    with pytest.raises(errors.NoGuest):
        counter.check_in(counter.desk.block("3", nights(0, 2)).stay.id)


def test_r21_nobody_is_checked_in_who_is_contested(counter: Counter) -> None:
    counter.sell("3", nights(0, 2))
    other = counter.sell("3", nights(0, 2), "booking_com")
    with pytest.raises(errors.StillContested) as refused:
        counter.check_in(other)
    assert refused.value.facts == {"stay_id": other, "conflict_id": counter.case().conflict_id}
    counter.keep(other)
    counter.check_in(other)


def test_r21_nobody_is_checked_in_who_lost(counter: Counter) -> None:
    first = counter.sell("3", nights(0, 2))
    other = counter.sell("3", nights(0, 2), "booking_com")
    counter.keep(first)
    with pytest.raises(errors.WaitsForChannel):
        counter.check_in(other)


def test_r24_a_booking_cancelled_here_keeps_its_nights_closed(counter: Counter) -> None:
    guest = counter.sell("3", nights(0, 3))
    counter.desk.unblock(guest)
    assert counter.desk.stay(guest).state == StayState.SHADOWED
    assert counter.desk.held(guest) == in_room("3", nights(0, 3))
    assert counter.desk.late("3") == set()
    assert counter.shown("3", "booking_com") == set(nights(0, 3))
    (task,) = counter.tasks()
    assert (task.kind, task.stay.stay_id) == ("cancel_there", guest)
    assert counter.desk.events()[-1].kind == "stays.cancelled_here"
    counter.drop(guest)
    assert counter.desk.late("3") == set(nights(0, 3))


def test_r24_what_no_channel_shows_opens(counter: Counter) -> None:
    own = counter.desk.block("3", nights(0, 2), Reason.GUEST).stay.id
    counter.desk.unblock(own)
    assert (counter.desk.stay(own).state, counter.tasks()) == (StayState.RELEASED, ())


def test_r24_a_guest_who_leaves_early_is_not_cancelled(counter: Counter) -> None:
    guest = counter.sell("3", nights(0, 3))
    counter.check_in(guest)
    counter.desk.advance(DAY)
    counter.desk.unblock(guest)
    assert (counter.desk.stay(guest).state, counter.desk.stay(guest).nights) == (StayState.HOLDING, nights(0, 1))
    assert counter.desk.late("3") == {day(1), day(2)}


def test_r24_a_part_of_a_booking_is_shortened_as_ever(counter: Counter) -> None:
    guest = counter.sell("3", nights(0, 3))
    counter.desk.unblock(guest, nights(2, 1))
    assert counter.desk.held(guest) == in_room("3", nights(0, 2))
    assert counter.tasks() == ()


def test_r24_a_contested_booking_cancelled_here_leaves_its_case(counter: Counter) -> None:
    first = counter.sell("3", nights(0, 2))
    second = counter.sell("3", nights(1, 2), "booking_com")
    counter.desk.unblock(first)
    assert counter.cases() == ()
    assert counter.desk.held(second) == in_room("3", nights(1, 2))
    assert counter.desk.held(first) == in_room("3", nights(0, 1))


def test_r25_a_cancellation_is_taken_back(counter: Counter) -> None:
    guest = counter.sell("3", nights(0, 3))
    change = counter.desk.unblock(guest)
    (undone,) = counter.desk.undo(change.event_id)
    assert undone.what == "stays.cancelled_here"
    assert (counter.desk.stay(guest).state, counter.how(guest)) == (StayState.HOLDING, ["undone"])
    assert counter.tasks() == ()


def test_r25_a_cancellation_whose_nights_went_to_others_stands(counter: Counter) -> None:
    guest = counter.sell("3", nights(0, 3))
    change = counter.desk.unblock(guest)
    other = counter.insist("3", nights(1, 1), Reason.WALK_IN).stay.id
    assert counter.desk.held(other) == in_room("3", nights(1, 1))
    # The nights went to somebody else: that changed the stay.
    with pytest.raises(errors.ChangedMeanwhile):
        counter.desk.undo(change.event_id)
    assert counter.desk.stay(guest).state == StayState.SHADOWED
