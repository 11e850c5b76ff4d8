"""The example hotel with calendars to read, and how the rows of its timetable and its log stand."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from core.channels.models import Channel, ChannelLink, LinkImport, SyncRun
from core.channels.service import SEALED_FOR
from core.db.work import Store
from core.imports import runs
from core.outbox import service as outbox
from core.outbox.models import Due
from core.outbox.service import Lease
from tests.support.hotel import SEALER, Hotel, clock_of, make_hotel, open_store

AIRBNB, BOOKING = ("airbnb", "3"), ("booking_com", "3")
LINKS = (AIRBNB, BOOKING, ("airbnb", "4"), ("airbnb", "7"))


@dataclass(frozen=True, slots=True)
class Calendars:
    """A hotel whose links are all read, and verbs on their reading; nothing is on the timetable yet."""

    store: Store
    hotel: Hotel

    def link(self, name: tuple[str, str] = AIRBNB) -> int:
        """The id of a link by platform and room."""
        return self.hotel.links[name]

    @property
    def now(self) -> datetime:
        """The instant."""
        return self.store.clock.now()

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        clock_of(self.store).advance(by)

    def row(self, name: tuple[str, str] = AIRBNB) -> Due | None:
        """A link's row in the timetable."""
        with self.store.reading() as session:
            return session.scalar(select(Due).where(Due.key == f"pull:{self.link(name)}"))

    def due_in(self, name: tuple[str, str] = AIRBNB) -> timedelta:
        """How long until a link is read."""
        row = self.row(name)
        assert row is not None
        return row.due_at - self.now

    def lease(self) -> Lease:
        """Lease the first row that is due."""
        with self.store.unit_of_work() as work:
            (lease,) = outbox.lease(work, 1)
            return lease

    def memory(self, name: tuple[str, str] = AIRBNB) -> LinkImport:
        """What the importer remembers of a link."""
        with self.store.reading() as session:
            return session.get_one(LinkImport, self.link(name))

    def read(self, name: tuple[str, str] = AIRBNB, trouble: str | None = None, **more: int) -> None:
        """Record a look as the importer does: a good one, or one that brought nothing because of `trouble`."""
        with self.store.unit_of_work() as work:
            memory = work.session.get(LinkImport, self.link(name))
            if memory is None:
                memory = LinkImport(link_id=self.link(name))
                work.session.add(memory)
                work.session.flush()
            memory.tried_at, memory.trouble = work.now, trouble
            memory.failures = memory.failures + 1 if trouble else 0
            memory.good_at = memory.good_at if trouble else work.now
            counts: dict[str, Any] = dict(more)
            outcome = runs.FAILED if trouble else runs.CHANGED if more else runs.UNCHANGED
            runs.record(work, memory, outcome=outcome, seconds=0.2, trouble=trouble, **counts)

    def runs(self) -> list[SyncRun]:
        """The whole log."""
        with self.store.reading() as session:
            return list(session.scalars(select(SyncRun).order_by(SyncRun.id)))

    def set_channel(self, platform: str, **settings: object) -> None:
        """Change settings of a channel past the verbs."""
        with self.store.unit_of_work() as work:
            channel = work.session.scalars(select(Channel).where(Channel.platform == platform)).one()
            for name, value in settings.items():
                setattr(channel, name, value)

    def set_link(self, name: tuple[str, str] = AIRBNB, **settings: object) -> None:
        """Change columns of a link past the verbs."""
        with self.store.unit_of_work() as work:
            link = work.session.get_one(ChannelLink, self.link(name))
            for column, value in settings.items():
                setattr(link, column, value)


@contextmanager
def open_calendars(url: str) -> Iterator[Calendars]:
    """Give the hotel in the migrated database at `url`; each calendar is on a host of its platform's."""
    with open_store(url) as store:
        hotel = make_hotel(store, links=LINKS)
        with store.unit_of_work() as work:
            for (platform, room), link_id in hotel.links.items():
                link = work.session.get_one(ChannelLink, link_id)
                link.import_url = SEALER.seal(f"https://{platform}.example/{room}.ics", SEALED_FOR)
        yield Calendars(store, hotel)
