"""Taking changes back (R25): each undo is a new command under today's rules, refused when it comes too late."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from core.channels.models import ChannelLink
from core.feeds.service import UNDO_TIME
from core.inventory.service import NightTaken
from core.logs import correlated
from core.stays import errors, undo
from core.stays.reasons import Reason, StayState
from core.stays.telling import Change
from tests.support.desk import Desk, day, in_room, nights

SECOND = timedelta(seconds=1)
Verb = Callable[[Desk, int], Change]
CHANGES: dict[str, Verb] = {
    "unblock": lambda desk, stay_id: desk.unblock(stay_id),
    "unblock the first nights": lambda desk, stay_id: desk.unblock(stay_id, nights(1, 1)),
    "unblock the last nights": lambda desk, stay_id: desk.unblock(stay_id, nights(3, 1)),
    "extend": lambda desk, stay_id: desk.extend(stay_id, day(6)),
    "shorten": lambda desk, stay_id: desk.shorten(stay_id, day(2)),
    "move": lambda desk, stay_id: desk.move(stay_id, "7"),
}


@pytest.mark.parametrize("verb", CHANGES)
def test_r25_an_undone_change_leaves_the_nights_as_they_were(desk: Desk, verb: str) -> None:
    stay_id = desk.block("3", nights(1, 3), Reason.GUEST).stay.id
    change = CHANGES[verb](desk, stay_id)
    assert desk.held(stay_id) != in_room("3", nights(1, 3))
    (undone,) = desk.undo(change.event_id)
    stay = desk.stay(stay_id)
    assert (stay.nights, stay.state) == (nights(1, 3), StayState.HOLDING)
    assert desk.held(stay_id) == in_room("3", nights(1, 3))
    done, back = [event for event in desk.events() if event.subject == "stay"][-2:]
    assert undone.what == done.kind
    assert [event.undoes for event in (done, back)] == [None, change.event_id]


def test_r25_an_undone_block_is_released(desk: Desk) -> None:
    change = desk.block("3", nights(0, 2))
    desk.undo(change.event_id)
    assert desk.stay(change.stay.id).state == StayState.RELEASED
    assert desk.held(change.stay.id) == set()


def test_r25_an_undo_within_the_undo_time_is_in_time(desk: Desk) -> None:
    change = desk.block("3", nights(0, 2))
    desk.advance(UNDO_TIME)
    desk.undo(change.event_id)
    assert desk.held(change.stay.id) == set()


def test_r25_an_undo_after_the_undo_time_is_too_late(desk: Desk) -> None:
    change = desk.block("3", nights(0, 2))
    desk.advance(UNDO_TIME + SECOND)
    with pytest.raises(errors.TooLateToUndo) as refused:
        desk.undo(change.event_id)
    assert refused.value.facts == {"minutes": 10}
    assert desk.held(change.stay.id) == in_room("3", nights(0, 2))


def test_r25_a_change_is_undone_once(desk: Desk) -> None:
    stay_id = desk.block("3", nights(0, 2)).stay.id
    change = desk.extend(stay_id, day(4))
    desk.undo(change.event_id)
    with pytest.raises(errors.AlreadyUndone) as refused:
        desk.undo(change.event_id)
    assert refused.value.facts["person_id"] == desk.hotel.people["Amina"]
    assert desk.held(stay_id) == in_room("3", nights(0, 2))


def test_r25_an_undo_is_no_change_to_undo(desk: Desk) -> None:
    change = desk.block("3", nights(0, 2))
    desk.undo(change.event_id)
    with pytest.raises(errors.NothingToUndo):
        desk.undo(desk.events()[-1].id)
    with pytest.raises(errors.NothingToUndo):
        desk.undo(4711)


def test_r25_a_stay_changed_meanwhile_is_not_put_back(desk: Desk) -> None:
    stay_id = desk.block("3", nights(0, 2)).stay.id
    change = desk.extend(stay_id, day(4))
    desk.shorten(stay_id, day(3))
    with pytest.raises(errors.ChangedMeanwhile):
        desk.undo(change.event_id)
    assert desk.held(stay_id) == in_room("3", nights(0, 3))


@pytest.mark.parametrize("verb", ["unblock", "unblock the last nights", "shorten", "move"])
def test_r25_nights_taken_meanwhile_are_not_taken_back(desk: Desk, verb: str) -> None:
    stay_id = desk.block("3", nights(1, 3), Reason.GUEST).stay.id
    change = CHANGES[verb](desk, stay_id)
    given_up = desk.held(stay_id)
    holder = desk.block("3", nights(3, 1), Reason.WALK_IN).stay.id
    with pytest.raises(NightTaken) as refused:
        desk.undo(change.event_id)
    assert (refused.value.facts["night"], refused.value.facts["stay_id"]) == (day(3), holder)
    assert desk.held(stay_id) == given_up
    assert desk.held(holder) == in_room("3", nights(3, 1))


def test_r25_an_undo_of_several_is_all_or_nothing(desk: Desk) -> None:
    first, second = desk.block("3", nights(0, 2)), desk.block("4", nights(0, 2))
    desk.extend(first.stay.id, day(3))
    with pytest.raises(errors.ChangedMeanwhile):
        desk.undo(first.event_id, second.event_id)
    assert desk.held(second.stay.id) == in_room("4", nights(0, 2))


def test_r25_several_changes_are_undone_together(desk: Desk) -> None:
    first, second = desk.block("3", nights(0, 2)), desk.block("4", nights(0, 2))
    assert [each.change.stay.id for each in desk.undo(first.event_id, second.event_id)] == [
        second.stay.id,
        first.stay.id,
    ]
    assert desk.held(first.stay.id) | desk.held(second.stay.id) == set()


def test_r25_the_undo_names_the_channel_that_had_read(desk: Desk) -> None:
    change = desk.block("3", nights(0, 2))
    read_at = desk.store.clock.now()
    _has_read(desk, ("airbnb", "3"), desk.version("3"))
    (undone,) = desk.undo(change.event_id)
    assert undone.read_by == (undo.WrongRead("airbnb", read_at),)


def test_r25_a_channel_that_read_before_the_change_is_not_named(desk: Desk) -> None:
    _has_read(desk, ("airbnb", "3"), desk.version("3"))
    (undone,) = desk.undo(desk.block("3", nights(0, 2)).event_id)
    assert undone.read_by == ()


def test_the_last_change_is_that_of_the_last_message_and_of_nobody_else(desk: Desk) -> None:
    place, amina, juma = desk.hotel.property_id, desk.hotel.people["Amina"], desk.hotel.people["Juma"]
    desk.block("7", nights(0, 1))
    with correlated("one message"):
        events = [desk.block(room, nights(0, 1)).event_id for room in ("3", "4")]
    assert _last(desk, place, amina) == tuple(reversed(events))
    assert _last(desk, place, juma) == ()
    assert _last(desk, place + 1, amina) == ()
    desk.undo(*events)
    assert _last(desk, place, amina) == (1,)
    desk.advance(UNDO_TIME + SECOND)
    assert _last(desk, place, amina) == ()


def _last(desk: Desk, property_id: int, person_id: int) -> tuple[int, ...]:
    with desk.store.reading() as session:
        return undo.last_undoable(session, property_id, person_id, desk.store.clock.now())


def _has_read(desk: Desk, link: tuple[str, str], version: int) -> None:
    read = update(ChannelLink).where(ChannelLink.id == desk.hotel.links[link])
    with desk.store.unit_of_work() as work:
        work.session.execute(read.values(read_version=version, read_at=work.now))
