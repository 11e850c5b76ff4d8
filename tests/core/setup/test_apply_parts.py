"""Rooms made of parts in the setup file."""

from datetime import date

import pytest
from sqlalchemy import select

from core.events.service import By
from core.inventory import parts
from core.inventory.models import RoomPart
from core.properties.models import Property
from core.setup import rooms as house_rooms
from core.setup.account import What
from core.setup.errors import Why
from core.setup.rooms import RoomInUse
from tests.core.setup.house import BAOBAB, House

VILLA = """
[[room_type]]
code = "VILLA"
name = "Villa"
rooms = ["Villa"]
[room_type.parts]
villa = ["1", "2"]
"""
TODAY = date(2026, 11, 20)
LINE = (BAOBAB + VILLA).count("\n")
"""Where the parts stand."""


def made_of(house: House) -> set[str]:
    """Return the parts of the villa by name."""
    whole = house.room("Villa")
    with house.store.reading() as session:
        ids = set(session.scalars(select(RoomPart.part_id).where(RoomPart.whole_id == whole.id)))
    return {name for name in ("1", "2", "3", "12A") if house.room(name).id in ids}


def test_a_room_is_made_of_the_parts_that_the_file_names(house: House) -> None:
    outcome = house.setup(BAOBAB + VILLA)
    assert made_of(house) == {"1", "2"}
    told = next(one for one in outcome.changes if one.what is What.PARTS_SET)
    assert told.facts == {"room": "Villa", "parts": ["1", "2"]}
    with house.store.reading() as session:
        whole = house.room("Villa")
        assert set(parts.of_room(session, whole.id).taken_with(whole.id)) == {
            whole.id, house.room("1").id, house.room("2").id,
        }  # fmt: skip


def test_the_same_file_twice_changes_nothing(house: House) -> None:
    house.setup(BAOBAB + VILLA)
    assert house.setup(BAOBAB + VILLA).changes == ()


def test_parts_are_changed_ended_and_kept_when_left_out(house: House) -> None:
    house.setup(BAOBAB + VILLA)
    house.setup(BAOBAB + VILLA.replace('"2"', '"3"'))
    assert made_of(house) == {"1", "3"}
    kept = house.setup(BAOBAB + VILLA.partition("[room_type.parts]")[0]).kept
    assert {"room": "Villa", "parts": ["1", "3"]} in [one.facts for one in kept if one.what is What.PARTS_KEPT]
    assert made_of(house) == {"1", "3"}
    outcome = house.setup(BAOBAB + VILLA.replace('["1", "2"]', "[]"))
    assert [one.what for one in outcome.changes] == [What.PARTS_ENDED]
    assert made_of(house) == set()


@pytest.mark.parametrize(
    ("wrong", "why", "line"),
    [
        (VILLA.replace('"2"]', '"22"]'), Why.UNKNOWN_ROOM, LINE),
        (VILLA.replace("villa =", "3 ="), Why.UNKNOWN_ROOM, LINE),
        (VILLA.replace('"2"]', '"villa"]'), Why.PART_OF_ITSELF, LINE),
        (VILLA.replace('"2"]', '"1"]'), Why.TWICE, LINE),
        (
            VILLA.replace('rooms = ["Villa"]', 'rooms = ["Villa", "Wing"]') + 'wing = ["villa"]\n',
            Why.PART_IS_WHOLE,
            LINE + 1,
        ),
    ],
)
def test_what_cannot_be_is_told_with_its_line(house: House, wrong: str, why: Why, line: int) -> None:
    faults = house.refused(BAOBAB + wrong)
    assert (why, line) in [(fault.why, fault.line) for fault in faults]


def test_a_room_with_nights_to_come_keeps_its_parts(house: House) -> None:
    house.setup(BAOBAB + VILLA)
    house.block("Villa", TODAY, TODAY.replace(day=22))
    (fault,) = house.refused(BAOBAB + VILLA.replace('"2"', '"3"'))
    assert (fault.why, fault.facts["room"], fault.facts["nights"]) == (Why.WHOLE_IN_USE, "Villa", 2)
    assert made_of(house) == {"1", "2"}


def test_a_removed_part_does_not_come_back_while_its_whole_is_taken(house: House) -> None:
    house.setup(BAOBAB + VILLA)
    with house.store.unit_of_work() as work:
        house_rooms.remove(work, work.session.get_one(Property, house.room("Villa").property_id), "2", By())
    house.block("Villa", TODAY, TODAY.replace(day=22))
    with pytest.raises(RoomInUse), house.store.unit_of_work() as work:
        house_rooms.restore(work, work.session.get_one(Property, house.room("Villa").property_id), "2", By())
