"""What a calendar says of guests who are in the house changes nothing, and staff are told of it (R12, R23)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.imports.news import About
from core.outbox.effects import TellImport
from core.outbox.models import Due
from core.stays import leaving, splitting
from core.stays.commands import CheckIn, CheckOut, SplitStay
from core.stays.service import check_in
from tests.support.calendars import ChannelCalendar, reserved
from tests.support.desk import Desk, day, in_room, nights

FAR = (reserved(nights(60, 2), "FARAWAY1"), reserved(nights(70, 2), "FARAWAY2"))
HOUR = timedelta(hours=1)


@pytest.fixture
def mary(desk: Desk, airbnb: ChannelCalendar) -> int:
    """Give Airbnb's guest, who is in room 3 for four nights."""
    airbnb.look(*FAR, reserved(nights(0, 4), "ABCD1234"))
    stay = airbnb.stay("ABCD1234")
    with desk.store.unit_of_work() as work:
        check_in(work, CheckIn(stay.id, stay.revision), desk.by)
    return stay.id


def told(desk: Desk) -> list[str]:
    """Return what staff are told of guests who are in the house."""
    query = select(Due).where(Due.kind == TellImport.kind).order_by(Due.id)
    with desk.store.reading() as session:
        about = [str(due.facts["about"]) for due in session.scalars(query)]
    return [each for each in about if each in (About.SHORTER, About.STAYED)]


def test_r12_a_booking_that_is_shortened_while_its_guest_is_in_is_told_once(
    desk: Desk, airbnb: ChannelCalendar, mary: int
) -> None:
    airbnb.looks(4, *FAR, reserved(nights(0, 3), "ABCD1234"), after=5 * HOUR)
    assert told(desk) == ["shorter"]
    assert desk.held(mary) == in_room("3", nights(0, 4))
    airbnb.looks(4, *FAR, reserved(nights(0, 2), "ABCD1234"), after=5 * HOUR)
    assert told(desk) == ["shorter", "shorter"], "it is another change"


def test_r12_a_booking_that_is_prolonged_is_news_like_any_other(desk: Desk, airbnb: ChannelCalendar, mary: int) -> None:
    airbnb.look(*FAR, reserved(nights(0, 6), "ABCD1234"))
    assert told(desk) == []
    assert desk.stay(mary).departure == day(6)


def test_r12_one_that_is_shortened_to_what_the_desk_has_made_of_it_is_not_told(
    desk: Desk, airbnb: ChannelCalendar, mary: int
) -> None:
    desk.shorten(mary, day(2))
    airbnb.looks(3, *FAR, reserved(nights(0, 2), "ABCD1234"), after=5 * HOUR)
    assert told(desk) == []


def test_r12_one_whose_guest_has_left_is_not_told(desk: Desk, airbnb: ChannelCalendar, mary: int) -> None:
    desk.advance(10 * HOUR)
    with desk.store.unit_of_work() as work:
        leaving.check_out(work, CheckOut(mary, desk.stay(mary).revision), desk.by)
    airbnb.looks(3, *FAR, reserved(nights(0, 2), "ABCD1234"), after=5 * HOUR)
    airbnb.looks(12, *FAR)
    assert told(desk) == []
    assert desk.held(mary) == in_room("3", nights(0, 1))


def test_r12_one_whose_guest_is_in_the_second_room_of_it_is_told(
    desk: Desk, airbnb: ChannelCalendar, mary: int
) -> None:
    with desk.store.unit_of_work() as work:
        order = SplitStay(mary, desk.stay(mary).revision, day(1), desk.hotel.rooms["4"])
        splitting.split(work, order, desk.by)
    airbnb.looks(3, *FAR, reserved(nights(0, 3), "ABCD1234"), after=5 * HOUR)
    airbnb.looks(12, *FAR, after=2 * HOUR)
    assert told(desk) == ["shorter", "stayed"]
