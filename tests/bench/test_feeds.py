"""What a read of a feed costs: against the same bytes from a bare route, and against writing it each time."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import httpx
import pytest

from core.clock import local_date
from tests.bench import load, servers
from tests.bench.conftest import Hold
from tests.bench.measure import ROUNDS, Row, interleaved
from tests.bench.servers import Serving
from tests.core.feeds.hotel import open_hotel

pytestmark = pytest.mark.bench
EVENTS = 60
SECONDS = 1.0
PAUSE = 0.02

LEAST = {"sqlite": 0.8, "postgresql": 0.2}
"""Of the bare route's reads, which ask no database. SQLite is read in place; a question to PostgreSQL is a way to
another process and back, which on the same cores costs more than the bare route's whole answer (docs/benchmarks.md)."""


@dataclass(frozen=True, slots=True)
class Feeds:
    """The same feed from three servers, each a process on the same database."""

    engine: str
    path: str
    file: Path
    ours: Serving
    bare: Serving
    generating: Serving


@pytest.fixture
def feeds(database_url: str, tmp_path: Path) -> Iterator[Feeds]:
    """Give a room with 60 stays and everybody who serves them."""
    with open_hotel(database_url, datetime.now(UTC)) as hotel:
        today = local_date(hotel.clock.now(), "Africa/Nairobi")
        for number in range(EVENTS):
            hotel.hold(today + timedelta(3 * number), today + timedelta(3 * number + 2))
        path = hotel.path
    with ExitStack() as stack:
        settings = {"DAUDA_DATABASE_URL": database_url, "DAUDA_FEED_RATE_LIMIT": "0"}
        ours = stack.enter_context(servers.dauda(tmp_path, settings))
        body = httpx.get(ours.url + path, headers={"accept-encoding": "identity"}).content
        assert body.count(b"BEGIN:VEVENT") == EVENTS
        file = tmp_path / "feed.ics"
        file.write_bytes(body)
        bare = stack.enter_context(servers.peer("bare", str(file), tmp_path))
        generating = stack.enter_context(servers.peer("generating", database_url, tmp_path))
        assert httpx.get(generating.url + path).content.count(b"BEGIN:VEVENT") == EVENTS
        yield Feeds(database_url.partition(":")[0].partition("+")[0], path, file, ours, bare, generating)


def test_a_feed_from_the_shelf_is_as_quick_as_a_bare_route(feeds: Feeds, hold: Hold) -> None:
    hold(lambda: _rates(feeds))


def test_a_read_while_calendars_are_imported(feeds: Feeds, hold: Hold) -> None:
    hold(lambda: _while_importing(feeds))


def _rates(feeds: Feeds) -> list[Row]:
    cpu: dict[str, list[float]] = {}

    def rate(name: str, server: Serving) -> float:
        used = server.cpu
        seen = load.run(server.port, feeds.path, seconds=SECONDS)
        cpu.setdefault(name, []).append((server.cpu - used) / seen.rate)
        return seen.rate

    found = interleaved(
        {
            "ours": lambda: rate("ours", feeds.ours),
            "bare": lambda: rate("bare", feeds.bare),
            "generating": lambda: rate("generating", feeds.generating),
        }
    )
    ours, engine = found["ours"], feeds.engine
    spent = {name: median(seconds) / SECONDS * 1e6 for name, seconds in cpu.items()}
    return [
        Row(f"cached feed, bare Starlette route, {engine}", ours, found["bare"], LEAST[engine], "least", "reads/s"),
        Row(f"cached feed, ORM + icalendar each time, {engine}", ours, found["generating"], 50, "least", "reads/s"),
        Row(f"  its server's CPU, bare route's, {engine}", spent["ours"], spent["bare"], unit="µs/read"),
    ]


def _while_importing(feeds: Feeds) -> list[Row]:
    """Paced: 8 connections that ask 50 times a second each, more than all platforms of a thousand rooms do."""
    quiet, importing = [], []
    for each in range(ROUNDS + 1):
        alone = load.run(feeds.ours.port, feeds.path, connections=8, seconds=SECONDS, pause=PAUSE)
        with ExitStack() as stack:
            for _ in range(max(1, (os.cpu_count() or 1) - 1)):
                stack.enter_context(servers.child("tests.bench.parsing", str(feeds.file)))
            beside = load.run(feeds.ours.port, feeds.path, connections=8, seconds=SECONDS, pause=PAUSE)
        if each:
            quiet.append(alone.p99 * 1000)
            importing.append(beside.p99 * 1000)
    what = f"p99 of a cached read while a child parses calendars, when none does, {feeds.engine}"
    return [Row(what, median(importing), median(quiet), unit="ms")]
