"""Taking and releasing nights below the verbs: the counters, the locks, and which rooms' feeds are touched."""

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from core.db.work import UnitOfWork
from core.inventory import service as inventory
from core.inventory.models import InventoryDay, RoomNight
from core.inventory.service import NightTaken, TypeOversold
from core.properties.models import Room
from core.stays.models import Stay
from core.stays.reasons import Reason
from tests.support.desk import Desk, day, in_room, nights


def test_the_database_refuses_a_second_holder_of_a_night(desk: Desk) -> None:
    one, other = desk.block("3", nights(0, 1)).stay.id, desk.block("4", nights(0, 1)).stay.id
    assert one != other
    with pytest.raises(IntegrityError), desk.store.unit_of_work() as work:
        work.session.add(RoomNight(room_id=desk.hotel.rooms["3"], night=day(0), stay_id=other))


@pytest.mark.parametrize("counts", ["sold = 3", "sold = 1, blocked = 2", "sold = -1", "contested = -1", "total = 0"])
def test_the_database_refuses_impossible_counts(desk: Desk, counts: str) -> None:
    desk.block("3", nights(0, 1))
    with pytest.raises(IntegrityError), desk.store.unit_of_work() as work:
        work.session.execute(text(f"UPDATE inventory_days SET {counts}"))


def test_contested_stays_are_outside_the_check_and_lower_what_is_available(desk: Desk) -> None:
    for _ in range(3):
        desk.block("3", nights(0, 1), Reason.MAINTENANCE)
    with desk.store.reading() as session:
        row = session.get_one(InventoryDay, (desk.hotel.types["DBL"], day(0)))
        assert (row.total, row.blocked, row.contested, row.available) == (2, 1, 2, 0)


def test_what_is_available_is_never_below_nothing(desk: Desk) -> None:
    counted = InventoryDay(total=5, sold=1, blocked=1, contested=1, keep_back=1, stop_sell=False)
    assert counted.available == 1
    counted.keep_back = 4
    assert counted.available == 0
    counted.keep_back, counted.stop_sell = 0, True
    assert counted.available == 0
    assert desk.counted(day(0)) == (0, 0, 0)


def test_a_type_counts_no_more_rooms_than_it_has(desk: Desk) -> None:
    desk.block("3", nights(0, 1))
    with desk.store.unit_of_work() as work:
        work.session.execute(update(InventoryDay).values(total=1))
    with pytest.raises(TypeOversold) as refused:
        desk.block("4", nights(0, 1))
    assert refused.value.facts == {"type_id": desk.hotel.types["DBL"], "night": day(0)}
    with desk.store.unit_of_work() as work:
        work.session.execute(update(InventoryDay).values(total=2))


def test_a_night_that_is_refused_names_the_first_holder(desk: Desk) -> None:
    later, sooner = desk.block("3", nights(3, 1)).stay.id, desk.block("3", nights(1, 1)).stay.id
    assert later < sooner
    with desk.store.unit_of_work() as work, pytest.raises(NightTaken) as refused:
        inventory.refuse_taken(work, _room(work, desk, "3"), list(nights(0, 5)))
    assert (refused.value.facts["night"], refused.value.facts["stay_id"]) == (day(1), sooner)


def test_nights_between_those_that_are_wanted_are_in_nobodys_way(desk: Desk) -> None:
    desk.block("3", nights(1, 1))
    wanted = [day(2), day(0)]
    with desk.store.unit_of_work() as work:
        inventory.refuse_taken(work, _room(work, desk, "3"), wanted)
        assert inventory.free_of(work, desk.hotel.rooms["3"], [day(2), day(1), day(0)]) == [day(0), day(2)]
        assert inventory.free_of(work, desk.hotel.rooms["3"], []) == []


def test_releasing_gives_up_only_what_is_held(desk: Desk) -> None:
    stay_id = desk.block("3", nights(0, 2)).stay.id
    desk.block("3", nights(2, 2))
    with desk.store.unit_of_work() as work:
        stay = work.session.get_one(Stay, stay_id)
        assert inventory.release(work, stay, list(nights(1, 3))) == {desk.hotel.rooms["3"]: [day(1)]}
        assert inventory.release(work, stay, list(nights(1, 3))) == {}
        inventory.take(work, stay, _room(work, desk, "3"), [day(1)])
    assert desk.held(stay_id) == in_room("3", nights(0, 2))


def test_many_nights_take_several_statements(desk: Desk) -> None:
    stay_id = desk.block("3", nights(0, 365)).stay.id
    desk.move(stay_id, "7")
    assert desk.held(stay_id) == in_room("7", nights(0, 365))
    assert {desk.counted(day(offset)) for offset in range(365)} == {(0, 0, 0)}
    assert {desk.counted(day(offset), "TWN") for offset in range(365)} == {(0, 1, 0)}


def test_a_change_touches_its_rooms_once(desk: Desk) -> None:
    stay_id = desk.block("3", nights(0, 2)).stay.id
    with desk.store.unit_of_work() as work:
        stay = work.session.get_one(Stay, stay_id)
        inventory.move(work, stay, _room(work, desk, "7"), list(nights(0, 2)))
        assert inventory.touched_rooms(work) == sorted(desk.hotel.rooms[name] for name in ("3", "7"))
        assert inventory.touched_rooms(work) == []
        inventory.move(work, stay, _room(work, desk, "3"), list(nights(0, 2)))


def test_r01_a_stay_without_a_room_touches_the_feeds_of_its_whole_type(desk: Desk) -> None:
    desk.block("3", nights(0, 2), Reason.GUEST)
    before = {room: desk.version(room) for room in ("3", "4", "7")}
    fact = desk.block("3", nights(0, 1), Reason.MAINTENANCE)
    after = {room: desk.version(room) for room in before}
    assert {room for room in before if after[room] > before[room]} == {"3", "4"}
    desk.unblock(fact.stay.id)
    assert {room for room in before if desk.version(room) > after[room]} == {"3", "4"}


def test_r01_rooms_kept_back_make_a_type_tight(desk: Desk) -> None:
    stay_id = desk.block("3", nights(0, 2)).stay.id
    with desk.store.unit_of_work() as work:
        work.session.execute(update(InventoryDay).values(keep_back=1))
    before = desk.version("4")
    desk.shorten(stay_id, day(1))
    assert desk.version("4") == before + 1


def test_days_are_made_with_the_rooms_there_are(desk: Desk) -> None:
    with desk.store.unit_of_work() as work:
        removed = work.session.get_one(Room, desk.hotel.rooms["4"])
        removed.removed_at = work.now
        work.session.flush()
        inventory.lock(work, [(desk.hotel.types["DBL"], day(3)), (desk.hotel.types["DBL"], day(3))])
    with desk.store.reading() as session:
        query = select(InventoryDay.night, InventoryDay.total)
        assert [tuple(row) for row in session.execute(query)] == [(day(3), 1)]


def _room(work: UnitOfWork, desk: Desk, name: str) -> Room:
    return work.session.get_one(Room, desk.hotel.rooms[name])
