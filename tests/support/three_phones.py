"""A whole house on the machine's own clock: one member of staff on WhatsApp, one on Telegram, one at a terminal.

Everything runs as in `dauda serve`: relay, worker and the reading of calendars on their own threads, the web on
loopback. The other sides are fakes that speak HTTP.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from bot.contents import KeptContents
from bot.transports.base import Transport
from bot.transports.registry import build
from core.channels import service as channels
from core.channels.models import Channel, ChannelLink, LinkImport
from core.clock import SystemClock
from core.config import Settings
from core.db.engine import connect
from core.db.work import Store
from core.events.service import By
from core.feeds import service as feeds
from core.feeds.reads import Reads
from core.imports import timetable
from core.properties.models import Room
from core.sealing import Sealer
from core.setup.apply import apply
from core.setup.reading import read
from core.staff.models import ChatAddress, Person
from tests.dialogues.stage import Phones as _Phones
from tests.dialogues.stage import Terminals
from tests.fakes.serving import Served
from tests.fakes.shown import Shown
from tests.fakes.telegram import FakeTelegram
from tests.fakes.twilio import FakeTwilio
from webhooks.app import create, with_calendars
from workers import house

PUBLIC_URL = "https://baobab.example"
KEY = "the key of a test's house"
SEALER = Sealer(KEY)
PATIENCE = 20.0
PEOPLE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"Amina": ("whatsapp", "+254700000001"), "Juma": ("telegram", "1002"), "Zuri": ("console", "console-Zuri")}
)
"""Where each is reached: transport and id."""


class Phones:
    """What the staff hold in their hands, each on a transport of their own."""

    def __init__(self, terminals: Terminals, twilio: FakeTwilio, telegram: FakeTelegram) -> None:
        self._by_transport: dict[str, _Phones] = {"console": terminals, "whatsapp": twilio, "telegram": telegram}

    def say(self, who: str, text: str) -> None:
        """Write."""
        transport, known_as = PEOPLE[who]
        self._by_transport[transport].say(known_as, text)

    def tap(self, who: str, button: str) -> None:
        """Tap the newest button with this label."""
        transport, known_as = PEOPLE[who]
        self._by_transport[transport].tap(known_as, button)

    def inbox(self, who: str) -> list[Shown]:
        """What was received, oldest first."""
        transport, known_as = PEOPLE[who]
        return self._by_transport[transport].inbox(known_as)

    def hears(self, who: str, *said: str) -> Shown:
        """The newest message in which all of `said` stands, as soon as there is one."""

        def found() -> list[Shown]:
            return [shown for shown in self.inbox(who) if all(each in shown.text for each in said)]

        wait_for(lambda: bool(found()), lambda: f"{who} never heard {said}: {[s.text for s in self.inbox(who)]}")
        return found()[-1]


@dataclass(slots=True)
class House:
    """The house and its staff."""

    store: Store
    phones: Phones
    url: str
    reads: Reads

    def feed_url(self, platform: str, room: str) -> str:
        """Where a link's feed is read."""
        with self.store.reading() as session:
            address = feeds.live_address(session, self._link(platform, room).id)
        assert address is not None
        return feeds.feed_url(self.url, feeds.token_of(address, SEALER))

    def connect(self, platform: str, room: str, url: str) -> None:
        """Have a calendar read, and return when it was read for the first time."""
        with self.store.unit_of_work() as work:
            query = select(ChannelLink).where(ChannelLink.id == self._link(platform, room).id)
            link = work.session.scalars(
                query.options(joinedload(ChannelLink.channel), joinedload(ChannelLink.room))
            ).one()
            channels.set_import(work, SEALER, link, url, By(), PUBLIC_URL)
        self.pull(platform, room)

    def pull(self, platform: str, room: str) -> None:
        """Have a calendar read at once, and return when it was."""
        link_id = self._link(platform, room).id
        before = self._looks(link_id)
        with self.store.unit_of_work() as work:
            assert timetable.pull_soon(work, [link_id]) == 1
        wait_for(lambda: self._looks(link_id) > before, lambda: f"the calendar of {platform} was not read")

    def _looks(self, link_id: int) -> int:
        with self.store.reading() as session:
            kept = session.get(LinkImport, link_id)
            return kept.looks if kept is not None and kept.trouble is None else 0

    def _link(self, platform: str, room: str) -> ChannelLink:
        with self.store.reading() as session:
            query = (
                select(ChannelLink)
                .join(Channel, Channel.id == ChannelLink.channel_id)
                .join(Room, Room.id == ChannelLink.room_id)
                .where(Channel.platform == platform, Room.name == room)
            )
            return session.scalars(query).one()


def wait_for(happened: Callable[[], bool], otherwise: Callable[[], str]) -> None:
    """Return as soon as it `happened`; fail with what `otherwise` says when it does not."""
    until = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < until, otherwise()
        time.sleep(0.01)


@contextmanager
def open_house(setup: str, database_url: str, var_dir: Path) -> Iterator[House]:
    """Set the hotel of a setup file's text up on a migrated, empty database and open the house."""
    with ExitStack() as stack:
        database = connect(database_url)
        stack.callback(database.dispose)
        store = Store(database, SystemClock())
        _staff(store, setup)
        terminals, twilio, telegram = Terminals(), FakeTwilio(), FakeTelegram()
        stack.callback(twilio.close)
        stack.callback(telegram.close)
        settings = Settings(
            database_url=database_url, redis_url=None, public_url=PUBLIC_URL, secret_key=KEY, var_dir=var_dir,
            feed_rate_limit=0, log_format="text", worker_interval=1, worker_batch_size=50,
            twilio=twilio.settings, telegram=telegram.settings, allow_private_feeds=True,
        )  # fmt: skip
        transports: dict[str, Transport] = {"console": terminals, **build(settings, KeptContents(store))}
        for each in transports.values():
            stack.callback(each.close)
        context = house.context(settings, store, SEALER, transports)
        desk = house.desk(context)
        stack.callback(desk.close)
        reads = Reads(store)
        stack.callback(reads.close)
        served = Served(with_calendars(create(settings, store, desk), settings, store, reads))
        stack.callback(served.close)
        jobs = house.jobs(settings, context)
        stack.callback(jobs.stop)
        jobs.start()
        terminals.desk = desk
        twilio.connect(served.url, PUBLIC_URL)
        telegram.connect(served.url)
        yield House(store, Phones(terminals, twilio, telegram), served.url, reads)


def _staff(store: Store, setup: str) -> None:
    with store.unit_of_work() as work:
        apply(work, SEALER, read(setup, "setup.toml"), By())
        work.session.execute(delete(ChatAddress))
        for person in work.session.scalars(select(Person)):
            transport, known_as = PEOPLE[person.name]
            work.session.add(ChatAddress(person_id=person.id, transport=transport, external_id=known_as))
