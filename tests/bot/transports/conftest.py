"""Each transport on the bench, wired to the fake of its other side."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from bot.transports.base import Transport
from bot.transports.telegram import Telegram
from bot.transports.whatsapp import WhatsApp
from tests.fakes.contents import ContentsInMemory
from tests.fakes.shown import Shown
from tests.fakes.telegram import FakeTelegram
from tests.fakes.twilio import FakeTwilio

TIMEOUT = 2.5  # seconds; a call that hangs should not hold up the tests, a busy machine should not fail them.


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    """Give a Twilio account."""
    fake = FakeTwilio()
    yield fake
    fake.close()


@pytest.fixture
def whatsapp(twilio: FakeTwilio) -> Iterator[WhatsApp]:
    """Give the transport on that account."""
    transport = WhatsApp(twilio.settings, ContentsInMemory(), timeout=TIMEOUT)
    yield transport
    transport.close()


@pytest.fixture
def bot_api() -> Iterator[FakeTelegram]:
    """Give a Telegram bot's account."""
    fake = FakeTelegram()
    yield fake
    fake.close()


@pytest.fixture
def telegram(bot_api: FakeTelegram) -> Iterator[Telegram]:
    """Give the transport on that account."""
    transport = Telegram(bot_api.settings, timeout=TIMEOUT)
    yield transport
    transport.close()


@dataclass
class Bench:
    """One transport with its other side; `call` is the fake's name for sending, `chat` where answers to `who` go."""

    transport: Transport
    fake: FakeTwilio | FakeTelegram
    who: str
    chat: str
    call: str

    def inbox(self) -> list[Shown]:
        """Return what the person was sent."""
        return self.fake.inbox(self.who)

    def too_fast(self, seconds: int) -> None:
        """Let the next message be one too many."""
        if isinstance(self.fake, FakeTwilio):
            self.fake.refuse(self.call, 429, 20429, retry_after=seconds)
        else:
            self.fake.refuse(self.call, 429, "Too Many Requests", retry_after=seconds)

    def never(self) -> None:
        """Let the next message be refused for good."""
        if isinstance(self.fake, FakeTwilio):
            self.fake.refuse(self.call, 400, 21610)
        else:
            self.fake.refuse(self.call, 403, "Forbidden: bot was blocked by the user")

    def broken(self) -> None:
        """Let the next message end in a server error."""
        if isinstance(self.fake, FakeTwilio):
            self.fake.refuse(self.call, 500, 20500)
        else:
            self.fake.refuse(self.call, 500, "Internal Server Error")

    @contextmanager
    def unreachable(self) -> Iterator[Transport]:
        """Give the same kind of transport with nobody at the other end."""
        if isinstance(self.fake, FakeTwilio):
            nowhere = FakeTwilio()
            gone: Transport = WhatsApp(nowhere.settings, ContentsInMemory(), timeout=TIMEOUT)
            nowhere.close(wait=True)
        else:
            silent = FakeTelegram()
            gone = Telegram(silent.settings, timeout=TIMEOUT)
            silent.close(wait=True)
        yield gone
        gone.close()


BENCHES = {"whatsapp": ("whatsapp", "twilio"), "telegram": ("telegram", "bot_api")}


@pytest.fixture(params=sorted(BENCHES))
def bench(request: pytest.FixtureRequest) -> Bench:
    """Give each transport in turn."""
    transport, fake = (request.getfixturevalue(name) for name in BENCHES[request.param])
    if isinstance(fake, FakeTwilio):
        return Bench(transport, fake, "+254700000001", "whatsapp:+254700000001", "messages")
    return Bench(transport, fake, "1001", "1001", "sendMessage")
