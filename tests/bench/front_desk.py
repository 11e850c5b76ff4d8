"""An embedded house whose staff write over WhatsApp: `dauda serve`, the fake Twilio, and the clock between them."""

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from subprocess import run as run_command
from sys import executable

import httpx
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.bench import servers
from tests.bench.load import ROOT
from tests.bench.servers import Serving
from tests.fakes.shown import Shown
from tests.fakes.twilio import FakeTwilio

PUBLIC_URL = "https://baobab.example"
STAFF = tuple(f"+2547000000{number:02}" for number in range(1, 9))
ROOMS = tuple(str(number) for number in range(1, 41))
PATIENCE = 30.0
_handed_over: ContextVar[float] = ContextVar("handed_over")
"""When the request came to Twilio: what Twilio does with it takes none of the house's time."""


class TimedTwilio(FakeTwilio):
    """A Twilio that looks at the clock before it looks at a message."""

    def _routes(self) -> ASGIApp:
        routes = super()._routes()

        async def timed(scope: Scope, receive: Receive, send: Send) -> None:
            _handed_over.set(time.perf_counter())
            await routes(scope, receive, send)

        return timed


@dataclass(slots=True)
class Arrivals:
    """When replies arrived at Twilio, by chat; nothing else of them is kept, however many there are."""

    _changed: threading.Condition = field(default_factory=threading.Condition)
    _at: dict[str, tuple[int, float]] = field(default_factory=dict)

    def show(self, shown: Shown) -> None:
        """Take note of one message, as `Screen` does."""
        with self._changed:
            number, _ = self._at.get(shown.chat, (0, 0.0))
            self._at[shown.chat] = number + 1, _handed_over.get()
            self._changed.notify_all()

    def wait(self, who: str, number: int) -> float:
        """When the reply `number` came to `who`."""
        chat = f"whatsapp:{who}"
        with self._changed:
            came = self._changed.wait_for(lambda: self._at.get(chat, (0, 0.0))[0] >= number, PATIENCE)
            if not came:
                raise TimeoutError(f"reply {number} never came")
            return self._at[chat][1]


class Phone:
    """One member of staff, whose messages are answered one by one."""

    def __init__(self, who: str, fake: FakeTwilio, url: str, arrivals: Arrivals) -> None:
        self._who, self._fake, self._arrivals = who, fake, arrivals
        self._client = httpx.Client(base_url=url, timeout=PATIENCE)
        self._said = 0

    def ask(self, text: str) -> float:
        """Seconds from posting `text` to the arrival of its reply."""
        form = self._fake.form(self._who, Body=text)
        headers = {"X-Twilio-Signature": self._fake.sign(form)}
        self._said += 1
        began = time.perf_counter()
        self._client.post("/webhooks/twilio", data=form, headers=headers).raise_for_status()
        return self._arrivals.wait(self._who, self._said) - began

    def echo(self, url: str) -> float:
        """Seconds that posting the same form to the echo takes."""
        form = self._fake.form(self._who, Body="block room 3 tonight")
        headers = {"X-Twilio-Signature": self._fake.sign(form)}
        began = time.perf_counter()
        self._client.post(f"{url}/echo", data=form, headers=headers).raise_for_status()
        return time.perf_counter() - began

    def close(self) -> None:
        """Hang up."""
        self._client.close()


@dataclass(frozen=True, slots=True)
class FrontDesk:
    """A running house and its staff's phones."""

    serving: Serving
    phones: Sequence[Phone]
    fake: FakeTwilio

    def all_ask(self, texts: Sequence[Sequence[str]]) -> list[float]:
        """Let every phone ask its own texts, all phones at once; seconds each reply took."""
        with ThreadPoolExecutor(len(self.phones)) as threads:
            asked = threads.map(_ask_all, self.phones, texts)
            return [took for each in asked for took in each]

    def forget(self) -> None:
        """Let the fake forget what it was sent, so that it stays as quick as it was."""
        self.fake.messages.clear()


@contextmanager
def front_desk(folder: Path) -> Iterator[FrontDesk]:
    """Set a house up and serve it."""
    file = folder / "baobab.toml"
    file.write_text(_setup())
    with ExitStack() as stack:
        fake = TimedTwilio()
        stack.callback(fake.close)
        arrivals = Arrivals()
        fake.screen.show = arrivals.show  # type: ignore[method-assign] # the same face with less behind it.
        settings = {
            "DAUDA_PUBLIC_URL": PUBLIC_URL,
            "TWILIO_ACCOUNT_SID": fake.settings.account_sid,
            "TWILIO_AUTH_TOKEN": fake.settings.auth_token,
            "TWILIO_WHATSAPP_FROM": fake.settings.whatsapp_from,
            "TWILIO_API_BASE_URL": fake.settings.api_base_url,
            "TWILIO_CONTENT_BASE_URL": fake.settings.content_base_url,
        }
        dauda = str(Path(executable).with_name("dauda"))
        environ = servers.environment(folder, settings)
        run_command([dauda, "setup", str(file)], cwd=ROOT, env=environ, check=True, capture_output=True, timeout=60)
        serving = stack.enter_context(servers.dauda(folder, settings))
        fake.connect(serving.url, PUBLIC_URL)
        phones = [Phone(who, fake, serving.url, arrivals) for who in STAFF]
        for phone in phones:
            stack.callback(phone.close)
        yield FrontDesk(serving, phones, fake)


def blocks() -> Iterator[str]:
    """Commands that block one free night each. Dates are written out: before dawn "tomorrow" would be asked back."""
    today = datetime.now(UTC).date()
    for ahead in count(2):
        for room in ROOMS:
            yield f"block room {room} {today + timedelta(ahead):%d %b %Y}"


def _ask_all(phone: Phone, texts: Sequence[str]) -> list[float]:
    return [phone.ask(text) for text in texts]


def _setup() -> str:
    rooms = ", ".join(f'"{room}"' for room in ROOMS)
    staff = "\n".join(
        f'[[staff]]\nname = "Amina {number}"\nrole = "staff"\nwhatsapp = "{who}"'
        for number, who in enumerate(STAFF, start=1)
    )
    return f"""
[property]
code = "baobab"
name = "Baobab Guest House"
timezone = "Africa/Nairobi"
currency = "KES"
language = "en"

[[room_type]]
code = "DBL"
name = "Double"
rooms = [{rooms}]

{staff}
"""
