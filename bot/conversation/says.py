"""What the dialogue says: lines by key and facts, and choices. The words live in `bot/replies`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.conversation.actions import Action


@dataclass(frozen=True, slots=True)
class Line:
    """One line (or more) of wording: its key and what is filled in."""

    key: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Offer:
    """One choice: its label, and what happens when it is taken."""

    label: Line
    action: Action


@dataclass(frozen=True, slots=True)
class Subject:
    """What a message is an open card of: a case or a task, as of one revision. A chat shows one card of each."""

    kind: str
    """`conflict` or `follow_up`."""
    number: int
    revision: int = 0

    @property
    def name(self) -> str:
        """What stands in the message's row: `conflict:12`."""
        return f"{self.kind}:{self.number}"


@dataclass(frozen=True, slots=True)
class Say:
    """One message."""

    lines: tuple[Line, ...]
    offers: tuple[Offer, ...] = ()
    card: Subject | None = None
    """What it is the card of from now on."""
    over: tuple[str, ...] = ()
    """Names of the subjects whose cards in this chat are over with it."""


def line(key: str, **facts: object) -> Line:
    """A line of wording."""
    return Line(key, facts)


def offer(key: str, action: Action, **facts: object) -> Offer:
    """A choice labelled by wording."""
    return Offer(Line(key, facts), action)
