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
class Say:
    """One message."""

    lines: tuple[Line, ...]
    offers: tuple[Offer, ...] = ()


def line(key: str, **facts: object) -> Line:
    """A line of wording."""
    return Line(key, facts)


def offer(key: str, action: Action, **facts: object) -> Offer:
    """A choice labelled by wording."""
    return Offer(Line(key, facts), action)
