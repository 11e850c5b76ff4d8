"""The front desk of the example hotel: each verb is one unit of work of Amina's, each look one snapshot."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from core.db.work import Store
from core.events.models import Event
from core.events.service import By
from core.feeds.models import FeedVersion, LateOpening
from core.inventory.models import InventoryDay, RoomNight
from core.properties.models import Room
from core.stays import commands, service, undo
from core.stays.models import Stay
from core.stays.reasons import Reason
from core.stays.telling import Change
from core.values.nights import Nights
from tests.support.hotel import LINKS, ROOMS, TODAY, Hotel, clock_of, make_hotel, open_store


def nights(first: int, count: int) -> Nights:
    """Return `count` nights of which the first is `first` days after `TODAY`."""
    arrival = TODAY + timedelta(days=first)
    return Nights(arrival, arrival + timedelta(days=count))


def day(offset: int) -> date:
    """Return the day `offset` days after `TODAY`."""
    return TODAY + timedelta(days=offset)


@dataclass(frozen=True, slots=True)
class Desk:
    """A hotel, its store, and who stands at the desk."""

    store: Store
    hotel: Hotel
    by: By

    def block(self, room: str, wanted: Nights, reason: Reason = Reason.OWNER, guest: str | None = None) -> Change:
        """Hold nights of a room."""
        order = commands.BlockRoom(self.hotel.rooms[room], wanted, reason, guest=guest)
        with self.store.unit_of_work() as work:
            return service.block(work, order, self.by)

    def unblock(self, stay_id: int, opened: Nights | None = None) -> Change:
        """Give up nights of a stay as it is now."""
        order = commands.UnblockRoom(stay_id, self.stay(stay_id).revision, opened)
        with self.store.unit_of_work() as work:
            return service.unblock(work, order, self.by)

    def extend(self, stay_id: int, departure: date) -> Change:
        """Let a stay end later."""
        order = commands.ExtendStay(stay_id, self.stay(stay_id).revision, departure)
        with self.store.unit_of_work() as work:
            return service.extend(work, order, self.by)

    def shorten(self, stay_id: int, departure: date) -> Change:
        """Let a stay end earlier."""
        order = commands.ShortenStay(stay_id, self.stay(stay_id).revision, departure)
        with self.store.unit_of_work() as work:
            return service.shorten(work, order, self.by)

    def move(self, stay_id: int, room: str) -> Change:
        """Put a stay into another room."""
        order = commands.MoveStay(stay_id, self.stay(stay_id).revision, self.hotel.rooms[room])
        with self.store.unit_of_work() as work:
            return service.move(work, order, self.by)

    def undo(self, *event_ids: int) -> list[undo.Undone]:
        """Take changes back."""
        with self.store.unit_of_work() as work:
            return undo.undo(work, commands.UndoChanges(event_ids), self.by)

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        clock_of(self.store).advance(by)

    def stay(self, stay_id: int) -> Stay:
        """Look at a stay."""
        with self.store.reading() as session:
            return session.get_one(Stay, stay_id)

    def held(self, stay_id: int) -> set[tuple[str, date]]:
        """Return which nights of which rooms a stay holds."""
        query = (
            select(Room.name, RoomNight.night)
            .join(RoomNight, RoomNight.room_id == Room.id)
            .where(RoomNight.stay_id == stay_id)
        )
        with self.store.reading() as session:
            return {(room, night) for room, night in session.execute(query)}

    def late(self, room: str) -> set[date]:
        """Return the nights of a room that its feeds still show busy though they are free (R4)."""
        query = select(LateOpening.night).where(LateOpening.room_id == self.hotel.rooms[room])
        with self.store.reading() as session:
            return set(session.scalars(query))

    def version(self, room: str) -> int:
        """Return the version of a room's feeds."""
        with self.store.reading() as session:
            return session.get_one(FeedVersion, self.hotel.rooms[room]).version

    def counted(self, night: date, kind: str = "DBL") -> tuple[int, int, int]:
        """Return how many rooms of a type are sold, blocked and contested on a night; zeroes when it has no row."""
        with self.store.reading() as session:
            row = session.get(InventoryDay, (self.hotel.types[kind], night))
            return (row.sold, row.blocked, row.contested) if row is not None else (0, 0, 0)

    def events(self) -> list[Event]:
        """Return everything that happened, in order."""
        with self.store.reading() as session:
            return list(session.scalars(select(Event).order_by(Event.id)))


@contextmanager
def open_desk(url: str, rooms: Collection[str] = ROOMS, links: Collection[tuple[str, str]] = LINKS) -> Iterator[Desk]:
    """Give the desk of a new hotel in the database at `url`; rooms that are not among the usual ones are doubles."""
    with open_store(url) as store:
        hotel = make_hotel(store, {room: ROOMS.get(room, "DBL") for room in rooms}, links=links)
        yield Desk(store, hotel, By(hotel.people["Amina"], "console"))


def in_room(room: str, held: Nights) -> set[tuple[str, date]]:
    """Return what `Desk.held` gives for a stay that holds these nights of one room."""
    return {(room, night) for night in held}
