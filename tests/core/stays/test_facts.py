"""Out of order is a fact (R23): whom it displaces, and how the displaced get their nights back."""

from datetime import timedelta

import pytest

from core.inventory.service import NightTaken
from core.stays import errors
from core.stays.reasons import Reason, StayState
from tests.support.desk import Desk, day, in_room, nights

FIXED = Reason.MAINTENANCE


def test_r23_out_of_order_displaces_whoever_holds_the_night(desk: Desk) -> None:
    guest = desk.block("3", nights(0, 3), Reason.GUEST).stay.id
    owner = desk.block("3", nights(3, 2)).stay.id
    fact = desk.block("3", nights(2, 2), FIXED)
    assert [stay.id for stay in fact.displaced] == [guest, owner]
    assert desk.held(fact.stay.id) == in_room("3", nights(2, 2))
    assert desk.held(guest) == in_room("3", nights(0, 2))
    assert desk.held(owner) == in_room("3", nights(4, 1))
    assert {desk.stay(guest).state, desk.stay(owner).state} == {StayState.CONTESTED}
    assert desk.counted(day(2)) == (0, 1, 1)


def test_r23_a_fact_displaces_nobody_from_other_nights(desk: Desk) -> None:
    guest = desk.block("3", nights(0, 2), Reason.GUEST).stay.id
    assert desk.block("3", nights(2, 2), FIXED).displaced == ()
    assert desk.stay(guest).state == StayState.HOLDING


def test_no_other_reason_displaces_anybody(desk: Desk) -> None:
    desk.block("3", nights(0, 2), Reason.GUEST)
    for reason in (Reason.GUEST, Reason.WALK_IN, Reason.OWNER):
        with pytest.raises(NightTaken):
            desk.block("3", nights(1, 2), reason)


def test_r23_the_event_of_a_fact_names_the_displaced(desk: Desk) -> None:
    guest = desk.block("3", nights(0, 2), Reason.GUEST).stay.id
    desk.block("3", nights(1, 1), FIXED)
    assert _last_told(desk)["displaced"] == [guest]


def test_r23_the_displaced_get_their_nights_back_when_the_room_opens(desk: Desk) -> None:
    guest = desk.block("3", nights(0, 3), Reason.GUEST).stay.id
    fact = desk.block("3", nights(1, 1), FIXED).stay.id
    desk.unblock(fact)
    assert desk.held(guest) == in_room("3", nights(0, 3))
    assert desk.stay(guest).state == StayState.HOLDING
    assert desk.counted(day(1)) == (1, 0, 0)
    assert desk.late("3") == set()


def test_r23_the_displaced_take_what_opens_even_when_it_is_not_all(desk: Desk) -> None:
    guest = desk.block("3", nights(0, 4), Reason.GUEST).stay.id
    first = desk.block("3", nights(1, 1), FIXED).stay.id
    desk.block("3", nights(2, 1), FIXED)
    desk.unblock(first)
    assert desk.held(guest) == in_room("3", nights(0, 2)) | in_room("3", nights(3, 1))
    assert desk.stay(guest).state == StayState.CONTESTED
    with pytest.raises(NightTaken) as refused:
        desk.block("3", nights(1, 1))
    assert refused.value.facts["stay_id"] == guest


def test_r23_the_one_displaced_first_is_served_first(desk: Desk) -> None:
    first = desk.block("3", nights(0, 2), Reason.GUEST).stay.id
    second = desk.block("3", nights(0, 2), FIXED).stay.id
    third = desk.block("3", nights(0, 2), FIXED).stay.id
    assert desk.counted(day(0)) == (0, 1, 2)
    desk.unblock(third)
    assert desk.held(first) == in_room("3", nights(0, 2))
    assert (desk.stay(second).state, desk.held(second)) == (StayState.CONTESTED, set())


def test_r23_a_displaced_stay_gets_a_room_when_it_is_moved(desk: Desk) -> None:
    guest = desk.block("3", nights(0, 3), Reason.GUEST).stay.id
    fact = desk.block("3", nights(0, 2), FIXED).stay.id
    desk.move(guest, "7")
    assert desk.held(guest) == in_room("7", nights(0, 3))
    assert desk.stay(guest).state == StayState.HOLDING
    assert desk.counted(day(0)) == (0, 1, 0)
    assert desk.held(fact) == in_room("3", nights(0, 2))


def test_r23_a_displaced_stay_that_gives_up_what_it_lacks_holds_all(desk: Desk) -> None:
    guest = desk.block("3", nights(0, 3), Reason.GUEST).stay.id
    desk.block("3", nights(2, 1), FIXED)
    desk.shorten(guest, day(2))
    assert (desk.stay(guest).state, desk.held(guest)) == (StayState.HOLDING, in_room("3", nights(0, 2)))
    assert desk.counted(day(2)) == (0, 1, 0)


def test_r23_a_displaced_stay_can_be_released(desk: Desk) -> None:
    guest = desk.block("3", nights(0, 3), Reason.GUEST).stay.id
    fact = desk.block("3", nights(1, 1), FIXED).stay.id
    released = desk.unblock(guest)
    assert desk.held(guest) == set()
    assert desk.late("3") == {day(0), day(2)}
    assert desk.counted(day(1)) == (0, 1, 0)
    undone = desk.undo(released.event_id)[0].change
    assert undone.stay.state == StayState.CONTESTED
    assert desk.held(guest) == in_room("3", nights(0, 1)) | in_room("3", nights(2, 1))
    assert desk.counted(day(1)) == (0, 1, 1)
    desk.unblock(fact)
    assert desk.held(guest) == in_room("3", nights(0, 3))


def test_r23_out_of_order_for_longer_is_a_fact_too(desk: Desk) -> None:
    fact = desk.block("3", nights(0, 2), FIXED).stay.id
    guest = desk.block("3", nights(2, 2), Reason.GUEST).stay.id
    change = desk.extend(fact, day(3))
    assert [stay.id for stay in change.displaced] == [guest]
    assert desk.held(guest) == in_room("3", nights(3, 1))
    assert _last_told(desk)["displaced"] == [guest]
    desk.undo(change.event_id)
    assert desk.held(guest) == in_room("3", nights(2, 2))
    assert desk.stay(guest).state == StayState.HOLDING


def test_r25_undoing_a_fact_gives_the_nights_back(desk: Desk) -> None:
    guest = desk.block("3", nights(0, 3), Reason.GUEST).stay.id
    fact = desk.block("3", nights(0, 5), FIXED)
    desk.undo(fact.event_id)
    assert desk.held(guest) == in_room("3", nights(0, 3))
    assert desk.counted(day(4)) == (0, 0, 0)


def test_r25_undoing_a_shortening_of_a_displaced_stay_lets_it_wait_again(desk: Desk) -> None:
    guest = desk.block("3", nights(0, 3), Reason.GUEST).stay.id
    desk.block("3", nights(1, 1), FIXED)
    shortened = desk.shorten(guest, day(1))
    desk.undo(shortened.event_id)
    assert desk.held(guest) == in_room("3", nights(0, 1)) | in_room("3", nights(2, 1))
    assert (desk.stay(guest).state, desk.counted(day(1))) == (StayState.CONTESTED, (0, 1, 1))


def test_a_displaced_stay_was_changed_by_the_fact(desk: Desk) -> None:
    blocked = desk.block("3", nights(0, 3), Reason.GUEST)
    desk.block("3", nights(1, 1), FIXED)
    with pytest.raises(errors.ChangedMeanwhile):
        desk.undo(blocked.event_id)


def test_what_was_lacking_on_a_night_that_is_over_is_history(desk: Desk) -> None:
    guest = desk.block("3", nights(0, 3), Reason.GUEST).stay.id
    desk.block("3", nights(0, 1), FIXED)
    desk.advance(timedelta(days=1))
    desk.shorten(guest, day(2))
    assert desk.stay(guest).state == StayState.HOLDING
    assert desk.held(guest) == in_room("3", nights(1, 1))


def _last_told(desk: Desk) -> dict[str, object]:
    """Return the facts of the last event about a stay; the case that followed has its own."""
    return [event.facts for event in desk.events() if event.subject == "stay"][-1]
