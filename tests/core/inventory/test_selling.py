"""What is held back of the channels: closed at once, opened late, told as an event."""

from datetime import timedelta

import pytest

from core.channels.models import Channel
from core.errors import DaudaError
from core.feeds import queries
from core.feeds.service import UNDO_TIME
from core.inventory import errors, selling
from core.inventory import service as inventory
from core.inventory.commands import SetAllowance, SetKeepBack, SetStopSell
from core.inventory.models import InventoryDay
from core.outbox import service as outbox
from core.outbox.effects import OpenDays
from core.stays.reasons import Reason
from core.values.nights import Nights
from tests.support.desk import Desk, day, nights
from tests.support.hotel import clock_of

FAR = timedelta(days=732)


def busy(desk: Desk, platform: str = "airbnb") -> set[int]:
    """Return the nights (days from today) that the feed of room 3 shows busy."""
    link_id = desk.hotel.links[platform, "3"]
    with desk.store.reading() as session:
        events = queries.shown(session, link_id, clock_of(desk.store).now())
        return {(night - day(0)).days for event in events for night in event.nights}


def stop(
    desk: Desk, wanted: Nights, *, stopped: bool = True, at_once: bool = False, channel: str | None = None
) -> None:
    """Close the doubles, or open them."""
    with desk.store.unit_of_work() as work:
        channel_id = work.session.query(Channel.id).where(Channel.platform == channel).scalar() if channel else None
        order = SetStopSell(desk.hotel.types["DBL"], wanted, stopped, channel_id)
        selling.set_stop_sell(work, order, desk.by, at_once=at_once)


def keep(desk: Desk, wanted: Nights, rooms: int, channel: str | None = None) -> None:
    """Keep doubles back."""
    with desk.store.unit_of_work() as work:
        channel_id = work.session.query(Channel.id).where(Channel.platform == channel).scalar() if channel else None
        selling.set_keep_back(work, SetKeepBack(desk.hotel.types["DBL"], wanted, rooms, channel_id), desk.by)


def run_due(desk: Desk) -> None:
    """Do what is due, as the relay does."""
    with desk.store.unit_of_work() as work:
        for lease in outbox.lease(work, 10):
            if isinstance(lease.effect, OpenDays):
                selling.open_due(work, lease.effect.type_id)
            outbox.done(work, lease)


def test_r01_a_stopped_sale_is_shown_busy_at_once_on_every_room_of_the_type(desk: Desk) -> None:
    before = {room: desk.version(room) for room in ("3", "4", "7")}
    stop(desk, nights(1, 2))
    assert busy(desk) == {1, 2}
    assert {room for room in before if desk.version(room) > before[room]} == {"3", "4"}


def test_r04_what_opens_is_shown_when_it_can_no_longer_be_undone(desk: Desk) -> None:
    stop(desk, nights(1, 2))
    stop(desk, nights(2, 1), stopped=False)
    run_due(desk)
    assert busy(desk) == {1, 2}
    desk.advance(UNDO_TIME)
    version = desk.version("4")
    run_due(desk)
    assert (busy(desk), desk.version("4")) == ({1}, version + 1)


def test_r04_undoing_a_closing_opens_at_once(desk: Desk) -> None:
    stop(desk, nights(1, 2))
    stop(desk, nights(1, 2), stopped=False, at_once=True)
    assert busy(desk) == set()


def test_r04_a_keep_back_that_is_lowered_opens_late(desk: Desk) -> None:
    keep(desk, nights(0, 2), 2)
    assert busy(desk) == {0, 1}
    keep(desk, nights(0, 2), 0)
    assert busy(desk) == {0, 1}
    desk.advance(UNDO_TIME)
    run_due(desk)
    assert busy(desk) == set()


def test_r01_rooms_kept_back_are_busy_when_no_more_are_free(desk: Desk) -> None:
    keep(desk, nights(0, 2), 1)
    assert busy(desk) == set()
    desk.block("4", nights(0, 1), Reason.GUEST)
    assert busy(desk) == {0}


def test_what_is_held_back_of_one_channel_is_shown_to_it_alone(desk: Desk) -> None:
    stop(desk, nights(0, 1), channel="airbnb")
    keep(desk, nights(3, 1), 2, channel="booking_com")
    assert (busy(desk), busy(desk, "booking_com")) == ({0}, {3})
    stop(desk, nights(0, 1), stopped=False, channel="airbnb")
    assert busy(desk) == {0}
    desk.advance(UNDO_TIME)
    run_due(desk)
    assert busy(desk) == set()


def test_a_change_is_told_with_what_was_before(desk: Desk) -> None:
    keep(desk, nights(1, 1), 1)
    keep(desk, nights(0, 3), 2)
    event = desk.events()[-1]
    assert (event.kind, event.subject, event.subject_id) == (
        "inventory.keep_back_set", "room_type", desk.hotel.types["DBL"],
    )  # fmt: skip
    assert event.facts["before"] == [
        [str(day(0)), str(day(1)), 0], [str(day(1)), str(day(2)), 1], [str(day(2)), str(day(3)), 0],
    ]  # fmt: skip
    assert (event.facts["value"], set(event.facts["versions"])) == (  # type: ignore[call-overload]
        2, {str(desk.hotel.rooms[room]) for room in ("3", "4")},
    )  # fmt: skip


def test_what_changes_nothing_gives_the_feeds_no_new_version(desk: Desk) -> None:
    keep(desk, nights(0, 1), 1)
    before = desk.version("3")
    keep(desk, nights(0, 1), 1)
    assert desk.version("3") == before


@pytest.mark.parametrize(
    ("wanted", "rooms", "refused"),
    [
        (nights(-1, 2), 1, errors.NotInThePast),
        (Nights(day(0), day(0) + FAR), 1, errors.BeyondTheHorizon),
        (nights(0, 1), -1, errors.NotACount),
        (nights(0, 1), 1000, errors.NotACount),
    ],
)
def test_what_makes_no_sense_is_refused(desk: Desk, wanted: Nights, rooms: int, refused: type[DaudaError]) -> None:
    with pytest.raises(refused):
        keep(desk, wanted, rooms)
    with pytest.raises(refused), desk.store.unit_of_work() as work:
        selling.set_allowance(work, SetAllowance(desk.hotel.types["DBL"], wanted, rooms), desk.by)


def test_types_and_channels_that_are_not_there_are_refused(desk: Desk) -> None:
    with pytest.raises(errors.NoSuchRoomType), desk.store.unit_of_work() as work:
        selling.set_stop_sell(work, SetStopSell(99, nights(0, 1), stop=True), desk.by)
    order = SetStopSell(desk.hotel.types["DBL"], nights(0, 1), stop=True, channel_id=99)
    with pytest.raises(errors.NotItsChannel), desk.store.unit_of_work() as work:
        selling.set_stop_sell(work, order, desk.by)


def test_r05_days_are_made_ahead_once_and_up_to_the_horizon(desk: Desk) -> None:
    desk.block("3", nights(2, 1))
    with desk.store.unit_of_work() as work:
        assert inventory.preload(work, desk.hotel.property_id, 10) == 19
        assert inventory.preload(work, desk.hotel.property_id, 10) == 0
        assert inventory.preload(work, desk.hotel.property_id) == 2 * 731 - 20
        assert inventory.preload(work, desk.hotel.property_id, 10_000) == 0
    desk.advance(timedelta(days=1))
    with desk.store.unit_of_work() as work:
        assert inventory.preload(work, desk.hotel.property_id) == 2
        row = work.session.get_one(InventoryDay, (desk.hotel.types["DBL"], day(2)))
        assert (row.total, row.blocked) == (2, 1)
