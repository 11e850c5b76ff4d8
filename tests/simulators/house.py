"""The house under test, in this process: its database, its feeds on loopback, and a clock that the simulator sets."""

import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
from sqlalchemy import event, select
from sqlalchemy.orm import joinedload

from core.channels import service as channels
from core.channels.models import ChannelLink
from core.clock import SetClock
from core.config import Settings
from core.conflicts import cases
from core.db.work import Store
from core.events.service import By
from core.feeds.fetch.client import Bounds
from core.feeds.reads import Read, Reads
from core.outbox import service as outbox
from core.outbox.effects import EFFECTS, OpenKept, OpenLate
from tests.fakes.serving import Served, caller
from tests.simulators.books import anything_due
from tests.simulators.judge import Link
from tests.simulators.truth import DAY
from tests.support.hotel import SEALER, Hotel, clock_of, make_hotel, open_store
from webhooks.app import create, with_calendars
from workers import house
from workers.context import Context
from workers.desk import Desk
from workers.jobs import pulls
from workers.running import run

BOUNDS = Bounds(connect=2.0, total=2.0)
"""A hanging calendar is given up soon: the simulated day is short."""
JUDGE = "dauda judge"
"""Reads of this agent do not count as a platform's (R7)."""
DONE_HERE = frozenset({OpenLate.kind, OpenKept.kind})
LEFT = [kind for kind in EFFECTS if kind not in DONE_HERE]
LOOKS_KEPT = 500
PATIENCE = 10.0
TRIES = 5
BUSY = 503
"""What a machine under a heavy load may answer, and what no OTA takes for an open calendar (R6)."""


class CountedReads(Reads):
    """The recorder of feed reads, which says when an answer's read was noted: that is a moment after the answer."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, every=3600)
        self._changed = threading.Condition()
        self._count = 0

    def note(self, read: Read) -> None:
        """Remember one read."""
        super().note(read)
        with self._changed:
            self._count += 1
            self._changed.notify_all()

    @property
    def count(self) -> int:
        """How many reads were noted so far."""
        return self._count

    def write(self, count: int) -> None:
        """Write what was noted, once that is `count` reads."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._count >= count, PATIENCE), "a read was not noted"
        self.flush()


@dataclass(frozen=True, slots=True)
class Pulled:
    """What became of one look at a calendar."""

    good: bool
    trouble: str | None
    news: bool
    """Whether it brought anything."""


@dataclass(slots=True)
class House:
    """The house: call its methods with the clock set."""

    store: Store
    context: Context
    reads: CountedReads
    url: str
    hotels: list[Hotel] = field(default_factory=list)
    links: dict[int, Link] = field(default_factory=dict)
    looks: dict[int, deque[datetime]] = field(default_factory=dict)
    """The looks at each link that told the truth."""
    tokens: dict[int, str] = field(default_factory=dict)

    @property
    def clock(self) -> SetClock:
        """Its clock."""
        return clock_of(self.store)

    def add_hotel(self, code: str, zone: str, rooms: Mapping[str, str], links: Sequence[tuple[str, str]]) -> Hotel:
        """Make a hotel; `links`: platform and room."""
        made = make_hotel(self.store, rooms, code=code, zone=zone, links=links)
        self.hotels.append(made)
        for (platform, room), link_id in made.links.items():
            self.links[link_id] = Link(link_id, made.property_id, made.rooms[room], platform)
            self.looks[link_id] = deque(maxlen=LOOKS_KEPT)
        self.tokens.update(made.tokens)
        return made

    def connect(self, link_id: int, url: str) -> None:
        """Have a listing's calendar read."""
        with self.store.unit_of_work() as work:
            query = select(ChannelLink).where(ChannelLink.id == link_id)
            link = work.session.scalars(
                query.options(joinedload(ChannelLink.channel), joinedload(ChannelLink.room))
            ).one()
            channels.set_import(work, SEALER, link, url, By())

    def feed_url(self, link_id: int) -> str:
        """Where the feed of a link is read."""
        return f"{self.url}/ics/{self.tokens[link_id]}.ics"

    def pull(self, link_id: int) -> Pulled:
        """Look at a listing's calendar."""
        applied = pulls.look(self.context, link_id, lambda _work, _pause: None)
        assert applied is not None
        good = applied.recorded and applied.trouble is None
        return Pulled(good, applied.trouble, bool(applied.appeared + applied.changed + applied.gone))

    def catch_up(self) -> None:
        """Do what is due by now: openings whose undo time is over, rooms kept for long enough."""
        while anything_due(self.store.database.read, DONE_HERE, self.clock.now()):
            with self.store.unit_of_work() as work:
                leases = outbox.lease(work, 100, but=LEFT)
            for lease in leases:
                assert run(self.context, lease), lease

    def sweep(self) -> None:
        """Close the cases whose nights are over, as the reminders do every few minutes."""
        with self.store.unit_of_work() as work:
            cases.sweep(work)

    def shown(self, link_id: int, days: int) -> set[date]:
        """The nights that a link's feed shows busy in the next `days`, read by HTTP and icalendar."""
        with caller() as client:
            answer = client.get(self.feed_url(link_id), headers={"User-Agent": JUDGE})
            for _ in range(TRIES):
                if answer.status_code == BUSY:
                    answer = client.get(self.feed_url(link_id), headers={"User-Agent": JUDGE})
        assert answer.status_code == 200, answer.text
        last = (self.clock.now() + timedelta(days=days + 2)).date()
        found = icalendar.Calendar.from_ical(answer.content)
        assert isinstance(found, icalendar.Calendar)
        return {at.start + n * DAY for at in found.events for n in range((min(at.end, last) - at.start).days)}


@contextmanager
def open_house(database_url: str, var_dir: Path, now: datetime) -> Iterator[House]:
    """Open the house on a migrated, empty database; its feeds are served until the end."""
    with ExitStack() as stack:
        store = stack.enter_context(open_store(database_url, now))
        if store.database.is_sqlite:
            # What a power cut would lose is nothing here, and waiting for the disk is most of a simulated day.
            event.listen(store.database.write, "connect", _hurry)
        settings = Settings(
            database_url=database_url, redis_url=None, public_url=None, secret_key="a key for tests", var_dir=var_dir,
            feed_rate_limit=0, log_format="text", worker_interval=1, worker_batch_size=50,
            twilio=None, telegram=None, allow_private_feeds=True,
        )  # fmt: skip
        made = house.context(settings, store, SEALER, {})
        stack.callback(made.reader.close)
        context = replace(made, means=replace(made.means, bounds=BOUNDS))
        desk: Desk = house.desk(context)
        stack.callback(desk.close)
        reads = CountedReads(store)
        stack.callback(reads.close)
        served = Served(with_calendars(create(settings, store, desk), settings, store, reads))
        stack.callback(served.close)
        yield House(store, context, reads, served.url)


def _hurry(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DB-API connection has no type.
    connection.execute("PRAGMA synchronous=OFF")
