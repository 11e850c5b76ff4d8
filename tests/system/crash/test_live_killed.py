"""A live socket whose server is killed at any instant: who comes again missed nothing and hears nothing twice."""

import json
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from core.access import sessions, tokens
from core.access.entering import Kind
from core.clock import SystemClock
from core.db.engine import connect as connect_database
from core.db.work import Store
from tests.support.desk import Desk, nights, open_desk
from tests.support.rounds import rounds
from tests.system.crash.house import House, Nursery

KILLS = rounds(quick=2, check=4, soak=300)
pytestmark = [pytest.mark.crash, pytest.mark.timeout(120 + 6 * KILLS)]
PATIENCE = 30.0


class Watcher(threading.Thread):
    """A program that follows a socket for good: it comes again from the last event it saw, or from where it began."""

    def __init__(self, url: str, token: str, *, forgets: bool = False) -> None:
        super().__init__(daemon=True)
        self._url, self._headers = url.replace("http://", "ws://"), {"Authorization": f"Bearer {token}"}
        self._forgets = forgets
        self._stopping = threading.Event()
        self.last: int | None = None
        self.seen: list[int] = []
        self.times = 0

    def run(self) -> None:
        """Follow until `stop`."""
        while not self._stopping.is_set():
            try:
                self._follow()
            except (OSError, WebSocketException, TimeoutError):
                time.sleep(0.02)

    def stop(self) -> None:
        """Leave."""
        self._stopping.set()
        self.join(PATIENCE)

    def _follow(self) -> None:
        after = "" if self.last is None or self._forgets else f"?after={self.last}"
        with connect(f"{self._url}/ws/inventory/{after}", additional_headers=self._headers, open_timeout=5) as socket:
            self.times += 1
            while not self._stopping.is_set():
                try:
                    told = json.loads(socket.recv(timeout=0.2))
                except TimeoutError:
                    continue
                if told["type"] == "ready":
                    self.last = told["last"]
                elif told["type"] == "event":
                    self.last = told["id"]
                    self.seen.append(told["id"])


@contextmanager
def opened(nursery: Nursery, folder: Path, url: str) -> Iterator[tuple[House, Desk, str]]:
    """Give a serving house, the desk of its hotel in this process, and a token of Amina's."""
    house = House(nursery, folder, {"DAUDA_DATABASE_URL": url})
    with open_desk(url) as made:
        # The house's own clock is the real one, and tokens are judged by it.
        store = Store(connect_database(url), SystemClock())
        try:
            with store.unit_of_work() as work:
                who = made.hotel.people["Amina"]
                opened = sessions.start(work, who, Kind.API, sessions.Origin("127.0.0.1", "tests"))
                token = sessions.give_tokens(
                    work, opened, tokens.signing_keys(house.settings["DAUDA_SECRET_KEY"])
                ).access
            yield house, made, token
        finally:
            house.close()
            store.database.dispose()


def play(house: House, desk: Desk, watcher: Watcher, chance: random.Random) -> None:
    """Kill and start the server while the desk goes on blocking and unblocking one night after the other."""
    pid = house.serve()
    house.wait()
    watcher.start()
    _until(lambda: watcher.times > 0)
    for _ in range(KILLS):
        for _ in range(chance.randint(1, 4)):
            _happen(desk, chance)
        house.kill(pid)
        _happen(desk, chance)
        pid = house.serve()
        _happen(desk, chance)
        house.wait()
        before = watcher.times
        _until(lambda before=before: watcher.times > before)


def _happen(desk: Desk, chance: random.Random) -> None:
    stay = desk.block(chance.choice(["3", "4", "7"]), nights(chance.randint(0, 300), 1)).stay
    time.sleep(chance.random() * 0.05)
    desk.unblock(stay.id)


def _until(true: object, patience: float = PATIENCE) -> None:
    assert callable(true)
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def _told_of(desk: Desk) -> list[int]:
    return [event.id for event in desk.events() if event.kind.partition(".")[0] in ("stays", "inventory")]


def test_a_watcher_misses_nothing_however_often_its_server_is_killed(
    nursery: Nursery, tmp_path: Path, durable_url: str
) -> None:
    with opened(nursery, tmp_path, durable_url) as (house, desk, token):
        watcher = Watcher(house.url, token)
        play(house, desk, watcher, random.Random(3))
        _until(lambda: len(watcher.seen) >= len(_told_of(desk)))
        watcher.stop()
        assert watcher.seen == _told_of(desk)
        assert watcher.times > KILLS


def test_a_watcher_that_forgets_where_it_was_misses_what_happened_meanwhile(
    nursery: Nursery, tmp_path: Path, durable_url: str
) -> None:
    with opened(nursery, tmp_path, durable_url) as (house, desk, token):
        watcher = Watcher(house.url, token, forgets=True)
        play(house, desk, watcher, random.Random(4))
        time.sleep(1.5)
        watcher.stop()
        assert len(watcher.seen) < len(_told_of(desk))
