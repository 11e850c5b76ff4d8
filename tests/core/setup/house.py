"""An empty house to set up, and the setup file of the example hotel."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from core.channels.models import ChannelLink
from core.clock import SetClock
from core.db.base import Base
from core.db.engine import connect
from core.db.work import Store
from core.events.service import By
from core.properties.models import Property, Room
from core.sealing import Sealer
from core.setup.account import Outcome, Told
from core.setup.apply import apply
from core.setup.errors import Fault, Why, WrongSetup
from core.setup.reading import read
from core.stays import service as stays
from core.stays.commands import BlockRoom
from core.stays.reasons import Reason
from core.values.nights import Nights

NOW = datetime(2026, 11, 20, 18, 40, tzinfo=UTC)
"""Friday evening in Nairobi."""
BAOBAB = """\
[property]
code = "baobab"
name = "Baobab Guest House"
timezone = "Africa/Nairobi"
currency = "KES"
language = "en"

[[room_type]]
code = "DBL"
name = "Double"
base_rate = "4500.00"
rooms = ["1", "2", "3", "12A"]
[room_type.aliases]
"12A" = ["the garden double"]

[[staff]]
name = "Amina"
role = "property_admin"
whatsapp = "+254700000001"
telegram = 1001
email = "amina@baobab.example"
language = "sw"

[[channel]]
platform = "airbnb"
mode = "ical"
interval = "30m"
[[channel.link]]
room = "3"
import_url = "https://www.airbnb.com/calendar/ical/1.ics?t=abc"
"""
WITH_PASSWORD = BAOBAB.replace('language = "sw"\n', 'language = "sw"\npassword = "a long enough password"\n')
"""Apart, since hashing a password is slow on purpose."""


@dataclass(slots=True)
class House:
    """A database with a clock and a key; nothing is set up at first."""

    store: Store
    clock: SetClock
    sealer: Sealer

    def setup(self, text: str = BAOBAB, public_url: str | None = None) -> Outcome:
        """Apply a file."""
        document = read(text, "hotel.toml")
        with self.store.unit_of_work() as work:
            return apply(work, self.sealer, document, By(), public_url)

    def refused(self, text: str, public_url: str | None = None) -> list[Fault]:
        """Apply a file that must be refused; what was wrong with it."""
        try:
            self.setup(text, public_url)
        except WrongSetup as error:
            return error.faults
        message = "the file was accepted"
        raise AssertionError(message)

    def block(self, room: str, arrival: date, departure: date, reason: Reason = Reason.OWNER) -> int:
        """Block a room; the stay's id."""
        with self.store.unit_of_work() as work:
            order = BlockRoom(self.room(room).id, Nights(arrival, departure), reason)
            return stays.block(work, order, By()).stay.id

    def place(self, code: str = "baobab") -> Property:
        """The property as it stands."""
        with self.store.reading() as session:
            return session.scalars(select(Property).where(Property.code == code)).one()

    def room(self, name: str) -> Room:
        """A room as it stands."""
        with self.store.reading() as session:
            query = select(Room).where(Room.name == name).options(joinedload(Room.type))
            return session.scalars(query).one()

    def link(self, room: str) -> ChannelLink:
        """The only link of a room."""
        with self.store.reading() as session:
            query = select(ChannelLink).join(ChannelLink.room).where(Room.name == room)
            return session.scalars(query.options(joinedload(ChannelLink.room), joinedload(ChannelLink.channel))).one()

    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        with self.store.reading() as session:
            return {
                name: session.scalar(select(func.count()).select_from(table)) or 0
                for name, table in Base.metadata.tables.items()
            }


@contextmanager
def open_house(url: str) -> Iterator[House]:
    """Open the migrated, empty database at `url`."""
    clock = SetClock(NOW)
    store = Store(connect(url), clock)
    try:
        yield House(store, clock, Sealer("a key for tests"))
    finally:
        store.database.dispose()


def whats(told: tuple[Told, ...]) -> list[str]:
    """What was told, without its facts."""
    return [one.what.value for one in told]


def whys(faults: list[Fault]) -> list[tuple[str, Why]]:
    """What was wrong and where, without lines and facts."""
    return [(fault.key, fault.why) for fault in faults]
