"""Stays that are sold as a type get a room of it, others are moved aside, and what is full is refused."""

import secrets
from datetime import timedelta

import pytest

from core.conflicts.models import Conflict
from core.events.service import By
from core.inventory import service as inventory
from core.inventory.commands import SetAllowance
from core.inventory.marks import MarkOutOfService, mark
from core.inventory.rows import TypeOversold
from core.stays import assigning, holding
from core.stays.errors import NoRoomFits
from core.stays.models import Stay
from core.stays.reasons import Reason, StayState
from core.values.nights import Nights
from tests.support.desk import Desk, day, in_room, nights


def sell(desk: Desk, wanted: Nights, *, assigned: bool = False, insist: bool = False, kind: str = "DBL") -> int:
    """Sell a stay as a type; its id."""
    type_id = desk.hotel.types[kind]
    with desk.store.unit_of_work() as work:
        (room,) = assigning.place(work, type_id, wanted, insist=insist)
        stay = Stay(
            uid=secrets.token_hex(8), property_id=room.property_id, room_id=room.id,
            type_id=type_id, assigned=assigned, arrival=wanted.arrival, departure=wanted.departure,
            reason=Reason.GUEST, state=StayState.HOLDING, made_at=work.now, changed_at=work.now,
        )  # fmt: skip
        work.session.add(stay)
        work.session.flush()
        holding.claim(work, stay, holding.room_of(work, room.id), wanted)
        return stay.id


def room_of(desk: Desk, stay_id: int) -> str:
    """Return the name of the room that a stay is in."""
    names = {room_id: name for name, room_id in desk.hotel.rooms.items()}
    return names[desk.stay(stay_id).room_id]


def test_r01_a_stay_of_a_type_gets_a_room_at_once(desk: Desk) -> None:
    first, second = sell(desk, nights(0, 2)), sell(desk, nights(0, 2))
    assert {room_of(desk, first), room_of(desk, second)} == {"3", "4"}
    assert desk.held(first) == in_room(room_of(desk, first), nights(0, 2))
    assert desk.counted(day(0)) == (2, 0, 0)


def test_the_room_that_is_full_round_the_nights_is_filled_first(desk: Desk) -> None:
    desk.block("4", nights(0, 2))
    desk.block("4", nights(4, 2))
    assert room_of(desk, sell(desk, nights(2, 2))) == "4"


def test_r01_the_fewest_provisional_stays_are_moved_and_it_is_told(desk: Desk) -> None:
    mover = sell(desk, nights(5, 2))
    here = room_of(desk, mover)
    other = "4" if here == "3" else "3"
    desk.block(other, nights(1, 2))
    sold = sell(desk, nights(1, 6))
    assert (room_of(desk, sold), room_of(desk, mover)) == (here, other)
    moved = [event for event in desk.events() if event.kind == "stays.moved"]
    assert [(event.subject_id, event.facts["before_room"], event.person_id) for event in moved] == [(mover, here, None)]
    assert desk.stay(mover).assigned is False


@pytest.mark.parametrize("fixed", ["assigned", "checked in", "begun"])
def test_who_has_a_room_of_his_own_is_never_moved(desk: Desk, fixed: str) -> None:
    stay_id = sell(desk, nights(0 if fixed != "assigned" else 5, 3), assigned=fixed == "assigned")
    here, first = room_of(desk, stay_id), desk.stay(stay_id).arrival
    other = "4" if here == "3" else "3"
    if fixed == "checked in":
        with desk.store.unit_of_work() as work:
            work.session.get_one(Stay, stay_id).checked_in_at = work.now
    if fixed == "begun":
        desk.advance(timedelta(days=1))
        first = day(1)
    offset = (first - day(0)).days
    desk.block(other, nights(offset + 3, 1))
    with pytest.raises(NoRoomFits):
        sell(desk, nights(offset + 1, 5))
    assert room_of(desk, stay_id) == here


def test_what_fits_no_single_room_is_told_with_the_ways_to_split_it(desk: Desk) -> None:
    desk.block("3", nights(0, 2))
    desk.block("4", nights(2, 2))
    with pytest.raises(NoRoomFits) as refused:
        sell(desk, nights(0, 4))
    three, four = desk.hotel.rooms["3"], desk.hotel.rooms["4"]
    (way,) = refused.value.facts["splits"]
    assert [(part["room_id"], part["arrival"], part["departure"]) for part in way] == [
        (four, day(0).isoformat(), day(2).isoformat()),
        (three, day(2).isoformat(), day(4).isoformat()),
    ]


def test_a_full_type_is_refused_with_the_night(desk: Desk) -> None:
    desk.block("3", nights(0, 3))
    desk.block("4", nights(2, 2))
    with pytest.raises(TypeOversold) as refused:
        sell(desk, nights(0, 4))
    assert refused.value.facts == {"type_id": desk.hotel.types["DBL"], "night": day(2), "available": 0}


def test_r21_who_waits_for_a_room_counts(desk: Desk) -> None:
    desk.block("3", nights(0, 2), Reason.GUEST)
    desk.block("3", nights(0, 2), Reason.MAINTENANCE)
    with pytest.raises(TypeOversold):
        sell(desk, nights(0, 2))


def test_beyond_its_rooms_a_type_is_sold_only_as_far_as_is_allowed(desk: Desk) -> None:
    with desk.store.unit_of_work() as work:
        inventory.set_allowance(work, SetAllowance(desk.hotel.types["DBL"], nights(0, 3), 1), desk.by)
    for _ in range(2):
        sell(desk, nights(0, 2))
    beyond = sell(desk, nights(0, 3))
    assert desk.stay(beyond).state == StayState.CONTESTED
    assert len(desk.held(beyond)) == 1
    with pytest.raises(TypeOversold):
        sell(desk, nights(1, 1))


def test_what_a_channel_sold_has_a_room_in_any_case(desk: Desk) -> None:
    desk.block("3", nights(0, 4))
    desk.block("4", nights(0, 3))
    waits = sell(desk, nights(0, 5), insist=True)
    assert (room_of(desk, waits), desk.stay(waits).state) == ("4", StayState.CONTESTED)
    assert desk.held(waits) == in_room("4", nights(3, 2))


def test_a_room_out_of_service_is_given_last(desk: Desk) -> None:
    with desk.store.unit_of_work() as work:
        mark(work, MarkOutOfService(desk.hotel.rooms["3"], day(0)), desk.by)
    assert [room_of(desk, sell(desk, nights(0, 1))) for _ in range(2)] == ["4", "3"]


def test_r21_a_room_kept_for_a_case_is_given_last(desk: Desk) -> None:
    with desk.store.unit_of_work() as work:
        case = Conflict(
            property_id=desk.hotel.property_id, room_id=desk.hotel.rooms["4"], state="closed", severity="low",
            arrival=day(0), departure=day(1), opened_at=work.now, changed_at=work.now,
            kept_room_id=desk.hotel.rooms["3"], kept_arrival=day(0), kept_departure=day(1),
        )  # fmt: skip
        work.session.add(case)
    assert room_of(desk, sell(desk, nights(0, 1))) == "4"


def test_several_at_once_get_rooms_of_their_own(desk: Desk) -> None:
    with desk.store.unit_of_work() as work:
        found = assigning.place(work, desk.hotel.types["DBL"], nights(0, 2), 2, by=By())
        assert {room.name for room in found} == {"3", "4"}
    with pytest.raises(TypeOversold), desk.store.unit_of_work() as work:
        assigning.place(work, desk.hotel.types["DBL"], nights(0, 2), 3)
