"""What may break under the reading of calendars: Redis, the database, a worker. Every link is read again, once."""

import logging
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import pytest

from tests.support import databases
from tests.support.postgres import Postgres
from tests.support.redis import RedisServer
from tests.support.run import wait_until
from tests.workers.ota import Reading, open_reading
from tests.workers.place import Place, open_place
from workers.puller import Puller

AIRBNB, BOOKING = ("airbnb", "3"), ("booking_com", "3")


@contextmanager
def pulling(reading: Reading) -> Iterator[None]:
    """Let calendars be read."""
    puller = Puller(reading.context, interval=0.05)
    puller.start()
    try:
        yield
    finally:
        puller.stop()


def test_calendars_are_read_while_redis_is_away(place: Place, redis_server: RedisServer) -> None:
    logging.getLogger("dramatiq").setLevel(logging.CRITICAL)  # It complains while Redis is away.
    with open_reading(place) as reading, place.jobs(redis_server.url), pulling(reading):
        redis_server.kill()
        reading.reads(AIRBNB)
        wait_until(lambda: reading.good(AIRBNB), "the calendar")
        redis_server.start()
        path = reading.reads(BOOKING)
        wait_until(lambda: reading.good(BOOKING), "the other one")
        time.sleep(0.2)
        assert reading.ota.times(path) == 1


def test_every_link_is_read_again_after_the_database_was_restarted(postgres_server: Postgres, tmp_path: Path) -> None:
    url = str(postgres_server.fresh_database())
    databases.upgrade(url)
    with ExitStack() as stack:
        place = stack.enter_context(open_place(url, tmp_path))
        reading = stack.enter_context(open_reading(place))
        paths = {name: reading.reads(name) for name in (AIRBNB, BOOKING)}
        stack.enter_context(pulling(reading))
        wait_until(lambda: reading.good(AIRBNB) and reading.good(BOOKING), "the first looks")
        postgres_server.kill()
        time.sleep(0.3)
        postgres_server.start()
        # A look that was under way has lost its lease's record: it is made again when the lease is over.
        place.wait(61)
        wait_until(lambda: _wished(reading), "the database to take the wish", patience=30)
        for name, path in paths.items():
            wait_until(partial(_read_again, reading, path), f"{name} to be read again", patience=30)
        wait_until(lambda: all(reading.due(name).leased_until is None for name in paths), "the looks to be recorded")
        assert len(reading.codes()) == 2


def _read_again(reading: Reading, path: str) -> bool:
    return reading.ota.times(path) >= 2


def _wished(reading: Reading) -> bool:
    try:
        reading.soon(AIRBNB, BOOKING)
    except Exception:  # noqa: BLE001 - whatever the database says while it starts.
        return False
    return True


@pytest.mark.parametrize("died", ["before it asked", "before it recorded"])
def test_a_worker_that_died_in_the_middle_leaves_a_lease_that_runs_out(reading: Reading, died: str) -> None:
    path = reading.reads(AIRBNB)
    reading.place.lease(reading.due(AIRBNB).id)
    if died == "before it recorded":
        reading.ota.asked.append(path)
    asked = reading.ota.times(path)
    with pulling(reading):
        time.sleep(0.3)
        assert reading.ota.times(path) == asked
        reading.place.wait(61)
        wait_until(lambda: reading.good(AIRBNB), "the look of another worker")
    assert (reading.ota.times(path), len(reading.codes())) == (asked + 1, 1)
