"""A scratch hotel whose clock stands still, on which the dialogues of the documents are played again."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.messages import Inbound
from bot.transports.console import Console, spoken
from core.clock import SetClock
from core.config import Settings, load
from core.db.engine import connect
from core.db.migrate import upgrade
from core.db.work import Store
from core.events.service import By
from core.sealing import Sealer
from core.setup.apply import apply
from core.setup.reading import read
from core.staff import queries as staff
from core.staff.models import ChatAddress
from core.staff.roles import Role
from workers import house as workers

FRIDAY_EVENING = datetime(2026, 11, 20, 18, 40, tzinfo=UTC)
"""Friday, 21:40 in Nairobi: when every dialogue in the documents begins."""
READING_TIME = timedelta(seconds=20)
"""How long a person takes to answer; the clock moves on so much with each message."""
SPOKEN = re.compile(r"^Amina> (.*)$")

Talk = Callable[[str], str]


def settings(folder: Path) -> Settings:
    """Give embedded settings of a scratch folder; nothing is read from this machine's environment."""
    return load({"DAUDA_VAR_DIR": str(folder), "DAUDA_PUBLIC_URL": "https://baobab.example"}, dotenv=None)


@contextmanager
def front_desk(folder: Path, setup: str) -> Iterator[Talk]:
    """Set the hotel of `setup` (TOML) up; give what answers a line of Amina's as a terminal shows it."""
    told = settings(folder)
    upgrade(told.database_url)
    database = connect(told.database_url)
    clock = SetClock(FRIDAY_EVENING)
    store, sealer = Store(database, clock), Sealer(told.secret_key)
    sender = _set_up(store, sealer, setup)
    heard: list[str] = []
    console = Console(lambda text: heard.append(spoken(text)))
    context = workers.context(told, store, sealer, {"console": console})
    desk = workers.desk(context)
    numbers = iter(range(1, 1000))

    def talk(line: str) -> str:
        heard.clear()
        tap = console.token(int(line.removeprefix("/tap "))) if line.startswith("/tap ") else None
        kind = "tap" if tap else "text"
        desk.take(Inbound("console", f"c{next(numbers)}", sender, sender, line, tap, kind=kind))
        clock.advance(READING_TIME)
        return "\n".join(heard)

    try:
        yield talk
    finally:
        desk.close()
        database.dispose()


def replayed(talk: Talk, dialogue: str) -> str:
    """Play the lines of `dialogue` that Amina says and return the dialogue as it went."""
    played: list[str] = []
    for line in dialogue.splitlines():
        spoken = SPOKEN.match(line)
        if spoken is not None:
            played += [line, talk(spoken[1])]
    return "\n".join(played)


def _set_up(store: Store, sealer: Sealer, setup: str) -> str:
    """Apply the setup and give its admin an address on the console, as `dauda chat` does."""
    with store.unit_of_work() as work:
        outcome = apply(work, sealer, read(setup, "setup"), By(transport="console"))
    with store.unit_of_work() as work:
        who, _, _ = staff.reachable(work.session, outcome.property_id, Role.PROPERTY_ADMIN)[0]
        address = f"person:{who.person_id}"
        work.session.add(
            ChatAddress(
                person_id=who.person_id, transport="console", external_id=address, property_id=outcome.property_id
            )
        )
    return address
