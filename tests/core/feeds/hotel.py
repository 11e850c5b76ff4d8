"""A hotel with one linked room, written straight into the tables, for tests of what its feed shows."""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import update

import core.tables  # noqa: F401 - foreign keys are resolved among all tables.
from core.channels.models import Channel, ChannelLink
from core.clock import SetClock
from core.db.engine import connect
from core.db.work import Store, UnitOfWork
from core.feeds import service
from core.feeds.models import LateOpening
from core.inventory.models import InventoryDay, RoomNight
from core.properties.models import Property, Room, RoomType
from core.sealing import Sealer
from core.stays.models import Stay
from core.values.nights import Nights

NOW = datetime(2026, 11, 20, 18, 40, tzinfo=UTC)
"""Friday evening in Nairobi."""
TODAY = date(2026, 11, 20)
SEALER = Sealer("a key for tests")
CANARY = "Canary Guest"
"""A guest's name that may appear nowhere."""


def november(day: int) -> date:
    """The day of the month in which the tests play."""
    return date(2026, 11, day)


@dataclass(slots=True)
class Hotel:
    """Baobab Guest House with rooms 3 and 4, both doubles; room 3 is linked to one channel."""

    store: Store
    clock: SetClock
    property_id: int
    type_id: int
    room_id: int
    other_room_id: int
    link_id: int
    token: str

    @property
    def path(self) -> str:
        """Where the feed of room 3 is served."""
        return f"/ics/{self.token}.ics"

    def hold(self, arrival: date, departure: date, **columns: object) -> int:
        """Let a stay hold these nights of room 3, with a new version of its feeds; the stay's id."""
        with self.store.unit_of_work() as work:
            stay_id = add_stay(work, self, Nights(arrival, departure), **columns)
            add_nights(work, self.room_id, Nights(arrival, departure), stay_id)
            service.changed(work, [self.room_id])
        return stay_id

    def opens_late(self, stay_id: int, nights: Iterable[date]) -> None:
        """Have the stay give up `nights` of room 3, their feed following later."""
        with self.store.unit_of_work() as work:
            for night in nights:
                row = work.session.get_one(RoomNight, (self.room_id, night))
                work.session.delete(row)
                opens_at = work.now + timedelta(minutes=10)
                work.session.add(LateOpening(room_id=self.room_id, night=night, stay_id=stay_id, opens_at=opens_at))
            service.changed(work, [self.room_id])

    def day(self, night: date, **counts: object) -> None:
        """Count the type on one night."""
        with self.store.unit_of_work() as work:
            work.session.add(InventoryDay(type_id=self.type_id, night=night, **{"total": 2, **counts}))
            service.changed(work, [self.room_id])

    def remove_room(self) -> None:
        """Take room 3 out of the house."""
        with self.store.unit_of_work() as work:
            work.session.execute(update(Room).where(Room.id == self.room_id).values(removed_at=work.now))
            service.changed(work, [self.room_id])

    def rotate(self) -> str:
        """Give the link another address; its token."""
        with self.store.unit_of_work() as work:
            return service.give_address(work, SEALER, self.link_id)

    def end_addresses(self) -> None:
        """End every address of the link at once."""
        with self.store.unit_of_work() as work:
            service.end_addresses(work, self.link_id)

    def link(self) -> ChannelLink:
        """The link as it stands in the database."""
        with self.store.reading() as session:
            return session.get_one(ChannelLink, self.link_id)


@contextmanager
def open_hotel(url: str, now: datetime = NOW) -> Iterator[Hotel]:
    """Found the hotel in the migrated, empty database at `url`."""
    clock = SetClock(now)
    store = Store(connect(url), clock)
    try:
        with store.unit_of_work() as work:
            founded = _found(work, store, clock)
        yield founded
    finally:
        store.database.dispose()


def add_stay(work: UnitOfWork, hotel: Hotel, nights: Nights, **columns: object) -> int:
    """Add a stay in room 3 that holds nothing yet."""
    given: dict[str, object] = {
        "uid": secrets.token_hex(16),
        "room_id": hotel.room_id,
        "reason": "guest",
        "guest": CANARY,
        "made_at": work.now,
        "changed_at": work.now,
        **columns,
    }
    stay = Stay(property_id=hotel.property_id, arrival=nights.arrival, departure=nights.departure, **given)
    work.session.add(stay)
    work.session.flush()
    return stay.id


def add_nights(work: UnitOfWork, room_id: int, nights: Iterable[date], stay_id: int) -> None:
    """Let the stay hold `nights` of a room."""
    work.session.add_all(RoomNight(room_id=room_id, night=night, stay_id=stay_id) for night in nights)
    work.session.flush()


def _found(work: UnitOfWork, store: Store, clock: SetClock) -> Hotel:
    house = Property(
        code="baobab",
        name="Baobab Guest House",
        timezone="Africa/Nairobi",
        currency="KES",
        language="en",
        made_at=work.now,
    )
    work.session.add(house)
    work.session.flush()
    double = RoomType(property_id=house.id, code="DBL", name="Double")
    work.session.add(double)
    work.session.flush()
    rooms = [Room(property_id=house.id, type_id=double.id, name=name) for name in ("3", "4")]
    channel = Channel(property_id=house.id, platform="airbnb", mode="ical", interval=1800, made_at=work.now)
    work.session.add_all([*rooms, channel])
    work.session.flush()
    link = ChannelLink(channel_id=channel.id, room_id=rooms[0].id, made_at=work.now)
    work.session.add(link)
    work.session.flush()
    service.changed(work, [rooms[0].id])
    token = service.give_address(work, SEALER, link.id)
    return Hotel(store, clock, house.id, double.id, rooms[0].id, rooms[1].id, link.id, token)
