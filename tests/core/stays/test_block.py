"""Blocking: who gets the nights, who is refused, what is written down."""

from datetime import timedelta

import pytest

from core.errors import Invalid
from core.inventory.service import NightTaken
from core.stays import errors
from core.stays.reasons import Reason, StayState
from core.values.nights import Nights
from tests.support.desk import Desk, day, in_room, nights
from tests.support.hotel import TODAY, make_hotel
from tests.support.truth import must_be_true


@pytest.mark.parametrize("reason", list(Reason))
def test_a_block_holds_its_nights_whatever_its_reason(desk: Desk, reason: Reason) -> None:
    change = desk.block("3", nights(0, 3), reason)
    stay = desk.stay(change.stay.id)
    assert (stay.reason, stay.state, stay.nights) == (reason, StayState.HOLDING, nights(0, 3))
    assert stay.made_by == desk.hotel.people["Amina"]
    assert desk.held(stay.id) == in_room("3", nights(0, 3))
    assert change.displaced == ()


@pytest.mark.parametrize(
    ("reason", "counted"),
    [
        (Reason.GUEST, (1, 0, 0)),
        (Reason.WALK_IN, (1, 0, 0)),
        (Reason.OWNER, (0, 1, 0)),
        (Reason.MAINTENANCE, (0, 1, 0)),
    ],
)
def test_guests_count_as_sold_and_the_rest_as_blocked(
    desk: Desk, reason: Reason, counted: tuple[int, int, int]
) -> None:
    desk.block("3", nights(1, 1), reason)
    assert desk.counted(day(1)) == counted
    assert desk.counted(day(2)) == (0, 0, 0)


@pytest.mark.parametrize("wanted", [nights(0, 1), nights(1, 5), nights(2, 1), nights(-0, 9)])
def test_a_taken_night_is_refused_with_its_holder(desk: Desk, wanted: Nights) -> None:
    holder = desk.block("3", nights(0, 4), Reason.GUEST).stay.id
    with pytest.raises(NightTaken) as refused:
        desk.block("3", wanted)
    first = max(wanted.arrival, TODAY)
    assert refused.value.facts == {"night": first, "stay_id": holder, "room_id": desk.hotel.rooms["3"]}
    assert desk.held(holder) == in_room("3", nights(0, 4))


def test_a_refused_block_leaves_no_trace(desk: Desk) -> None:
    desk.block("3", nights(0, 2))
    before = (desk.version("3"), len(desk.events()))
    with pytest.raises(NightTaken):
        desk.block("3", nights(1, 3))
    assert (desk.version("3"), len(desk.events())) == before
    assert desk.counted(day(2)) == (0, 0, 0)


def test_the_night_of_departure_is_free_for_the_next(desk: Desk) -> None:
    desk.block("3", nights(0, 2), Reason.GUEST)
    following = desk.block("3", nights(2, 1), Reason.GUEST)
    assert desk.held(following.stay.id) == in_room("3", nights(2, 1))


def test_the_same_nights_of_another_room_are_free(desk: Desk) -> None:
    desk.block("3", nights(0, 2))
    assert desk.block("4", nights(0, 2)).room.name == "4"
    assert desk.counted(day(0)) == (0, 2, 0)


def test_a_block_raises_the_version_of_its_room_alone(desk: Desk) -> None:
    three, four = desk.version("3"), desk.version("4")
    change = desk.block("3", nights(0, 2))
    assert desk.version("3") == three + 1
    assert desk.version("4") == four
    assert change.versions == {desk.hotel.rooms["3"]: three + 1}


def test_r05_a_stay_lasts_a_year_at_most(desk: Desk) -> None:
    assert len(desk.held(desk.block("3", nights(0, 365)).stay.id)) == 365
    with pytest.raises(errors.TooLong) as refused:
        desk.block("4", nights(0, 366))
    assert refused.value.facts == {"nights": 366, "most": 365}


def test_r05_a_stay_ends_within_two_years(desk: Desk) -> None:
    last = TODAY.replace(year=TODAY.year + 2)
    desk.block("3", Nights(last - timedelta(days=2), last))
    with pytest.raises(errors.TooFarAhead) as refused:
        desk.block("4", Nights(last - timedelta(days=2), last + timedelta(days=1)))
    assert refused.value.facts == {"departure": last + timedelta(days=1), "last": last}


def test_r05_the_limits_bind_extensions_too(desk: Desk) -> None:
    stay_id = desk.block("3", nights(0, 365)).stay.id
    with pytest.raises(errors.TooLong):
        desk.extend(stay_id, day(366))


def test_r29_until_five_yesterdays_night_can_be_sold(desk: Desk) -> None:
    desk.advance(timedelta(hours=6))  # 03:40 on Saturday in Nairobi.
    change = desk.block("3", nights(0, 1), Reason.WALK_IN)
    assert desk.held(change.stay.id) == in_room("3", nights(0, 1))


def test_r29_from_five_on_it_cannot(desk: Desk) -> None:
    desk.advance(timedelta(hours=8))
    with pytest.raises(errors.InThePast) as refused:
        desk.block("3", nights(0, 1), Reason.WALK_IN)
    assert refused.value.facts == {"arrival": day(0), "today": day(1)}


def test_an_unknown_room_is_refused(desk: Desk) -> None:
    lost = Desk(desk.store, type(desk.hotel)(0, {"3": 999}, {}, {}, {}, {}), desk.by)
    with pytest.raises(errors.NoSuchRoom):
        lost.block("3", nights(0, 1))


def test_no_nights_are_no_order(desk: Desk) -> None:
    with pytest.raises(Invalid):
        desk.block("3", Nights(day(1), day(1)))


def test_two_properties_do_not_see_each_other(desk: Desk) -> None:
    with_the_same_room = make_hotel(desk.store, {"3": "DBL"}, code="mango", zone="Asia/Kolkata")
    other = Desk(desk.store, with_the_same_room, desk.by)
    mine, theirs = desk.block("3", nights(0, 2)), other.block("3", nights(1, 2), Reason.GUEST)
    assert desk.counted(day(1)) == (0, 1, 0)
    assert other.counted(day(1)) == (1, 0, 0)
    assert (mine.stay.property_id, theirs.stay.property_id) == (desk.hotel.property_id, other.hotel.property_id)
    must_be_true(desk.store)


def test_the_business_day_is_the_propertys_own(desk: Desk) -> None:
    kiritimati = make_hotel(desk.store, {"1": "DBL"}, code="atoll", zone="Pacific/Kiritimati")
    other = Desk(desk.store, kiritimati, desk.by)  # There it is Saturday, 08:40.
    with pytest.raises(errors.InThePast):
        other.block("1", nights(0, 1))
    assert desk.block("3", nights(0, 1)).nights == nights(0, 1)
