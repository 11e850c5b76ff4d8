"""The stage: one hotel, one process of Dauda, and the phones (or terminals) of its staff."""

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, timedelta
from pathlib import Path
from typing import Protocol

import httpx
import icalendar
from sqlalchemy import delete, exists, select

from bot.contents import KeptContents
from bot.messages import Inbound, Outgoing, Sent
from bot.models import InboundMessage
from bot.transports.base import Limits, Transport
from bot.transports.registry import build
from core.channels.models import Channel, ChannelLink
from core.clock import SetClock
from core.config import Settings
from core.db.engine import connect
from core.db.work import Store
from core.events.service import By
from core.feeds import service as feeds
from core.feeds.reads import Reads
from core.outbox.effects import Say
from core.outbox.models import Due
from core.sealing import Sealer
from core.setup.apply import apply
from core.setup.reading import read as read_setup
from core.staff.models import ChatAddress, Person
from core.values.nights import Nights, runs
from tests.dialogues import otas
from tests.dialogues.script import Script
from tests.fakes.serving import Served
from tests.fakes.shown import PATIENCE, Button, Screen, Shown
from tests.fakes.telegram import FakeTelegram
from tests.fakes.twilio import FakeTwilio
from webhooks.app import create, with_calendars
from workers import house
from workers.desk import Desk

TRANSPORTS = ("console", "whatsapp", "telegram")
HOTELS = Path(__file__).parent / "hotels"
PEOPLE = {"Amina": ("+254700000001", "1001"), "Juma": ("+254700000002", "1002"), "Zuri": ("+254700000009", "1009")}
"""Zuri is on nobody's staff."""
_WAITING = exists().where(InboundMessage.handled_at.is_(None))
_SENDING = exists().where(Due.closed_at.is_(None), Due.leased_until.is_not(None))
_STRANGERS = exists().where(Due.closed_at.is_(None), Due.kind == Say.kind)
_LEASED, _BUSY = select(_SENDING), select(_WAITING | _SENDING | _STRANGERS)
"""Asked again and again: built once."""
KEY = "the key of a test's house"
SEALER = Sealer(KEY)
PUBLIC_URL = "https://baobab.example"


class Phones(Protocol):
    """What the staff hold in their hands."""

    def say(self, who: str, text: str) -> None:
        """Write."""
        ...

    def tap(self, who: str, button: str | int) -> None:
        """Tap the newest button with this label."""
        ...

    def inbox(self, who: str) -> list[Shown]:
        """What was received, oldest first."""
        ...


class Terminals:
    """Consoles: messages go to the desk without a network in between."""

    name = "console"
    limits = Limits(text=1_000_000, buttons=100, label=200, keeps_numbers=False)

    def __init__(self) -> None:
        self.screen = Screen()
        self.desk: Desk | None = None

    def say(self, who: str, text: str) -> None:
        """Type a line."""
        assert self.desk is not None
        self.desk.accept(Inbound("console", uuid.uuid4().hex, who, who, text))

    def tap(self, who: str, button: str | int) -> None:
        """Type `/tap`."""
        assert self.desk is not None
        shown, at = self.screen.button(who, button)
        self.desk.accept(Inbound("console", uuid.uuid4().hex, who, who, tap=shown.buttons[at].token, kind="tap"))

    def inbox(self, who: str) -> list[Shown]:
        """What was printed."""
        return self.screen.all(who)

    def send(self, message: Outgoing) -> Sent:
        """Print."""
        number = uuid.uuid4().hex
        buttons = tuple(Button(choice.label, choice.token) for choice in message.choices)
        self.screen.show(Shown(message.chat, message.text, buttons, number))
        return Sent((number,))

    def find_sent(self, message: Outgoing) -> Sent | None:  # noqa: ARG002 - the transport's common face.
        """Nothing is kept."""
        return None

    def close(self) -> None:
        """Nothing to let go of."""


class Stage:
    """One hotel with its staff on one transport, and a clock that stands still between the steps."""

    def __init__(
        self, transport: str, phones: Phones, store: Store, clock: SetClock, jobs: house.Jobs, reads: Reads
    ) -> None:
        self.phones = phones
        self.url = ""
        self.store = store
        self.clock = clock
        self.transport = transport
        self._jobs = jobs
        self._reads = reads

    def who(self, name: str) -> str:
        """The id by which the transport knows somebody."""
        return address(self.transport, name)

    def pass_time(self, by: timedelta) -> None:
        """Move the clock and do what is due by then."""
        self.clock.advance(by)
        while self._jobs.relay.once():
            self._rest(self._leased)

    def settle(self) -> None:
        """Wait until every message is handled and every reply has left."""
        self._rest(self._busy)

    def _rest(self, busy: Callable[[], bool]) -> None:
        until = time.monotonic() + PATIENCE
        while busy():
            assert time.monotonic() < until, "the house did not come to rest"
            time.sleep(0.005)

    def _leased(self) -> bool:
        """Whether somebody works on something that is due; what is written for it is due afterwards."""
        with self.store.reading() as session:
            return session.scalar(_LEASED) or False

    def _busy(self) -> bool:
        with self.store.reading() as session:
            return session.scalar(_BUSY) or False

    def look(self, platform: str, room: str, shown: str) -> None:
        """Have a calendar read that shows `shown`, and do what follows."""
        otas.look(self.store, SEALER, platform, room, shown)
        self.pass_time(timedelta(0))

    def feed(self, room: str, platform: str = "airbnb") -> str:
        """The runs of nights that a platform's feed of a room shows busy from today on, read by HTTP and icalendar."""
        with self.store.reading() as session:
            query = (
                select(ChannelLink.id)
                .join(Channel, Channel.id == ChannelLink.channel_id)
                .where(otas.is_of(room), Channel.platform == platform)
            )
            kept = feeds.live_address(session, session.scalars(query).one())
            assert kept is not None
        url = feeds.feed_url(self.url, feeds.token_of(kept, SEALER))
        read = httpx.get(url, timeout=10)
        if read.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            # A busy machine may take its time over a feed that nobody has asked for yet: asked again, as OTAs do.
            time.sleep(1)
            read = httpx.get(url, timeout=10)
        assert read.status_code == 200, read.text
        time.sleep(0.05)  # The answer is out a moment before the read of it is noted.
        self._reads.flush()
        today = self.clock.now().date()
        nights = {
            night
            for event in icalendar.Calendar.from_ical(read.content).events
            for night in Nights(event.start, event.end)
            if night >= today
        }
        return ", ".join(f"{run.arrival} → {run.departure}" for run in runs(nights)) or "free"


def address(transport: str, name: str) -> str:
    """The id by which a transport knows somebody."""
    phone, number = PEOPLE[name]
    return {"whatsapp": phone, "telegram": number, "console": f"console-{name}"}[transport]


@contextmanager
def stage(script: Script, transport: str, database_url: str, var_dir: Path) -> Iterator[Stage]:
    """Set up the hotel of `script` and open its web on loopback."""
    with ExitStack() as stack:
        clock = SetClock(script.now.astimezone(UTC))
        database = connect(database_url)
        stack.callback(database.dispose)
        store = Store(database, clock)
        _hotel(store, script.hotel, transport)
        terminals, twilio, telegram = Terminals(), FakeTwilio(), FakeTelegram()
        stack.callback(twilio.close)
        stack.callback(telegram.close)
        settings = _settings(database_url, var_dir, twilio, telegram)
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
        assert jobs.worker is not None
        jobs.worker.start()
        stack.callback(jobs.stop)
        terminals.desk = desk
        twilio.connect(served.url, PUBLIC_URL)
        telegram.connect(served.url)
        phones: dict[str, Phones] = {"console": terminals, "whatsapp": twilio, "telegram": telegram}
        made = Stage(transport, phones[transport], store, clock, jobs, reads)
        made.url = served.url
        yield made


def _settings(database_url: str, var_dir: Path, twilio: FakeTwilio, telegram: FakeTelegram) -> Settings:
    return Settings(
        database_url=database_url, redis_url=None, public_url=PUBLIC_URL, secret_key=KEY, var_dir=var_dir,
        feed_rate_limit=0, log_format="text", worker_interval=1, worker_batch_size=50,
        twilio=twilio.settings, telegram=telegram.settings,
    )  # fmt: skip


def _hotel(store: Store, name: str, transport: str) -> None:
    """Set the hotel up from its file; its staff are on one transport, and every calendar was read once."""
    text = (HOTELS / f"{name}.toml").read_text(encoding="utf-8")
    with store.unit_of_work() as work:
        apply(work, SEALER, read_setup(text, f"{name}.toml"), By())
        work.session.execute(delete(ChatAddress))
        for person in work.session.scalars(select(Person)):
            known = address(transport, person.name)
            work.session.add(ChatAddress(person_id=person.id, transport=transport, external_id=known))
    otas.first_looks(store, SEALER)
