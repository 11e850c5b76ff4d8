"""Phones of the example hotel's staff: what they write goes through the real desk, what they are sent is kept."""

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import DeclarativeBase

from bot.messages import Inbound, Outgoing, Sent
from bot.models import InboundMessage
from bot.transports.base import Limits
from core.db.work import Store
from core.staff.models import ChatAddress
from tests.support import databases
from tests.support.hotel import NOW, SEALER, Hotel, clock_of, make_hotel, open_store
from tests.support.rounds import size
from workers import house
from workers.context import Context
from workers.desk import Desk

CHATS: Mapping[str, str] = {"Amina": "1001", "Juma": "1002", "Zuri": "1009"}
"""Zuri is on nobody's staff."""
LIMITS = Limits(text=4096, buttons=100, label=64, keeps_numbers=False)
ENGINES = databases.ENGINES if size() != "quick" else databases.ENGINES[:1]
"""Where nothing depends on the engine, the quick run plays on SQLite alone."""
PUBLIC_URL = "https://baobab.example"


@dataclass(slots=True)
class Receiver:
    """A transport that keeps what it is handed."""

    name: str = "telegram"
    limits: Limits = LIMITS
    sent: list[Outgoing] = field(default_factory=list)

    def send(self, message: Outgoing) -> Sent:
        """Keep the message; its id tells how many came before."""
        self.sent.append(message)
        return Sent((f"out-{len(self.sent)}",))

    def find_sent(self, message: Outgoing) -> Sent | None:
        """Look for a message of the same reference."""
        at = next((at for at, sent in enumerate(self.sent, start=1) if sent.reference == message.reference), None)
        return Sent((f"out-{at}",)) if at else None

    def close(self) -> None:
        """Nothing to let go of."""


@dataclass(frozen=True, slots=True)
class Phones:
    """The phones of everybody who writes to one house."""

    store: Store
    hotel: Hotel
    desk: Desk
    receiver: Receiver
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def inbound(self, who: str, text: str = "", tap: str | None = None) -> Inbound:
        """Return a delivery that nobody has made yet."""
        kind, number = ("tap", "q") if tap else ("text", "m")
        delivery = f"{number}{next(self.numbers)}"
        chat = CHATS.get(who, who)
        return Inbound("telegram", delivery, chat, chat, text, tap, delivery if tap else None, kind=kind)

    def deliver(self, inbound: Inbound) -> list[Outgoing]:
        """Hand a delivery to the desk; return what was sent because of it."""
        before = len(self.receiver.sent)
        self.desk.take(inbound)
        return self.receiver.sent[before:]

    def say(self, who: str, text: str) -> Outgoing:
        """Write, and return the one answer."""
        return _one(self.deliver(self.inbound(who, text)))

    def send(self, who: str, text: str) -> list[Outgoing]:
        """Write, and return the answers, if any."""
        return self.deliver(self.inbound(who, text))

    def tap(self, who: str, message: Outgoing, label: str) -> Outgoing:
        """Tap a button of a message, whoever it was sent to, and return the one answer."""
        return _one(self.deliver(self.inbound(who, tap=token(message, label))))

    def media(self, who: str, kind: str) -> list[Outgoing]:
        """Send something that is no text."""
        return self.deliver(replace(self.inbound(who), kind=kind))

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        clock_of(self.store).advance(by)

    def count(self, table: type[DeclarativeBase]) -> int:
        """Return how many rows a table has."""
        with self.store.reading() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    def waiting(self) -> int:
        """Return how many messages nobody has handled."""
        with self.store.reading() as session:
            query = select(func.count()).select_from(InboundMessage).where(InboundMessage.handled_at.is_(None))
            return session.scalar(query) or 0


def token(message: Outgoing, label: str) -> str:
    """Return the token behind a label of a message."""
    return next(choice.token for choice in message.choices if choice.label == label)


def labels(message: Outgoing) -> list[str]:
    """Return the labels of a message's choices."""
    return [choice.label for choice in message.choices]


@contextmanager
def open_phones(url: str, now: datetime = NOW) -> Iterator[Phones]:
    """Give the phones of a new hotel in the database at `url`: Amina is staff, Juma an admin."""
    with open_store(url, now) as store:
        hotel = make_hotel(store)
        with store.unit_of_work() as work:
            for name, person_id in hotel.people.items():
                work.session.add(ChatAddress(person_id=person_id, transport="telegram", external_id=CHATS[name]))
        receiver = Receiver()
        desk = house.desk(Context(store, {"telegram": receiver}, SEALER, PUBLIC_URL))
        try:
            yield Phones(store, hotel, desk, receiver)
        finally:
            desk.close()


def _one(answers: list[Outgoing]) -> Outgoing:
    assert len(answers) == 1, answers
    return answers[0]
