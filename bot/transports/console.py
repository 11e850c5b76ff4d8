"""The console: staff talk to the bot in a terminal, with the same rights and the same rules."""

import threading
from collections.abc import Callable

from bot.messages import Choice, Outgoing, Sent
from bot.transports.base import Limits


class Console:
    """Prints messages; the choices of the last one can be tapped by their number (`/tap 1`)."""

    name = "console"
    limits = Limits(text=1_000_000, buttons=100, label=200, keeps_numbers=False)

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show = show
        self._guard = threading.Lock()
        self._sent = 0
        self._last: tuple[Choice, ...] = ()

    def send(self, message: Outgoing) -> Sent:
        """Print the text and, below it, the choices in brackets."""
        buttons = "  ".join(f"[{choice.label}]" for choice in message.choices)
        with self._guard:
            self._sent += 1
            self._last = message.choices or self._last
            self._show(f"{message.text}\n{buttons}" if buttons else message.text)
            return Sent((f"console-{self._sent}",))

    def token(self, position: int) -> str | None:
        """The token of the n-th choice (from 1) of the last message that had any."""
        with self._guard:
            return self._last[position - 1].token if 0 < position <= len(self._last) else None

    def find_sent(self, message: Outgoing) -> Sent | None:  # noqa: ARG002 - the transport's common face.
        """A terminal keeps no record."""
        return None

    def close(self) -> None:
        """Nothing to let go of."""


def spoken(text: str) -> str:
    """A message as a terminal shows it: "bot> " and further lines indented."""
    first, *rest = text.split("\n")
    return "\n".join([f"bot> {first}", *(f"     {line}" for line in rest)])
