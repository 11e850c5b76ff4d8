"""The kill loop: staff write, the house is killed at random instants and started again, and the books are read."""

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import select, update

from bot.models import InboundMessage
from core.clock import SystemClock, business_day
from core.db.engine import connect
from core.db.work import Store
from core.outbox.models import Due
from tests.fakes.twilio import FakeTwilio
from tests.support import truth
from tests.system.crash import books
from tests.system.crash.house import House, Nursery
from tests.system.crash.phones import Phone

ZONE = "Africa/Nairobi"
PUBLIC_URL = "https://dauda.baobab.example"
STAFF = ("+254700000001", "+254700000002", "+254700000003", "+254700000004")
ROOMS_EACH = 3
QUICK_START = 0.26
"""Seconds in which an idle machine starts a house."""
PATIENCE = 50
"""Seconds for a cold start and for everything to be finished, on a busy machine."""


@dataclass(slots=True)
class Told:
    """What a loop has to tell."""

    kills: int = 0
    messages: int = 0
    repeated: int = 0
    restarts: list[float] = field(default_factory=list)
    """Seconds from the start of a process to its first answer."""

    cold: float = 0.0
    """Seconds from a cold start to the first moment at which every calendar is right."""

    def __str__(self) -> str:
        back = f"{median(self.restarts):.2f} s median, {max(self.restarts):.2f} s at most" if self.restarts else "-"
        cold = f"calendars right {self.cold:.1f} s after a cold start"
        return f"{self.kills} kills, {self.messages} messages, {self.repeated} told again, back in {back}; {cold}"


def setup_file(folder: Path) -> Path:
    """Write the setup of a hotel whose rooms are all in a feed."""
    rooms = [str(number + 1) for number in range(len(STAFF) * ROOMS_EACH)]
    place = f'code = "baobab"\nname = "Baobab Guest House"\ntimezone = "{ZONE}"\ncurrency = "KES"\nlanguage = "en"'
    lines = [
        f"[property]\n{place}",
        f'[[room_type]]\ncode = "DBL"\nname = "Double"\nrooms = [{", ".join(f"{room!r}" for room in rooms)}]',
        *(f'[[staff]]\nname = "Amina {n}"\nrole = "property_admin"\nwhatsapp = "{who}"' for n, who in enumerate(STAFF)),
        '[[channel]]\nplatform = "airbnb"\nmode = "ical"',
        *(f'[[channel.link]]\nroom = "{room}"' for room in rooms),
    ]
    path = folder / "hotel.toml"
    path.write_text("\n\n".join(lines))
    return path


def settings(url: str, twilio: FakeTwilio, **more: str) -> dict[str, str]:
    """The environment of a house on the database `url` whose WhatsApp is `twilio`."""
    account = twilio.settings
    return {
        "DAUDA_DATABASE_URL": url, "DAUDA_PUBLIC_URL": PUBLIC_URL, "DAUDA_FEED_RATE_LIMIT": "0",
        "WORKER_INTERVAL": "0.05", "TWILIO_ACCOUNT_SID": account.account_sid, "TWILIO_AUTH_TOKEN": account.auth_token,
        "TWILIO_WHATSAPP_FROM": account.whatsapp_from, "TWILIO_API_BASE_URL": account.api_base_url,
        "TWILIO_CONTENT_BASE_URL": account.content_base_url, **more,
    }  # fmt: skip


@contextmanager
def hotel(
    nursery: Nursery, folder: Path, url: str, *, twist: str | None = None, **more: str
) -> Iterator[tuple[House, FakeTwilio, Store]]:
    """Give a hotel that was set up by the command line, its WhatsApp, and a look into its database."""
    twilio = FakeTwilio()
    house = House(nursery, folder, settings(url, twilio, **more), twist)
    database = connect(url)
    try:
        twilio.connect(house.url, PUBLIC_URL)
        assert house.run("setup", str(setup_file(folder))) == 0, house.log
        yield house, twilio, Store(database, SystemClock())
    finally:
        house.close()
        twilio.close()
        database.dispose()


def staff(house: House, twilio: FakeTwilio, seed: int) -> list[Phone]:
    """Four people with three rooms each."""
    today = business_day(datetime.now(UTC), ZONE)
    return [
        Phone(
            twilio, house.url, who, tuple(str(place * ROOMS_EACH + n + 1) for n in range(ROOMS_EACH)), today,
            random.Random(seed * 100 + place),
        )
        for place, who in enumerate(STAFF)
    ]  # fmt: skip


def minutes_pass(store: Store) -> None:
    """Let the leases of a killed process run out; only while no process runs."""
    with store.unit_of_work() as work:
        long_ago = work.now - timedelta(minutes=2)
        work.session.execute(update(Due).where(Due.closed_at.is_(None)).values(leased_until=long_ago))
        work.session.execute(update(InboundMessage).values(received_at=long_ago))


def rest(house: House, store: Store) -> None:
    """Return when everything that came in is handled and everything said is sent; else fail, naming what is not."""
    until = time.monotonic() + PATIENCE
    while left := unfinished(store):
        assert time.monotonic() < until, "\n".join([*left, house.told_where()])
        time.sleep(0.05)


def unfinished(store: Store) -> list[str]:
    """What somebody still has to do."""
    with store.reading() as session:
        waiting = session.scalars(select(InboundMessage).where(InboundMessage.handled_at.is_(None))).all()
        dues = session.scalars(select(Due).where(Due.closed_at.is_(None), Due.kind == "chat.say")).all()
        late = session.scalars(select(Due).where(Due.every.is_not(None))).all() if waiting or dues else []
        return [
            *(f"m{one.id} of {one.received_at} in {one.chat}, attempts {one.attempts}" for one in waiting[:20]),
            *(
                f"{one.kind} {one.id} due {one.due_at}, attempt {one.attempts} until {one.leased_until}: {one.error}"
                for one in (*dues, *late)
            ),
        ]


def play(house: House, store: Store, phones: Sequence[Phone], kills: int, seed: int, *, careless: bool = False) -> Told:
    """Kill `dauda serve` `kills` times while `phones` write; in the end it runs, and all is handled and sent.

    The calendars of a house that is `careless` are not waited for: they may never become right.
    """
    chance, told = random.Random(seed), Told(kills=kills)
    serving = house.serve()
    house.wait()
    for phone in phones:
        phone.start()
    for _ in range(kills):
        # On a busy machine the house gets as much further as on an idle one.
        time.sleep(chance.uniform(0.2, 3.0) * (told.restarts[-1] if told.restarts else QUICK_START))
        house.kill(serving)
        if chance.random() < 0.7:
            minutes_pass(store)
        serving = house.serve()
        if chance.random() < 0.85:  # Else it may be killed while it starts.
            told.restarts.append(house.wait())
    house.wait()
    for phone in phones:
        phone.stop()
    house.kill(serving)
    minutes_pass(store)
    if careless:
        house.serve()
        house.wait()
    else:
        told.cold = cold_start(house, store, phones)
    rest(house, store)
    return told


def cold_start(house: House, store: Store, phones: Sequence[Phone]) -> float:
    """Start the house as a supervisor would; the seconds until every calendar is right."""
    begun = time.monotonic()
    house.start_cold("serve", "--port", str(house.port))
    house.wait()
    with store.reading() as session:
        addresses = books.feed_paths(session, house)
    while wrong := books.wrong_feeds(addresses, house, phones):
        late = time.monotonic() > begun + PATIENCE
        assert not late, "\n".join([*wrong, *unfinished(store), house.told_where()])
        time.sleep(0.05)
    return time.monotonic() - begun


def faults(house: House, twilio: FakeTwilio, store: Store, phones: Sequence[Phone], told: Told) -> list[str]:
    """Whatever is wrong in the end, by every judge there is."""
    with store.reading() as session:
        found = books.read(session)
        wrong = books.faults(found, phones, twilio)
        wrong += books.wrong_feeds(books.feed_paths(session, house), house, phones)
    told.messages, told.repeated = len(found.inbound), books.repeated(found, twilio)
    return wrong + truth.faults(store.database.read, store.clock.now())
