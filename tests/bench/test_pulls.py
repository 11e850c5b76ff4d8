"""Reading ten thousand calendars with one worker: how late it gets, and what a look costs beside its parts."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from statistics import median

import psutil
import pytest
from sqlalchemy import select, update

from core.channels.models import ChannelLink, LinkImport
from core.channels.service import SEALED_FOR
from core.clock import SystemClock
from core.db.engine import connect
from core.db.work import Store, UnitOfWork
from core.feeds.fetch.answers import Ask, Fetched
from core.feeds.fetch.client import Bounds, Means, fetch
from core.feeds.reading import fingerprint
from core.imports.service import Applied
from core.sealing import Sealer
from tests.bench import many_links
from tests.bench.conftest import Hold
from tests.bench.load import ROOT
from tests.bench.measure import Row, interleaved, p99
from tests.bench.test_reading import calendar, theirs
from tests.support import databases, run
from tests.support.servers import free_port
from workers.context import Context
from workers.jobs.pulls import look
from workers.puller import Puller

pytestmark = pytest.mark.bench
LINKS = 10_000
FASTER = 6
"""Everything runs six times as fast as it usually would: a look each five minutes instead of thirty, and so on."""
INTERVAL = timedelta(minutes=30) / FASTER
HANGING = many_links.HOSTS // 20
BOUNDS = Bounds(connect=5 / FASTER, total=20 / FASTER)
WINDOW = 100.0
"""Seconds that are watched: a third of the links are due in them."""
SECONDS = 1.0
SEALED = Sealer("a key for tests")


@contextmanager
def reading(folder: Path, hanging: int = HANGING) -> Iterator[Context]:
    """Give what reads ten thousand links of one SQLite house, whose calendars another process serves."""
    body, file, port = calendar(), folder / "a.ics", free_port()
    file.write_bytes(body)
    store = Store(connect(databases.sqlite_copy(folder / "dauda.db")), SystemClock())
    command = [sys.executable, "-m", "tests.bench.calendar_server", str(port), str(file)]
    server = subprocess.Popen(command, cwd=ROOT)
    try:
        many_links.load(store, SEALED, port, LINKS, interval=INTERVAL, hanging=hanging, body=body)
        means = Means(bounds=BOUNDS, resolve=lambda _host, _seconds: ["127.0.0.1"])
        ask = Ask(f"http://a.example:{port}/", allow_private=True)
        run.wait_until(lambda: isinstance(fetch(ask, means), Fetched), "the calendars")
        yield Context(store, {}, SEALED, "http://127.0.0.1", means=means, allow_private=True)
    finally:
        server.kill()
        server.wait()
        store.database.dispose()


def test_ten_thousand_links_are_read_in_time_although_hosts_hang(hold: Hold, tmp_path: Path) -> None:
    rounds = count()

    def rows() -> list[Row]:
        folder = tmp_path / str(next(rounds))
        folder.mkdir()
        with reading(folder) as context:
            began, memory = context.store.clock.now(), psutil.Process().memory_info().rss
            cpu = time.process_time()
            puller = Puller(context, interval=1.0)
            puller.start()
            time.sleep(WINDOW)
            puller.stop()
            spent, grown = time.process_time() - cpu, psutil.Process().memory_info().rss - memory
            late, hung, looks = lateness(context.store, began.timestamp() + WINDOW)
        what = f"of {LINKS:,} links in 30 min, 5 % of hosts hang, all {FASTER} × as fast"
        return [
            Row(f"lateness {what}, p99", p99(late), None, 120 / FASTER, unit="s"),
            Row("its median", median(late), unit="s"),
            Row("of those on hanging hosts, p99", p99(hung), unit="s"),
            Row("looks a second", looks / WINDOW, LINKS / INTERVAL.total_seconds(), unit="looks/s"),
            Row("cores they take", spent / WINDOW, unit="cores"),
            Row("memory they take", grown / 2**20, unit="MiB"),
        ]

    hold(rows)


def lateness(store: Store, until: float) -> tuple[list[float], list[float], int]:
    """Seconds from when each look was due to when it was recorded, or to the end; apart for hosts that hang.

    And how many links were looked at.
    """
    with store.reading() as session:
        tried = dict(session.execute(select(LinkImport.link_id, LinkImport.tried_at)).all())
        untried = session.scalars(select(LinkImport.good_at).where(LinkImport.tried_at.is_(None)))
        first = min(at for at in untried if at is not None)
    late: tuple[list[float], list[float]] = [], []
    for number in range(1, LINKS + 1):
        due = many_links.due_at(first, number, LINKS, INTERVAL).timestamp()
        if due > until:
            continue
        at = tried[number]
        late[many_links.hangs(number, HANGING)].append((at.timestamp() if at is not None else until) - due)
    return *late, sum(at is not None for at in tried.values())


def test_what_a_look_costs(hold: Hold, tmp_path: Path) -> None:
    with reading(tmp_path, hanging=0) as context:
        body, fresh, known = calendar(), count(1), count(1)
        port_url = Ask(_first_url(context), allow_private=True)

        def first() -> object:
            return _look(context, next(fresh) % 5_000 + 1)

        def unchanged() -> object:
            return _look(context, next(known) % 5_000 + 5_001)

        def rows() -> list[Row]:
            with context.store.unit_of_work() as work:
                half = LinkImport.link_id <= 5_000
                work.session.execute(update(LinkImport).where(half).values(fingerprint=None, good_at=None))
            found = interleaved(
                {
                    "first": lambda: rate(first),
                    "unchanged": lambda: rate(unchanged),
                    "fetch": lambda: rate(lambda: fetch(port_url, context.means)),
                    "hash": lambda: rate(lambda: sha256(body).hexdigest()),
                    "fingerprint": lambda: rate(lambda: fingerprint(body)),
                    "icalendar": lambda: rate(lambda: theirs(body)),
                },
                rounds=3,
            )
            unit = "feeds/s"
            return [
                Row("first import of 60 events, icalendar parses them", found["first"], found["icalendar"], unit=unit),
                Row("look that finds nothing new, fetch alone", found["unchanged"], found["fetch"], 0.1, "least", unit),
                Row("look that finds nothing new, icalendar parses", found["unchanged"], found["icalendar"], unit=unit),
                Row("fetch alone, sha256 of the body alone", found["fetch"], found["hash"], unit=unit),
                Row("fingerprint without DTSTAMP, sha256 alone", found["fingerprint"], found["hash"], unit=unit),
            ]

        hold(rows)


def _look(context: Context, link_id: int) -> Applied | None:
    def then(_work: UnitOfWork, _again_in: timedelta) -> None:
        """Leave the timetable alone."""

    applied = look(context, link_id, then)
    assert applied is not None
    assert applied.trouble is None
    return applied


def _first_url(context: Context) -> str:
    with context.store.reading() as session:
        sealed = session.get_one(ChannelLink, 1).import_url
    assert sealed is not None
    return context.sealer.unseal(sealed, SEALED_FOR)


def rate(work: Callable[[], object]) -> float:
    """How often `work` is done in a second, waiting included."""
    began, done = time.monotonic(), 0
    while (taken := time.monotonic() - began) < SECONDS:
        work()
        done += 1
    return done / taken
