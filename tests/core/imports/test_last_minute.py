"""A block on a night that begins soon has the room's calendars read at once."""

from datetime import timedelta

from sqlalchemy import update

from core.imports import timetable
from core.outbox.models import Due
from tests.support.calendars import ChannelCalendar
from tests.support.desk import Desk, nights


def test_a_block_on_last_minute_nights_has_the_rooms_calendars_read_at_once(
    desk: Desk, airbnb: ChannelCalendar
) -> None:
    with desk.store.unit_of_work() as work:
        timetable.schedule(work, airbnb.link_id, timedelta(hours=1))
        work.session.execute(update(Due).values(due_at=work.now + timedelta(hours=1)))
    desk.block("3", nights(5, 1))
    assert not due_links(desk)
    desk.block("3", nights(1, 1))
    assert due_links(desk) == [airbnb.link_id]


def due_links(desk: Desk) -> list[int]:
    """Return the links that are to be read now."""
    with desk.store.reading() as session:
        return [one.link_id for one in timetable.waiting(session, desk.store.clock.now(), 10)]
