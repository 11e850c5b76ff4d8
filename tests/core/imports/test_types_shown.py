"""What the feed of a link that sells a whole type shows (R3)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from core.channels.taken import CLOSURE
from core.db.work import UnitOfWork
from core.feeds import queries, rules
from core.feeds import service as feeds
from core.inventory import audit
from core.properties.models import Room
from core.stays.reasons import Reason
from tests.core.imports.types import LINKS, count, to_come
from tests.support.calendars import ChannelCalendar, Shown, reserved
from tests.support.desk import Desk, day, nights, open_desk
from tests.support.hotel import TODAY
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


def test_r03_a_type_is_busy_only_when_nothing_of_it_is_left(desk: Desk, airbnb: ChannelCalendar) -> None:
    desk.block("3", nights(1, 3))
    assert to_come(airbnb) == set()
    desk.block("4", nights(2, 3))
    assert to_come(airbnb) == {day(2), day(3)}


def test_r03_what_its_own_link_sold_counts_like_what_anybody_sold(airbnb: ChannelCalendar) -> None:
    airbnb.look(reserved(nights(1, 2), "AAAAAAAA"))
    assert to_come(airbnb) == set()
    airbnb.look(reserved(nights(1, 2), "AAAAAAAA"), reserved(nights(1, 2), "BBBBBBBB"))
    assert to_come(airbnb) == set(nights(1, 2))


def test_r03_keep_back_contested_stays_and_a_stop_of_sales_count(desk: Desk, airbnb: ChannelCalendar) -> None:
    count(desk, day(1), keep_back=1)
    assert to_come(airbnb) == set()
    count(desk, day(2), keep_back=2)
    count(desk, day(3), keep_back=1, contested=1)
    count(desk, day(4), stop_sell=True)
    assert to_come(airbnb) == {day(2), day(3), day(4)}
    count(desk, day(3), contested=0)


def test_r04_a_type_opens_when_the_undo_time_is_over(desk: Desk, airbnb: ChannelCalendar) -> None:
    desk.block("3", nights(1, 2))
    second = desk.block("4", nights(1, 2))
    desk.unblock(second.stay.id)
    assert to_come(airbnb) == set(nights(1, 2))
    desk.advance(timedelta(minutes=11))
    with desk.store.unit_of_work() as work:
        assert feeds.open_due(work, desk.hotel.rooms["4"])
    assert to_come(airbnb) == set()


def test_r04_moving_within_a_type_closes_nothing_of_it(desk: Desk, airbnb: ChannelCalendar) -> None:
    moved = desk.block("3", nights(1, 2), Reason.WALK_IN)
    desk.move(moved.stay.id, "4")
    assert desk.late("3") == set(nights(1, 2))
    assert to_come(airbnb) == set()


def test_r06_a_type_without_rooms_is_busy_throughout(desk: Desk, airbnb: ChannelCalendar) -> None:
    with desk.store.unit_of_work() as work:
        remove(work, desk, "3")
    assert to_come(airbnb) == set()
    with desk.store.unit_of_work() as work:
        remove(work, desk, "4")
    assert {TODAY, day(1), day(300), day(700)} <= to_come(airbnb)


def remove(work: UnitOfWork, desk: Desk, room: str) -> None:
    """Take a room out of the house, as the setup does."""
    work.session.execute(update(Room).where(Room.id == desk.hotel.rooms[room]).values(removed_at=work.now))
    audit.count_rooms(work, desk.hotel.types["DBL"], TODAY)
    feeds.changed(work, [desk.hotel.rooms[room]])


def test_r11_a_room_that_a_channel_closed_everywhere_is_not_left(desk: Desk, airbnb: ChannelCalendar) -> None:
    vrbo = ChannelCalendar(desk, "vrbo", "3")
    vrbo.look()
    vrbo.look(Shown(nights(5, 2), "closed@vrbo", "Blocked"))
    assert [row.taken_as for row in vrbo.rows()] == [CLOSURE]
    desk.block("4", nights(5, 1))
    assert to_come(airbnb) == {day(5)}


def test_r03_a_run_keeps_its_name_while_the_days_go_by(desk: Desk, airbnb: ChannelCalendar) -> None:
    for room in ("3", "4"):
        desk.block(room, nights(1, 9))
    first = shown(desk, airbnb)
    assert [event.nights for event in first] == [nights(1, 9)]
    desk.advance(timedelta(days=5))
    assert shown(desk, airbnb) == first


def shown(desk: Desk, calendar: ChannelCalendar) -> list[rules.Shown]:
    """The events of our feed for a channel."""
    with desk.store.reading() as session:
        return list(queries.shown(session, calendar.link_id, desk.store.clock.now()))
