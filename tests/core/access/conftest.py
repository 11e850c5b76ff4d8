"""A hotel whose people can log in, on both engines."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from core.access import entering, tokens
from core.access.callers import Caller
from core.access.sessions import Origin
from core.clock import SetClock
from core.db.work import Store
from core.events.models import Event
from core.staff import passwords
from core.staff.models import Person
from core.staff.roles import Role
from tests.support.hotel import Hotel, clock_of, make_hotel, open_store

KEYS = tokens.signing_keys("a key for tests")
ORIGIN = Origin("203.0.113.7", "tests")
PASSWORD = "a long password"
EMAIL = "Amina@Baobab.example"
HASHED = passwords.hashed(PASSWORD)
"""Hashed once: it takes long on purpose."""


@dataclass(frozen=True, slots=True)
class House:
    """A store with one hotel, where Amina has an e-mail and a password."""

    store: Store
    hotel: Hotel

    @property
    def clock(self) -> SetClock:
        """The clock, to be advanced."""
        return clock_of(self.store)

    @property
    def amina(self) -> int:
        """Amina's id."""
        return self.hotel.people["Amina"]

    def enter(self, token: str) -> Caller:
        """Let the bearer of an access token in."""
        with self.store.reading() as session:
            return entering.by_token(session, KEYS, token, self.store.clock.now())

    def events(self, kind: str) -> list[Event]:
        """Return what happened of one kind, in order."""
        with self.store.reading() as session:
            return [one for one in session.query(Event).order_by(Event.id) if one.kind == kind]


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    """Give the hotel."""
    with open_store(database_url) as store:
        hotel = make_hotel(store, staff={"Amina": Role.STAFF, "Juma": Role.PROPERTY_ADMIN, "Zawadi": Role.SUPER_ADMIN})
        with store.unit_of_work() as work:
            amina = work.session.get_one(Person, hotel.people["Amina"])
            amina.email, amina.password_hash = EMAIL, HASHED
        yield House(store, hotel)
