"""A file is applied whole or not at all, and a second time changes nothing."""

from datetime import date, timedelta

from sqlalchemy import select

from core.events.models import Event
from core.feeds.models import FeedVersion
from core.inventory.models import InventoryDay
from core.setup.errors import Why
from core.stays.reasons import Reason
from tests.core.setup.house import BAOBAB, House, whats, whys

TODAY = date(2026, 11, 20)
TWIN = '[[room_type]]\ncode = "TWN"\nname = "Twin"\nrooms = ["4"]\n'


def days(house: House, type_id: int) -> dict[date, int]:
    """The days of a type with their totals."""
    with house.store.reading() as session:
        query = select(InventoryDay.night, InventoryDay.total).where(InventoryDay.type_id == type_id)
        return {night: total for night, total in session.execute(query)}  # noqa: C416 - rows are no pairs to mypy.


def version(house: House, room: str) -> int:
    """The version of a room's feeds."""
    room_id = house.room(room).id
    with house.store.reading() as session:
        return session.get_one(FeedVersion, room_id).version


def test_a_first_setup_makes_everything(house: House) -> None:
    told = house.setup()
    assert whats(told.changes) == [
        "property_made", "type_made", "room_made", "room_made", "room_made", "room_made", "person_made",
        "channel_made", "link_made", "import_set",
    ]  # fmt: skip
    assert told.kept == ()
    assert house.room("12A").aliases == ["the garden double"]
    assert [house.room(name).position for name in ("1", "2", "3", "12A")] == [0, 1, 2, 3]


def test_the_same_file_twice_changes_nothing(house: House) -> None:
    house.setup()
    rows = house.rows()
    told = house.setup()
    assert told.changes == ()
    assert told.kept == ()
    assert house.rows() == rows


def test_a_changed_file_does_change_something(house: House) -> None:
    house.setup()
    told = house.setup(BAOBAB.replace("Baobab Guest House", "Baobab Lodge"))
    assert whats(told.changes) == ["property_changed"]
    assert told.changes[0].facts["fields"] == ["name"]
    assert house.place().name == "Baobab Lodge"


def test_a_file_with_one_fault_writes_nothing_at_all(house: House) -> None:
    house.setup()
    rows = house.rows()
    text = BAOBAB.replace("Baobab Guest House", "Baobab Lodge") + TWIN.replace('"4"', '"4", "5"')
    faults = house.refused(text + '[[channel]]\nplatform = "vrbo"\nmode = "ical"\n[[channel.link]]\nroom = "33"\n')
    assert whys(faults) == [("channel.link.room", Why.UNKNOWN_ROOM)]
    assert faults[0].facts["nearest"] == "3"
    assert house.rows() == rows
    assert house.place().name == "Baobab Guest House"


def test_all_that_does_not_fit_what_is_there_is_told_at_once(house: House) -> None:
    house.setup()
    house.block("3", TODAY, TODAY + timedelta(days=2))
    text = BAOBAB.replace('"2", "3", "12A"', '"2", "12A"').replace('role = "property_admin"', 'role = "staff"')
    faults = house.refused(text + TWIN.replace('"4"', '"3"'))
    assert sorted(whys(faults)) == [("room_type.rooms", Why.ROOM_IN_USE), ("staff.role", Why.LAST_ADMIN)]


def test_what_a_file_leaves_out_is_kept_and_named(house: House) -> None:
    house.setup(BAOBAB + TWIN + '[[staff]]\nname = "Brian"\nrole = "staff"\n')
    head, _, _ = BAOBAB.partition("[[room_type]]")
    rows = house.rows()
    told = house.setup(head + '[[room_type]]\ncode = "DBL"\nname = "Double"\nrooms = ["1", "2", "3"]\n')
    assert told.changes == ()
    assert [dict(one.facts) for one in told.kept] == [
        {"type": "TWN"}, {"room": "12A"}, {"room": "4"}, {"name": "Amina"}, {"name": "Brian"}, {"platform": "airbnb"},
    ]  # fmt: skip
    assert house.rows() == rows


def test_two_properties_live_side_by_side(house: House) -> None:
    house.setup()
    other = BAOBAB.replace('"baobab"', '"acacia"').partition("[[channel]]")[0]
    told = house.setup(other)
    assert whats(told.changes)[:2] == ["property_made", "type_made"]
    assert house.setup().changes == ()


def test_r05_new_rooms_have_their_days_for_24_months(house: House) -> None:
    house.setup()
    counted = days(house, house.room("3").type_id)
    assert (min(counted), max(counted)) == (TODAY, date(2028, 11, 19))
    assert len(counted) == 731
    assert set(counted.values()) == {4}


def test_r05_the_horizon_begins_on_the_business_day(house: House) -> None:
    house.clock.advance(timedelta(hours=5))  # 02:40 of the 21st in Nairobi: the desk still lives in the 20th.
    house.setup()
    assert min(days(house, house.room("3").type_id)) == TODAY


def test_a_new_room_is_counted_and_served_at_once(house: House) -> None:
    house.setup()
    house.setup(BAOBAB.replace('"3", "12A"', '"3", "4", "12A"'))
    assert set(days(house, house.room("4").type_id).values()) == {5}
    assert version(house, "4") == 1


def test_a_new_room_in_the_middle_takes_its_place(house: House) -> None:
    house.setup()
    told = house.setup(BAOBAB.replace('"3", "12A"', '"3", "4", "12A"'))
    assert whats(told.changes) == ["room_made", "rooms_reordered"]
    names = sorted(("1", "2", "3", "4", "12A"), key=lambda name: house.room(name).position)
    assert names == ["1", "2", "3", "4", "12A"]


def test_a_room_without_nights_to_come_may_change_its_type(house: House) -> None:
    house.setup()
    house.block("3", TODAY, TODAY + timedelta(days=2))
    house.clock.advance(timedelta(days=3))
    before = version(house, "3")
    told = house.setup(BAOBAB.replace('"2", "3", "12A"', '"2", "12A"') + TWIN.replace('"4"', '"3"'))
    assert whats(told.changes) == ["type_made", "room_moved", "rooms_reordered"]
    assert house.room("3").type.code == "TWN"
    double = days(house, house.room("1").type_id)
    assert (double[TODAY], double[TODAY + timedelta(days=3)]) == (4, 3)
    assert set(days(house, house.room("3").type_id).values()) == {1}
    assert version(house, "3") > before


def test_a_room_with_nights_to_come_keeps_its_type(house: House) -> None:
    house.setup()
    house.block("3", TODAY + timedelta(days=30), TODAY + timedelta(days=32))
    rows = house.rows()
    faults = house.refused(BAOBAB.replace('"2", "3", "12A"', '"2", "12A"') + TWIN.replace('"4"', '"3"'))
    assert whys(faults) == [("room_type.rooms", Why.ROOM_IN_USE)]
    assert faults[0].facts["first"] == TODAY + timedelta(days=30)
    assert house.rows() == rows
    assert house.room("3").type.code == "DBL"


def test_a_contested_stay_holds_its_room_in_its_type_too(house: House) -> None:
    house.setup()
    tomorrow = TODAY + timedelta(days=1)
    house.block("3", tomorrow, tomorrow + timedelta(days=1))
    broken = house.block("3", tomorrow, tomorrow + timedelta(days=1), Reason.MAINTENANCE)
    assert broken
    faults = house.refused(BAOBAB.replace('"2", "3", "12A"', '"2", "12A"') + TWIN.replace('"4"', '"3"'))
    assert whys(faults) == [("room_type.rooms", Why.ROOM_IN_USE)]


def test_names_of_rooms_are_compared_without_letter_case(house: House) -> None:
    house.setup()
    told = house.setup(BAOBAB.replace('"12A"', '"12a"'))
    assert whats(told.changes) == ["room_changed"]
    assert house.room("12a").aliases == ["the garden double"]
    assert house.rows()["rooms"] == 4


def test_an_alias_may_not_mean_a_room_that_the_file_leaves_out(house: House) -> None:
    house.setup(BAOBAB + TWIN)
    faults = house.refused(BAOBAB.replace('"the garden double"', '"4"'))
    assert [fault.why for fault in faults] == [Why.NAME_TAKEN]


def test_aliases_follow_the_file_only_where_it_names_them(house: House) -> None:
    house.setup()
    without = BAOBAB.replace('[room_type.aliases]\n"12A" = ["the garden double"]\n', "")
    assert house.setup(without).changes == ()
    house.setup(BAOBAB.replace('["the garden double"]', '["the big one", "G"]'))
    assert house.room("12A").aliases == ["the big one", "G"]


def test_a_new_zone_gives_every_feed_a_version(house: House) -> None:
    house.setup()
    before = version(house, "1")
    house.setup(BAOBAB.replace("Africa/Nairobi", "Africa/Kampala"))
    assert version(house, "1") == before + 1


def test_every_change_is_an_event_without_personal_data(house: House) -> None:
    house.setup()
    with house.store.reading() as session:
        events = session.scalars(select(Event).order_by(Event.id)).all()
    assert [event.kind for event in events] == [
        "properties.set", "properties.type_set", *["properties.room_set"] * 4, "staff.added", "channels.set",
        "channels.linked", "channels.import_set",
    ]  # fmt: skip
    told = str([event.facts for event in events])
    for personal in ("Amina", "+254", "1001", "baobab.example", "airbnb.com", "password"):
        assert personal not in told


def test_an_ical_channel_names_the_rooms_it_does_not_have(house: House) -> None:
    (note,) = house.setup().notes
    assert (note.what, note.facts["rooms"]) == ("rooms_without_link", ["1", "2", "12A"])
