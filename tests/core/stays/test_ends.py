"""Unblocking, extending, shortening and moving: what is opened, what is kept, what is refused."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from core.inventory.service import NightTaken
from core.stays import commands, errors, service
from core.stays.reasons import Reason, StayState
from core.values.nights import Nights
from tests.support.desk import Desk, day, in_room, nights

DAYS = timedelta(days=1)


def test_unblocking_the_whole_releases_the_stay(desk: Desk) -> None:
    stay_id = desk.block("3", nights(0, 3)).stay.id
    change = desk.unblock(stay_id)
    assert change.nights == nights(0, 3)
    assert desk.stay(stay_id).state == StayState.RELEASED
    assert desk.held(stay_id) == set()
    assert desk.counted(day(1)) == (0, 0, 0)
    desk.block("3", nights(0, 3))


@pytest.mark.parametrize(
    ("opened", "kept"),
    [
        (nights(1, 1), nights(2, 3)),
        (nights(0, 2), nights(2, 3)),
        (nights(4, 1), nights(1, 3)),
        (nights(3, 9), nights(1, 2)),
    ],
)
def test_an_end_of_a_stay_can_be_opened(desk: Desk, opened: Nights, kept: Nights) -> None:
    stay_id = desk.block("3", nights(1, 4)).stay.id
    desk.unblock(stay_id, opened)
    assert desk.stay(stay_id).nights == kept
    assert desk.held(stay_id) == in_room("3", kept)


def test_the_middle_of_a_stay_cannot_be_opened(desk: Desk) -> None:
    stay_id = desk.block("3", nights(0, 4)).stay.id
    with pytest.raises(errors.OpensTheMiddle):
        desk.unblock(stay_id, nights(1, 2))
    assert desk.held(stay_id) == in_room("3", nights(0, 4))


def test_nights_it_has_not_cannot_be_opened(desk: Desk) -> None:
    stay_id = desk.block("3", nights(0, 2)).stay.id
    with pytest.raises(errors.NothingToChange):
        desk.unblock(stay_id, nights(2, 1))


def test_nights_that_are_over_stay_with_the_stay(desk: Desk) -> None:
    stay_id = desk.block("3", nights(0, 4)).stay.id
    desk.advance(2 * DAYS)
    assert desk.unblock(stay_id).nights == nights(2, 2)
    assert (desk.stay(stay_id).state, desk.stay(stay_id).nights) == (StayState.HOLDING, nights(0, 2))
    assert desk.held(stay_id) == in_room("3", nights(0, 2))


def test_a_stay_that_is_over_has_nothing_to_open(desk: Desk) -> None:
    stay_id = desk.block("3", nights(0, 1)).stay.id
    desk.advance(2 * DAYS)
    with pytest.raises(errors.NightsLeft):
        desk.unblock(stay_id)
    with pytest.raises(errors.NightsLeft):
        desk.move(stay_id, "4")
    with pytest.raises(errors.NightsLeft):
        desk.extend(stay_id, day(5))


def test_a_released_stay_can_be_changed_no_more(desk: Desk) -> None:
    stay_id = desk.block("3", nights(0, 2)).stay.id
    desk.unblock(stay_id)
    with pytest.raises(errors.AlreadyEnded):
        desk.unblock(stay_id)
    with pytest.raises(errors.AlreadyEnded):
        desk.extend(stay_id, day(5))


def test_an_extension_takes_the_added_nights(desk: Desk) -> None:
    stay_id = desk.block("3", nights(0, 2), Reason.GUEST).stay.id
    change = desk.extend(stay_id, day(4))
    assert change.nights == nights(2, 2)
    assert desk.held(stay_id) == in_room("3", nights(0, 4))


def test_an_extension_over_a_taken_night_is_refused_whole(desk: Desk) -> None:
    stay_id = desk.block("3", nights(0, 2)).stay.id
    holder = desk.block("3", nights(3, 1), Reason.GUEST).stay.id
    with pytest.raises(NightTaken) as refused:
        desk.extend(stay_id, day(5))
    assert (refused.value.facts["night"], refused.value.facts["stay_id"]) == (day(3), holder)
    assert desk.held(stay_id) == in_room("3", nights(0, 2))


@pytest.mark.parametrize("departure", [day(1), day(2)])
def test_an_extension_ends_later(desk: Desk, departure: date) -> None:
    stay_id = desk.block("3", nights(0, 2)).stay.id
    with pytest.raises(errors.NothingToChange):
        desk.extend(stay_id, departure)


def test_shortening_opens_the_last_nights(desk: Desk) -> None:
    stay_id = desk.block("3", nights(0, 4)).stay.id
    assert desk.shorten(stay_id, day(1)).nights == nights(1, 3)
    assert desk.held(stay_id) == in_room("3", nights(0, 1))
    desk.block("3", nights(1, 3))


@pytest.mark.parametrize("departure", [day(0), day(4), day(5)])
def test_shortening_leaves_a_night_and_takes_one(desk: Desk, departure: date) -> None:
    stay_id = desk.block("3", nights(0, 4)).stay.id
    with pytest.raises(errors.NothingToChange):
        desk.shorten(stay_id, departure)


def test_a_stay_is_not_shortened_into_the_past(desk: Desk) -> None:
    stay_id = desk.block("3", nights(0, 4)).stay.id
    desk.advance(2 * DAYS)
    with pytest.raises(errors.InThePast):
        desk.shorten(stay_id, day(1))
    desk.shorten(stay_id, day(2))
    assert desk.held(stay_id) == in_room("3", nights(0, 2))


def test_a_move_takes_all_nights_along(desk: Desk) -> None:
    stay_id = desk.block("3", nights(0, 3), Reason.GUEST).stay.id
    change = desk.move(stay_id, "7")
    assert change.room.name == "7"
    assert desk.held(stay_id) == in_room("7", nights(0, 3))
    assert desk.counted(day(0)) == (0, 0, 0)
    assert desk.counted(day(0), "TWN") == (1, 0, 0)


def test_nights_that_are_over_stay_in_the_old_room(desk: Desk) -> None:
    stay_id = desk.block("3", nights(0, 3), Reason.GUEST).stay.id
    desk.advance(DAYS)
    desk.move(stay_id, "7")
    assert desk.held(stay_id) == in_room("3", nights(0, 1)) | in_room("7", nights(1, 2))
    desk.advance(DAYS)
    desk.move(stay_id, "3")
    assert desk.held(stay_id) == in_room("3", nights(0, 1)) | in_room("7", nights(1, 1)) | in_room("3", nights(2, 1))


def test_a_move_into_a_taken_room_is_refused_whole(desk: Desk) -> None:
    stay_id = desk.block("3", nights(0, 3)).stay.id
    holder = desk.block("4", nights(2, 1)).stay.id
    with pytest.raises(NightTaken) as refused:
        desk.move(stay_id, "4")
    assert refused.value.facts["stay_id"] == holder
    assert desk.held(stay_id) == in_room("3", nights(0, 3))


def test_a_move_within_the_room_changes_nothing(desk: Desk) -> None:
    stay_id = desk.block("3", nights(0, 3)).stay.id
    with pytest.raises(errors.NothingToChange):
        desk.move(stay_id, "3")


@pytest.mark.parametrize("verb", ["unblock", "extend", "shorten", "move"])
def test_a_change_decided_on_an_older_revision_is_refused(desk: Desk, verb: str) -> None:
    stay = desk.block("3", nights(0, 3)).stay
    old = stay.revision
    desk.extend(stay.id, day(4))
    orders = {
        "unblock": commands.UnblockRoom(stay.id, old),
        "extend": commands.ExtendStay(stay.id, old, day(6)),
        "shorten": commands.ShortenStay(stay.id, old, day(1)),
        "move": commands.MoveStay(stay.id, old, desk.hotel.rooms["4"]),
    }
    with pytest.raises(errors.ChangedMeanwhile), desk.store.unit_of_work() as work:
        getattr(service, verb)(work, orders[verb], desk.by)
    assert desk.held(stay.id) == in_room("3", nights(0, 4))


def test_every_change_gives_the_stay_a_new_revision_and_its_feeds_a_new_version(desk: Desk) -> None:
    stay_id = desk.block("3", nights(0, 3)).stay.id
    seen = [(desk.stay(stay_id).revision, desk.version("3"))]
    changes: list[Callable[[], object]] = [
        lambda: desk.extend(stay_id, day(5)),
        lambda: desk.shorten(stay_id, day(4)),
        lambda: desk.move(stay_id, "4"),
        lambda: desk.move(stay_id, "3"),
        lambda: desk.unblock(stay_id),
    ]
    for change in changes:
        change()
        seen.append((desk.stay(stay_id).revision, desk.version("3")))
    revisions, versions = zip(*seen, strict=True)
    assert list(revisions) == list(range(revisions[0], revisions[0] + 6))
    assert list(versions) == list(range(versions[0], versions[0] + 6))
    assert desk.version("4") == 3


def test_a_stay_that_is_not_there_is_not_found(desk: Desk) -> None:
    with pytest.raises(errors.NoSuchStay), desk.store.unit_of_work() as work:
        service.unblock(work, commands.UnblockRoom(4711, 1), desk.by)
