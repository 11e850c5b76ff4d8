"""Filling wording in: who is spoken to, and how each kind of fact is read out."""

import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from bot.conversation.facts import Feed, LoginLink
from bot.replies.words import wording

MARK = "⟦"
"""Begins what the sending job replaces."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Who is spoken to: language, the property's zone, and the instant."""

    language: str
    zone: str
    now: datetime

    def text(self, key: str, facts: Mapping[str, object]) -> str:
        """The wording of `key` with its facts filled in."""
        return _Filler(self).vformat(wording(self.language)[key], (), dict(facts))

    @property
    def today(self) -> date:
        """The local calendar day."""
        return self.now.astimezone(ZoneInfo(self.zone)).date()


Reader = Callable[[Voice, Any, str], str]
"""From a fact and the part of it that is asked for, `{fact:part}`, to words."""
_R = TypeVar("_R", bound=Reader)
_READERS: dict[type, Reader] = {}


def reads(*kinds: type) -> Callable[[_R], _R]:
    """Declare the function that reads facts of these types out."""

    def declare(reader: _R) -> _R:
        _READERS.update(dict.fromkeys(kinds, reader))
        return reader

    return declare


class _Filler(string.Formatter):
    """`{fact:part}`: the fact's type says which parts it has."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice

    def format_field(self, value: Any, format_spec: str) -> str:  # noqa: ANN401 - string.Formatter's own type.
        if isinstance(value, Feed) and format_spec == "address":
            return feed_mark(value.link_id)
        if isinstance(value, LoginLink) and format_spec == "address":
            return login_mark(value.sealed)
        # What people wrote must not pass for a mark, which would be replaced by an address they may not see.
        return self._read(value, format_spec).replace(MARK, "[")

    def _read(self, value: Any, part: str) -> str:  # noqa: ANN401 - as above.
        if isinstance(value, tuple | list):
            return ", ".join(self.format_field(each, part) for each in value)
        reader = next((_READERS[kind] for kind in type(value).__mro__ if kind in _READERS), None)
        return reader(self._voice, value, part) if reader is not None else str(value)


def feed_mark(link_id: int) -> str:
    """What stands for the feed address of a link until it is sent, so that none lies readable in the database."""
    return f"{MARK}feed:{link_id}⟧"


def login_mark(sealed: str) -> str:
    """What stands for a login link until it is sent: its code, sealed."""
    return f"{MARK}login:{sealed}⟧"
