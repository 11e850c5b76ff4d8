"""What a link that sells a whole type tells, and where it is put (R3)."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from core.channels import service as channels
from core.channels.models import ChannelBooking, ChannelLink
from core.channels.taken import ECHO, MIRROR, PREVIEW, STAY
from core.conflicts import queries
from core.imports import answers, commands
from core.imports.registering import Registered, register
from core.imports.service import CODES_ELSEWHERE
from core.stays import undo
from core.stays.models import Stay
from core.stays.reasons import StayState
from tests.core.imports.types import HOUR, LINKS, cases, to_come, told
from tests.support.calendars import ChannelCalendar, Shown, not_available, reserved
from tests.support.desk import Desk, day, in_room, nights, open_desk
from tests.support.hotel import SEALER, TODAY
from tests.support.truth import must_be_true


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Give the desk of a house with rooms 3 and 4, both doubles that Airbnb sells as one listing, and a twin."""
    with open_desk(database_url, links=LINKS) as opened:
        yield opened
        must_be_true(opened.store)


@pytest.fixture
def airbnb(desk: Desk) -> ChannelCalendar:
    """Give Airbnb's calendar of all doubles."""
    return ChannelCalendar(desk, "airbnb", "DBL")


@pytest.fixture
def other(desk: Desk) -> ChannelCalendar:
    """Give the calendar of a platform of which nothing is known, of all doubles too."""
    return ChannelCalendar(desk, "generic", "DBL")


def test_r03_what_a_type_link_tells_is_put_into_a_room_at_once(desk: Desk, airbnb: ChannelCalendar) -> None:
    airbnb.look(reserved(nights(1, 2), "AAAAAAAA"), reserved(nights(1, 2), "BBBBBBBB"))
    one, two = airbnb.stays()
    assert {one.room_id, two.room_id} == {desk.hotel.rooms["3"], desk.hotel.rooms["4"]}
    assert {(one.type_id, one.assigned), (two.type_id, two.assigned)} == {(desk.hotel.types["DBL"], False)}
    assert desk.counted(day(1)) == (2, 0, 0)


def test_r03_a_stay_goes_where_it_leaves_the_fewest_gaps(desk: Desk, airbnb: ChannelCalendar) -> None:
    desk.block("4", nights(0, 3))
    airbnb.look(reserved(nights(3, 2), "AAAAAAAA"))
    assert desk.held(airbnb.stays()[0].id) == in_room("4", nights(3, 2))


def test_r03_a_room_that_is_free_on_all_nights_goes_before_one_that_is_not(desk: Desk, airbnb: ChannelCalendar) -> None:
    desk.block("3", nights(4, 1))
    airbnb.look(reserved(nights(1, 5), "AAAAAAAA"))
    assert desk.held(airbnb.stays()[0].id) == in_room("4", nights(1, 5))
    assert cases(desk) == 0


def test_r03_what_fits_nowhere_waits_where_it_fits_best_and_becomes_a_case(desk: Desk, airbnb: ChannelCalendar) -> None:
    desk.block("3", nights(1, 4))
    desk.block("4", nights(4, 1))
    airbnb.look()
    airbnb.look(reserved(nights(1, 4), "AAAAAAAA"))
    (stay,) = airbnb.stays()
    assert stay.state == StayState.CONTESTED
    assert desk.held(stay.id) == in_room("4", nights(1, 3))
    assert cases(desk) == 1


def test_r03_a_third_sale_of_two_rooms_becomes_a_case_and_is_placed_when_one_goes(
    desk: Desk, airbnb: ChannelCalendar
) -> None:
    three = [reserved(nights(1, 2), code) for code in ("AAAAAAAA", "BBBBBBBB", "CCCCCCCC")]
    airbnb.look()
    airbnb.look(*three)
    assert [stay.state for stay in airbnb.stays()].count(StayState.CONTESTED) == 1
    assert cases(desk) == 1
    lost = airbnb.stay("CCCCCCCC")
    there = other_of(airbnb, lost)
    kept = [one for one in three if (one.description or "")[-8:] != there]
    airbnb.looks(3, *kept, after=3 * HOUR)
    assert desk.stay(lost.id).state == StayState.HOLDING
    assert cases(desk) == 0


def other_of(airbnb: ChannelCalendar, lost: Stay) -> str:
    """The code of a booking in another room than the one where `lost` waits."""
    found = next(stay for stay in airbnb.stays() if stay.room_id != lost.room_id)
    return (found.reference or "").removeprefix("HM")


def test_r03_other_dates_put_a_stay_into_another_room_before_it_waits(desk: Desk, airbnb: ChannelCalendar) -> None:
    airbnb.look(reserved(nights(1, 2), "AAAAAAAA"))
    (stay,) = airbnb.stays()
    mine = "3" if stay.room_id == desk.hotel.rooms["3"] else "4"
    desk.block(mine, nights(3, 2))
    airbnb.look(reserved(nights(1, 4), "AAAAAAAA"))
    assert desk.held(stay.id) == in_room("4" if mine == "3" else "3", nights(1, 4))
    assert desk.stay(stay.id).state == StayState.HOLDING
    assert cases(desk) == 0


def test_r03_a_stay_that_somebody_put_into_a_room_stays_there(desk: Desk, airbnb: ChannelCalendar) -> None:
    airbnb.look(reserved(nights(1, 2), "AAAAAAAA"))
    (stay,) = airbnb.stays()
    to = "4" if stay.room_id == desk.hotel.rooms["3"] else "3"
    desk.move(stay.id, to)
    assert desk.stay(stay.id).assigned
    desk.block(to, nights(3, 2))
    airbnb.look(reserved(nights(1, 4), "AAAAAAAA"))
    assert desk.stay(stay.id).room_id == desk.hotel.rooms[to]
    assert desk.stay(stay.id).state == StayState.CONTESTED


def test_r11_two_events_without_codes_on_one_night_are_two_rooms(other: ChannelCalendar) -> None:
    other.look(Shown(nights(1, 3), "a@x", "Guest"), Shown(nights(2, 3), "b@x", "Guest"))
    one, two = other.stays()
    assert (one.nights, two.nights) == (nights(1, 3), nights(2, 3))
    assert one.room_id != two.room_id


def test_r14_of_a_type_a_missing_booking_is_not_replaced_by_another_on_its_nights(airbnb: ChannelCalendar) -> None:
    airbnb.look(reserved(nights(1, 3), "AAAAAAAA"), reserved(nights(9, 1), "CCCCCCCC"))
    airbnb.look(reserved(nights(1, 3), "BBBBBBBB"), reserved(nights(9, 1), "CCCCCCCC"))
    assert airbnb.stay("AAAAAAAA").state == StayState.HOLDING
    assert airbnb.stay("BBBBBBBB").state == StayState.HOLDING


def test_r10_a_type_that_is_sold_out_comes_back_as_an_echo(desk: Desk, airbnb: ChannelCalendar) -> None:
    for room in ("3", "4"):
        desk.block(room, nights(1, 2))
    airbnb.look()
    airbnb.has_read()
    airbnb.look(not_available(nights(1, 2)))
    assert [row.taken_as for row in airbnb.rows()] == [ECHO]


def test_r10_where_a_room_is_left_a_closure_is_no_echo_and_closes_nothing(desk: Desk, airbnb: ChannelCalendar) -> None:
    desk.block("3", nights(5, 2))
    airbnb.look()
    airbnb.has_read()
    airbnb.look(not_available(nights(5, 2)))
    assert [row.taken_as for row in airbnb.rows()] == [MIRROR]
    assert to_come(airbnb) == set()
    assert to_come(ChannelCalendar(desk, "vrbo", "3")) == set(nights(5, 2))
    assert [effect["about"] for effect in told(desk)] == ["first_read", "closure"]


def test_r10_a_platform_that_tells_nothing_sends_back_what_it_read_sold_out(desk: Desk, other: ChannelCalendar) -> None:
    for room in ("3", "4"):
        desk.block(room, nights(1, 2))
    other.look()
    other.has_read()
    other.look()
    other.look(Shown(nights(1, 2), "back@x", "Closed"))
    assert [row.taken_as for row in other.rows()] == [ECHO]
    assert cases(desk) == 0


def test_r16_each_block_by_hand_is_one_booking_of_a_first_read(desk: Desk, airbnb: ChannelCalendar) -> None:
    blocks = [desk.block(room, nights(1, 2)).stay.id for room in ("3", "4")]
    airbnb.look(*(reserved(nights(1, 2), code) for code in ("AAAAAAAA", "BBBBBBBB", "CCCCCCCC")))
    assert sorted(row.taken_as for row in airbnb.rows()) == [PREVIEW, PREVIEW, STAY]
    with desk.store.unit_of_work() as work:
        assert answers.join_previews(work, commands.JoinPreviews(airbnb.link_id, join=True), desk.by) == 2
    assert {row.stay_id for row in airbnb.rows()} > set(blocks)
    assert len({row.stay_id for row in airbnb.rows()}) == 3


def test_r17_codes_that_are_known_on_a_room_are_refused_on_a_type(desk: Desk, airbnb: ChannelCalendar) -> None:
    airbnb.look(reserved(nights(1, 2), "AAAAAAAA"))
    with desk.store.unit_of_work() as work:
        row = work.session.scalars(select(ChannelBooking)).one()
        row.link_id = desk.hotel.links["vrbo", "3"]
        row.number = 99
    applied = airbnb.look(reserved(nights(1, 2), "AAAAAAAA"), reserved(nights(8, 2), "BBBBBBBB"))
    assert applied.trouble is None
    with desk.store.unit_of_work() as work:
        link = work.session.get_one(ChannelLink, airbnb.link_id)
        channels._look_anew(work, link.id, elsewhere=True)
    assert airbnb.look(reserved(nights(1, 2), "AAAAAAAA")).trouble == CODES_ELSEWHERE


def test_r18_a_reservation_of_a_type_is_registered_once_and_placed(desk: Desk) -> None:
    event = Registered(None, "airbnb", "u1", day(1), day(3), type_id=desk.hotel.types["DBL"])
    with desk.store.unit_of_work() as work:
        first = register(work, SEALER, event, desk.by)
    with desk.store.unit_of_work() as work:
        assert register(work, SEALER, event, desk.by).id == first.id
    stay = desk.stay(first.stay_id or 0)
    assert (stay.type_id, stay.assigned, stay.nights) == (desk.hotel.types["DBL"], False, nights(1, 2))
    assert desk.counted(day(1)) == (1, 0, 0)


def test_r19_rooms_of_a_type_that_cannot_be_read_are_closed_elsewhere(desk: Desk, airbnb: ChannelCalendar) -> None:
    with desk.store.unit_of_work() as work:
        order = commands.CloseElsewhere("airbnb")
        made = answers.close_elsewhere(work, desk.hotel.property_id, order, desk.by)
    assert sorted(change.room.name for change in made) == ["3", "4"]
    assert to_come(airbnb) == {TODAY, day(1)}


def test_r03_who_opens_a_room_takes_back_that_and_not_who_went_there(desk: Desk, airbnb: ChannelCalendar) -> None:
    first, second = (desk.block(room, nights(1, 2)) for room in ("3", "4"))
    airbnb.look()
    airbnb.look(reserved(nights(1, 2), "AAAAAAAA"))
    assert airbnb.stays()[0].state == StayState.CONTESTED
    where = next(change for change in (first, second) if change.room.id != airbnb.stays()[0].room_id)
    opened = desk.unblock(where.stay.id)
    assert airbnb.stays()[0].state == StayState.HOLDING
    with desk.store.reading() as session:
        (mine,) = undo.last_undoable(session, desk.hotel.property_id, desk.by.person_id or 0, desk.store.clock.now())
    assert mine == opened.event_id


def test_r03_a_case_names_the_type_that_was_sold_and_no_type_where_the_room_was(
    desk: Desk, airbnb: ChannelCalendar
) -> None:
    desk.block("4", nights(1, 2))
    airbnb.look(reserved(nights(1, 2), "AAAAAAAA"), reserved(nights(1, 2), "BBBBBBBB"))
    vrbo = ChannelCalendar(desk, "vrbo", "3")
    vrbo.look(Shown(nights(1, 2), "5f0c@vrbo.com", "Reserved - Mary"))
    with desk.store.reading() as session:
        found = queries.open_cases(session, desk.hotel.property_id, desk.store.clock.now())
    sold = {(party.stay.source, party.stay.sold_as) for case in found for party in case.parties}
    assert sold - {(None, None)} == {("airbnb", "Dbl"), ("vrbo", None)}
