"""A served house whose sockets are watched as another program watches them: with a WebSocket client over loopback."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from core.access import keys, sessions, tokens
from core.access.entering import Kind
from core.config import load
from core.db.work import Store
from core.events.service import By
from tests.fakes.desk import DeskInMemory
from tests.fakes.serving import Served
from tests.support.desk import Desk, open_desk
from webhooks.app import create
from workers.bell import Bell

SECRET_KEY = "a key for tests"
PATIENCE = 10.0
Told = dict[str, Any]


class Watcher:
    """One open socket."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.ready = self.next()

    def next(self) -> Told:
        """The next message."""
        told: Told = json.loads(self.connection.recv(timeout=PATIENCE))
        return told

    def events(self, count: int) -> list[Told]:
        """The next `count` events."""
        return [self.next() for _ in range(count)]


@dataclass(frozen=True, slots=True)
class LiveHouse:
    """A hotel's desk and the server that tells of it."""

    desk: Desk
    url: str

    def token(self, who: str) -> str:
        """An access token of a person."""
        with self.desk.store.unit_of_work() as work:
            origin = sessions.Origin("127.0.0.1", "tests")
            opened = sessions.start(work, self.desk.hotel.people[who], Kind.API, origin)
            return sessions.give_tokens(work, opened, tokens.signing_keys(SECRET_KEY)).access

    def key(self, *scopes: str) -> str:
        """An API key of the hotel."""
        wanted = keys.NewKey(self.desk.hotel.property_id, "till", scopes)
        with self.desk.store.unit_of_work() as work:
            return keys.make(work, wanted, By())[0]

    @contextmanager
    def watching(self, path: str, headers: dict[str, str], **more: Any) -> Iterator[Watcher]:  # noqa: ANN401
        """Open a socket; `more` goes to the client."""
        url = self.url.replace("http://", "ws://") + path
        with connect(url, additional_headers=headers, open_timeout=PATIENCE, **more) as connection:
            yield Watcher(connection)

    def bearer(self, who: str = "Amina") -> dict[str, str]:
        """The header by which a person is known."""
        return {"Authorization": f"Bearer {self.token(who)}"}


@contextmanager
def serving(desk: Desk, folder: Path, redis_url: str | None = None) -> Iterator[LiveHouse]:
    """Serve the hotel of `desk` from a process's parts of its own: a store, a bell and an application."""
    given = {
        "DAUDA_VAR_DIR": str(folder),
        "DAUDA_DATABASE_URL": desk.store.database.url,
        "DAUDA_SECRET_KEY": SECRET_KEY,
    }
    bell = Bell(redis_url)
    store = Store(desk.store.database, desk.store.clock, bell.ring)
    served = Served(create(load(given, dotenv=None), store, DeskInMemory(), bell.listen), sockets=True)
    try:
        yield LiveHouse(replace(desk, store=store), served.url)
    finally:
        served.close()
        bell.close()


@pytest.fixture
def live(database_url: str, tmp_path: Path) -> Iterator[LiveHouse]:
    """Give the house on each engine."""
    with open_desk(database_url) as desk, serving(desk, tmp_path) as house:
        yield house
