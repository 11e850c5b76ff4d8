"""Links of a file that sell a whole type (R3)."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.channels import service as channels
from core.channels.models import ChannelLink
from core.setup.errors import Why
from tests.core.setup.house import BAOBAB, House, whats, whys

ROOM_3 = '[[channel.link]]\nroom = "3"\n'
TYPE = '[[channel.link]]\ntype = "DBL"\n'
OTHER_URL = 'import_url = "https://www.airbnb.com/calendar/ical/1.ics?t=abc"\n'
OF_TYPE = BAOBAB.replace(ROOM_3, TYPE)


def link(house: House) -> ChannelLink:
    """The only link there is."""
    with house.store.reading() as session:
        query = select(ChannelLink).options(joinedload(ChannelLink.room), joinedload(ChannelLink.type))
        return session.scalars(query).one()


def test_r03_a_type_is_linked_as_a_whole(house: House) -> None:
    told = house.setup(OF_TYPE)
    made = link(house)
    assert (made.room_id, made.linked.type) == (None, "DBL")
    assert channels.import_url(house.sealer, made) is not None
    (said,) = [one for one in told.changes if one.what == "link_made"]
    assert dict(said.facts) == {"platform": "airbnb", "room": None, "type": "DBL"}


def test_r03_the_same_file_twice_changes_nothing_and_names_no_room_as_unsold(house: House) -> None:
    house.setup(OF_TYPE)
    told = house.setup(OF_TYPE)
    assert told.changes == ()
    assert "rooms_without_link" not in whats(told.notes)


def test_a_type_that_the_file_leaves_out_is_kept_and_named(house: House) -> None:
    house.setup(OF_TYPE)
    (kept,) = house.setup(OF_TYPE.replace(TYPE, ROOM_3).replace(OTHER_URL, "")).kept
    assert (kept.what, kept.facts["type"]) == ("link_kept", "DBL")


@pytest.mark.parametrize(
    ("written", "key", "why"),
    [
        ('[[channel.link]]\ntype = "DBLE"\n', "channel.link.type", Why.UNKNOWN_TYPE),
        ('[[channel.link]]\nroom = "3"\ntype = "DBL"\n', "channel.link.type", Why.ROOM_OR_TYPE),
        ("[[channel.link]]\n", "channel.link", Why.ROOM_OR_TYPE),
        (TYPE + OTHER_URL.replace("1.ics", "7.ics") + TYPE, "channel.link.type", Why.TWICE),
    ],
)
def test_a_link_names_a_room_or_a_type_that_is_there(house: House, written: str, key: str, why: Why) -> None:
    assert (key, why) in whys(house.refused(BAOBAB.replace(ROOM_3, written)))


def test_r03_a_platform_of_one_unit_a_type_refuses_a_type_of_several_rooms(house: House) -> None:
    booking = OF_TYPE.replace('"airbnb"', '"booking_com"').replace(OTHER_URL, "")
    (fault,) = house.refused(booking)
    assert (fault.key, fault.why, fault.facts["rooms"]) == (
        "channel.link.type",
        Why.ONE_UNIT_PER_TYPE,
        rooms_of(booking),
    )
    assert booking.splitlines()[fault.line - 1] == 'type = "DBL"'


def test_r03_a_platform_of_one_unit_a_type_takes_a_type_of_one_room(house: House) -> None:
    single = OF_TYPE.replace('"airbnb"', '"booking_com"').replace(OTHER_URL, "")
    single = single.replace(TYPE, '[[channel.link]]\ntype = "SGL"\n')
    house.setup(single + '\n[[room_type]]\ncode = "SGL"\nname = "Single"\nrooms = ["20"]\n')
    assert link(house).linked.type == "SGL"
    more = '\n[[room_type]]\ncode = "SGL"\nname = "Single"\nrooms = ["20", "21"]\n'
    assert [fault.why for fault in house.refused(single + more)] == [Why.ONE_UNIT_PER_TYPE]


def test_a_type_without_a_room_is_not_linked(house: House) -> None:
    empty = BAOBAB.replace(ROOM_3, '[[channel.link]]\ntype = "SGL"\n')
    faults = house.refused(empty + '\n[[room_type]]\ncode = "SGL"\nname = "Single"\nrooms = []\n')
    assert [fault.why for fault in faults] == [Why.TYPE_NOT_LET]


def rooms_of(text: str) -> int:
    """How many doubles a file has."""
    line = next(line for line in text.splitlines() if line.startswith("rooms = "))
    return line.count('"') // 2
