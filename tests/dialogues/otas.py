"""The calendars of the platforms in a dialogue: what they show is read as the importer reads what it fetched."""

import re
from collections.abc import Iterator
from datetime import date
from hashlib import sha256

from sqlalchemy import ColumnElement, select

from core.channels.models import Channel, ChannelLink
from core.db.work import Store
from core.feeds.fetch.answers import Fetched
from core.imports import service
from core.imports.reading import prepare, read
from core.properties.models import Room, RoomType
from core.sealing import Sealer
from core.values.nights import Nights
from tests.support.calendars import Shown, calendar, closed, reserved

BOOKING = re.compile(r"(?:HM(?P<code>\w+) )?(?P<arrival>[\d-]+) → (?P<departure>[\d-]+)")
NOTHING = "nothing"


def look(store: Store, sealer: Sealer, platform: str, room: str, shown: str) -> None:
    """Have the calendar of a platform for a room read, which shows `shown`: runs of nights, Airbnb's with codes."""
    _look(store, sealer, _link(store, platform, room), calendar(*_events(shown)))


def first_looks(store: Store, sealer: Sealer) -> None:
    """Read every calendar once while nothing is in it: what comes after the first read is news (R16)."""
    with store.reading() as session:
        links = session.scalars(select(ChannelLink.id).where(ChannelLink.import_url.is_not(None))).all()
    for link_id in links:
        _look(store, sealer, link_id, calendar())


def _look(store: Store, sealer: Sealer, link_id: int, body: bytes) -> None:
    with store.reading() as session:
        order = prepare(session, sealer, link_id, store.clock.now(), allow_private=False)
    assert order is not None
    brought = read(order, Fetched(body, None, None, sha256(body).hexdigest()))
    with store.unit_of_work() as work:
        service.apply(work, order, brought, 0.1)


def _link(store: Store, platform: str, room: str) -> int:
    query = (
        select(ChannelLink.id)
        .join(Channel, Channel.id == ChannelLink.channel_id)
        .where(Channel.platform == platform, is_of(room))
    )
    with store.reading() as session:
        return session.scalars(query).one()


def is_of(name: str) -> ColumnElement[bool]:
    """True of the links of the room with this name, or of the type with this code."""
    rooms = select(Room.id).where(Room.name == name)
    types = select(RoomType.id).where(RoomType.code == name)
    return ChannelLink.room_id.in_(rooms) | ChannelLink.type_id.in_(types)


def _events(shown: str) -> Iterator[Shown]:
    for each in shown.split("; ") if shown != NOTHING else ():
        found = BOOKING.fullmatch(each)
        assert found is not None, f"not a booking: {each}"
        nights = Nights(date.fromisoformat(found["arrival"]), date.fromisoformat(found["departure"]))
        yield reserved(nights, found["code"]) if found["code"] else closed(nights)
