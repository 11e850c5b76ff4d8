"""The counters of the days are recomputed, compared, and put right."""

from datetime import date, timedelta

from sqlalchemy import update

from core.inventory import audit
from core.inventory.audit import Counters
from core.inventory.models import InventoryDay
from core.stays.reasons import Reason
from tests.core.setup.house import House

TODAY = date(2026, 11, 20)


def differences(house: House) -> list[audit.Difference]:
    """What is counted wrongly."""
    with house.store.reading() as session:
        return audit.differences(session, house.clock.now())


def spoil(house: House, night: date, **counters: int) -> None:
    """Count a night of the doubles wrongly."""
    type_id = house.room("1").type_id
    with house.store.unit_of_work() as work:
        query = update(InventoryDay).where(InventoryDay.type_id == type_id, InventoryDay.night == night)
        work.session.execute(query.values(**counters))


def repair(house: House) -> tuple[int, int]:
    """Put right what can be."""
    with house.store.unit_of_work() as work:
        return audit.repair(work)


def busy_house(house: House) -> None:
    """Rooms held for every reason, and one stay that lost its nights to a fact."""
    house.setup()
    house.block("1", TODAY, TODAY + timedelta(days=3))
    house.block("2", TODAY, TODAY + timedelta(days=2), Reason.WALK_IN)
    house.block("2", TODAY + timedelta(days=1), TODAY + timedelta(days=4), Reason.MAINTENANCE)


def test_what_the_front_desk_does_is_counted_rightly(house: House) -> None:
    busy_house(house)
    assert differences(house) == []


def test_a_wrong_counter_is_found_with_its_truth(house: House) -> None:
    busy_house(house)
    spoil(house, TODAY + timedelta(days=1), sold=1, contested=0)
    (found,) = differences(house)
    assert (found.property, found.type, found.night) == ("baobab", "DBL", TODAY + timedelta(days=1))
    assert found.counted == Counters(total=4, sold=1, blocked=2, contested=0)
    assert found.truth == Counters(total=4, sold=0, blocked=2, contested=1)


def test_a_missing_day_with_held_nights_is_found(house: House) -> None:
    busy_house(house)
    with house.store.unit_of_work() as work:
        work.session.delete(work.session.get_one(InventoryDay, (house.room("1").type_id, TODAY)))
    (found,) = differences(house)
    assert (found.night, found.counted) == (TODAY, None)


def test_wrong_counters_are_put_right(house: House) -> None:
    busy_house(house)
    spoil(house, TODAY, sold=0, blocked=0, total=9)
    spoil(house, TODAY + timedelta(days=9), contested=2)
    with house.store.unit_of_work() as work:
        work.session.delete(work.session.get_one(InventoryDay, (house.room("1").type_id, TODAY + timedelta(days=2))))
    assert repair(house) == (3, 0)
    assert differences(house) == []
    assert repair(house) == (0, 0)


def test_a_day_that_is_oversold_in_truth_is_left_to_a_person(house: House) -> None:
    busy_house(house)
    with house.store.unit_of_work() as work:
        for name in ("2", "3", "12A"):
            room = work.session.merge(house.room(name))
            room.removed_at = work.now
    repaired, refused = repair(house)
    assert (repaired, refused) == (731 - 3, 3)  # On three nights two rooms are held, and one is left of the type.
    assert len(differences(house)) == 3


def test_the_past_is_left_as_it_was_counted(house: House) -> None:
    busy_house(house)
    spoil(house, TODAY, total=9)
    house.clock.advance(timedelta(days=1))
    assert differences(house) == []
