"""What every transport must be able to do."""

from dataclasses import dataclass
from typing import Protocol

from bot.messages import Outgoing, Sent


@dataclass(frozen=True, slots=True)
class Limits:
    """What a transport can show in one message."""

    text: int
    """Characters in one message; longer text is split on lines."""
    buttons: int
    """Choices it can show as buttons or rows; more are shown as numbered text only."""
    label: int
    """Characters of a button's label."""
    keeps_numbers: bool
    """Whether the text repeats the choices as numbered lines (for clients that cannot show buttons)."""


class Transport(Protocol):
    """One way to talk to people."""

    name: str
    limits: Limits

    def send(self, message: Outgoing) -> Sent:
        """Hand the message over; split where it is too long, acknowledge and settle what it names.

        Raises the errors of `core.errors.Outside`: `Down` (nothing was sent), `RefusedThere` (never will be),
        `Unsure` (perhaps sent), `AuthFailed`.
        """
        ...

    def find_sent(self, message: Outgoing) -> Sent | None:
        """Look up whether `message` arrived after an unknown outcome; None when it did not or cannot be known."""
        ...

    def close(self) -> None:
        """Let go of connections and threads."""
        ...


def split(text: str, limit: int) -> list[str]:
    """`text` in parts of at most `limit` characters, cut at line ends where there are any, else anywhere."""
    parts: list[str] = []
    for line in text.split("\n"):
        pieces = [line[at : at + limit] for at in range(0, len(line), limit)] or [""]
        for position, piece in enumerate(pieces):
            if parts and position == 0 and len(parts[-1]) + 1 + len(piece) <= limit:
                parts[-1] += "\n" + piece
            else:
                parts.append(piece)
    return [part for part in parts if part.strip()]
