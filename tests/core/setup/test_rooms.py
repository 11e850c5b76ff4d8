"""Rooms leave the house and come back; their feeds and their type's days follow."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core.events.models import Event
from core.events.service import By
from core.feeds.models import FeedVersion
from core.inventory import audit
from core.inventory.models import InventoryDay
from core.setup import rooms
from core.stays.reasons import Reason
from tests.core.setup.house import House

TODAY = date(2026, 11, 20)


def remove(house: House, name: str) -> None:
    """Take a room out of the house."""
    with house.store.unit_of_work() as work:
        rooms.remove(work, house.place(), name, By())


def restore(house: House, name: str) -> None:
    """Bring a room back."""
    with house.store.unit_of_work() as work:
        rooms.restore(work, house.place(), name, By())


def total(house: House, night: date) -> int:
    """How many doubles there are on a night."""
    type_id = house.room("1").type_id
    with house.store.reading() as session:
        return session.get_one(InventoryDay, (type_id, night)).total


def version(house: House, name: str) -> int:
    """The version of a room's feeds."""
    room_id = house.room(name).id
    with house.store.reading() as session:
        return session.get_one(FeedVersion, room_id).version


def test_r06_a_removed_room_is_not_counted_and_its_feeds_change(house: House) -> None:
    house.setup()
    before = version(house, "3")
    remove(house, "3")
    assert house.room("3").removed_at is not None
    assert total(house, TODAY) == 3
    assert version(house, "3") == before + 1


def test_r06_a_room_with_nights_to_come_is_not_removed(house: House) -> None:
    house.setup()
    house.block("3", TODAY + timedelta(days=5), TODAY + timedelta(days=7))
    with pytest.raises(rooms.RoomInUse) as refused:
        remove(house, "3")
    assert refused.value.facts == {"room": "3", "nights": 2, "first": TODAY + timedelta(days=5)}
    assert house.room("3").removed_at is None
    assert total(house, TODAY) == 4


def test_a_room_with_nights_behind_it_is_removed_and_its_past_stays_counted(house: House) -> None:
    house.setup()
    for name in ("1", "2", "3", "12A"):
        house.block(name, TODAY, TODAY + timedelta(days=1))
    house.clock.advance(timedelta(days=1))
    remove(house, "3")
    assert (total(house, TODAY), total(house, TODAY + timedelta(days=1))) == (4, 3)
    with house.store.reading() as session:
        assert audit.differences(session, house.clock.now()) == []


def test_tonight_counts_as_to_come_until_the_business_day_ends(house: House) -> None:
    house.setup()
    house.block("3", TODAY, TODAY + timedelta(days=1))
    house.clock.advance(timedelta(hours=7))  # 04:40 in Nairobi.
    with pytest.raises(rooms.RoomInUse):
        remove(house, "3")
    house.clock.advance(timedelta(minutes=30))
    remove(house, "3")


def test_a_contested_stay_keeps_its_room_in_the_house(house: House) -> None:
    house.setup()
    house.block("3", TODAY, TODAY + timedelta(days=1))
    house.block("3", TODAY, TODAY + timedelta(days=1), Reason.MAINTENANCE)
    with pytest.raises(rooms.RoomInUse):
        remove(house, "3")


def test_a_restored_room_is_counted_again(house: House) -> None:
    house.setup()
    remove(house, "3")
    before = version(house, "3")
    restore(house, "3")
    assert house.room("3").removed_at is None
    assert total(house, TODAY) == 4
    assert version(house, "3") == before + 1


def test_a_room_is_found_by_its_alias_and_in_any_letter_case(house: House) -> None:
    house.setup()
    remove(house, "The Garden  double")
    assert house.room("12A").removed_at is not None
    restore(house, "12a")


def test_what_is_done_already_is_refused(house: House) -> None:
    house.setup()
    with pytest.raises(rooms.NotRemoved):
        restore(house, "3")
    remove(house, "3")
    with pytest.raises(rooms.AlreadyRemoved):
        remove(house, "3")
    with pytest.raises(rooms.NoSuchRoom):
        remove(house, "33")


def test_a_file_does_not_bring_a_removed_room_back(house: House) -> None:
    house.setup()
    remove(house, "3")
    told = house.setup()
    assert told.changes == ()
    assert [dict(one.facts) for one in told.notes if one.what == "room_is_removed"] == [{"room": "3"}]
    assert house.room("3").removed_at is not None


def test_removing_and_restoring_are_events(house: House) -> None:
    house.setup()
    remove(house, "3")
    restore(house, "3")
    with house.store.reading() as session:
        kinds = session.scalars(select(Event.kind).order_by(Event.id.desc()).limit(2)).all()
    assert kinds == ["properties.room_restored", "properties.room_removed"]
