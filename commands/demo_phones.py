"""The demo's phones: every message is printed under its reader's name, and the last buttons of each can be tapped."""

import threading
import time
from collections.abc import Callable

from bot.messages import Choice, Outgoing, Sent
from bot.transports.base import Limits


class Phones:
    """The console as several people see it."""

    name = "console"
    limits = Limits(text=1_000_000, buttons=100, label=200, keeps_numbers=False)

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show = show
        self._news = threading.Condition()
        self._received: list[tuple[str, str]] = []
        self._choices: dict[str, tuple[Choice, ...]] = {}

    def send(self, message: Outgoing) -> Sent:
        """Print the text and, below it, the choices in brackets."""
        buttons = "  ".join(f"[{choice.label}]" for choice in message.choices)
        text = f"{message.text}\n{buttons}" if buttons else message.text
        with self._news:
            self._received.append((message.chat, text))
            if message.choices:
                self._choices[message.chat] = message.choices
            first, *rest = text.split("\n")
            self._show("\n".join([f"bot → {message.chat}> {first}", *(f"     {line}" for line in rest)]))
            self._news.notify_all()
            return Sent((f"console-{len(self._received)}",))

    def token(self, who: str, label: str) -> str | None:
        """The token of the choice whose label begins so, of the last message to `who` that had any."""
        with self._news:
            found = (choice for choice in self._choices.get(who, ()) if choice.label.startswith(label))
            return next((choice.token for choice in found), None)

    def received(self, who: str) -> int:
        """How many messages somebody has had."""
        with self._news:
            return sum(chat == who for chat, _ in self._received)

    def waits(self, who: str, saying: str, patience: float, since: int = 0) -> bool:
        """Wait until a message to `who` that says so has come, after the first `since` of theirs."""
        until = time.monotonic() + patience
        with self._news:
            while True:
                theirs = [text for chat, text in self._received if chat == who][since:]
                if any(saying in text for text in theirs):
                    return True
                left = until - time.monotonic()
                if left <= 0:
                    return False
                self._news.wait(left)

    def find_sent(self, message: Outgoing) -> Sent | None:  # noqa: ARG002 - the transport's common face.
        """A terminal keeps no record."""
        return None

    def close(self) -> None:
        """Nothing to let go of."""
