"""A house whose doubles are sold as one listing: what stands in its rows, for tests of links of a type (R3)."""

from datetime import date, timedelta

from sqlalchemy import select

from core.conflicts import queries as conflicts
from core.feeds import service as feeds
from core.inventory.models import InventoryDay
from core.outbox.models import Due
from tests.support.calendars import ChannelCalendar
from tests.support.desk import Desk
from tests.support.hotel import TODAY

LINKS = (("airbnb", "DBL"), ("vrbo", "3"), ("generic", "DBL"))
HOUR = timedelta(hours=1)


def to_come(calendar: ChannelCalendar) -> set[date]:
    """The nights from today on that our feed shows this channel busy."""
    return {night for night in calendar.feed() if night >= TODAY}


def count(desk: Desk, night: date, **columns: object) -> None:
    """Set what the doubles count on a night."""
    with desk.store.unit_of_work() as work:
        row = work.session.get(InventoryDay, (desk.hotel.types["DBL"], night))
        if row is None:
            row = InventoryDay(type_id=desk.hotel.types["DBL"], night=night, total=2)
            work.session.add(row)
        for name, value in columns.items():
            setattr(row, name, value)
        feeds.changed(work, desk.hotel.rooms.values())


def cases(desk: Desk) -> int:
    """How many cases are open."""
    with desk.store.reading() as session:
        return len(conflicts.open_cases(session, desk.hotel.property_id, desk.store.clock.now()))


def told(desk: Desk) -> list[dict[str, object]]:
    """What staff are to be told of calendars."""
    with desk.store.reading() as session:
        query = select(Due).where(Due.kind == "imports.tell").order_by(Due.id)
        return [dict(row.facts) for row in session.scalars(query)]
