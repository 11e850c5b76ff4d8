"""The contents (Twilio's word for message shapes with buttons) that every WhatsApp choice is sent by.

Each shape is created once per account with all its text as variables, and found again by its name. A
variable may neither be empty nor hold a line break, a tab or more than four spaces in a row (error 21656), so
that every line of the text is a variable of its own and a shape is made for each number of lines in use.
Limits: https://www.twilio.com/docs/content/twilio-quick-reply and …/twiliolist-picker.
"""

import contextlib
import re
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.messages import Choice
from bot.transports.whatsapp.rest import Account
from core.errors import Down, Outside

MOST_BUTTONS = 3
"""Quick replies that may be sent without an approval."""
MOST_ROWS = 10
MOST_LINES = 16
BUTTON_TITLE = 20
ROW_TITLE = 24
ROW_DESCRIPTION = 72
WHOLE = 1024
"""Characters of everything together after substitution (63021)."""
MOST_FOR_ROWS = WHOLE - 256
"""Characters for a list's rows, so that there is always room for some text."""
NOTHING = "\u200b"
"""Stands where there is nothing to say: Twilio refuses empty variables."""
PAUSE_AFTER_FAILURE = 60.0
"""Seconds for which nobody waits for contents again: a person waits for the message."""
SPACES = re.compile(r" {5,}")


class Contents(Protocol):
    """Where the SIDs of created contents are kept, for every process to find."""

    def get(self, account_sid: str, name: str) -> str | None:
        """The SID kept for `name`."""
        ...

    def put(self, account_sid: str, name: str, sid: str) -> str:
        """Keep `sid` unless one is kept already; returns the kept one, the same for everybody."""
        ...

    def forget(self, account_sid: str, name: str, sid: str) -> None:
        """Let go of `sid`, which the account no longer has; another one that is kept stays."""
        ...


@dataclass(frozen=True, slots=True)
class Shape:
    """A content for so many choices under so many lines of text."""

    choices: int
    lines: int

    @property
    def name(self) -> str:
        """Its name here and, after `dauda_`, at Twilio: `qr2`, `list7`; `qr2x5` over five lines of text."""
        kind = "qr" if self.choices <= MOST_BUTTONS else "list"
        return f"{kind}{self.choices}" + (f"x{self.lines}" if self.lines > 1 else "")

    @property
    def friendly_name(self) -> str:
        """Its name at Twilio, where the account may hold contents of others."""
        return f"dauda_{self.name}"

    def types(self) -> dict[str, Any]:
        """The shape as Twilio is told it."""
        body = "\n".join(_slot(line) for line in range(1, self.lines + 1))
        first = self.lines + 1
        if self.choices <= MOST_BUTTONS:
            at = range(first, first + 2 * self.choices, 2)
            actions = [{"type": "QUICK_REPLY", "title": _slot(n), "id": _slot(n + 1)} for n in at]
            return {"twilio/quick-reply": {"body": body, "actions": actions}}
        at = range(first + 1, first + 1 + 3 * self.choices, 3)
        items = [{"item": _slot(n), "id": _slot(n + 1), "description": _slot(n + 2)} for n in at]
        return {"twilio/list-picker": {"body": body, "button": _slot(first), "items": items}}

    def variables(self, text: str, choices: Sequence[Choice]) -> dict[str, str]:
        """What fills the slots: the lines of `text`, then the labels and tokens of `choices`."""
        values = [*text.split("\n"), *choice_values(choices)]
        return {str(n): plain_line(value) for n, value in enumerate(values, start=1)}


def choice_values(choices: Sequence[Choice]) -> list[str]:
    """The values of the slots after the text."""
    if len(choices) <= MOST_BUTTONS:
        titled = zip(titles_of(choices, BUTTON_TITLE), choices, strict=True)
        return [value for title, choice in titled for value in (title, choice.token)]
    values = _rows(choices, in_full=True)
    return values if sum(map(len, values)) <= MOST_FOR_ROWS else _rows(choices, in_full=False)


def _rows(choices: Sequence[Choice], *, in_full: bool) -> list[str]:
    """Rows; a description repeats the number to answer with, and the label where the row shortened it."""
    values = [f"☰ 1\u2013{len(choices)}"]
    titled = zip(titles_of(choices, ROW_TITLE), choices, strict=True)
    for number, (title, choice) in enumerate(titled, start=1):
        said = f"{number} · {choice.label}" if in_full and title != choice.label else str(number)
        values += [title, choice.token, shortened(said, ROW_DESCRIPTION)]
    return values


def says_all(choices: Sequence[Choice]) -> bool:
    """Whether every label can be read in full on its button or row."""
    values = choice_values(choices)
    return all(any(choice.label in value for value in values) for choice in choices)


def room_for_text(choices: Sequence[Choice]) -> int:
    """Characters left for the text beside the choices."""
    return WHOLE - sum(map(len, choice_values(choices)))


def titles_of(choices: Sequence[Choice], limit: int) -> list[str]:
    """The labels within `limit` characters, all different: WhatsApp refuses equal titles."""
    titles = [shortened(plain_line(choice.label), limit) for choice in choices]
    if len({title.casefold() for title in titles}) == len(titles):
        return titles
    return [shortened(f"{number} {choice.label}", limit) for number, choice in enumerate(choices, start=1)]


def shortened(label: str, limit: int) -> str:
    """`label` within `limit` characters; the middle goes, for what tells two apart stands last (`room 4`)."""
    if len(label) <= limit:
        return label
    words, tail = label.split(), ""
    while len(words) > 1 and len(longer := f" {words[-1]}{tail}") <= limit // 2:
        words, tail = words[:-1], longer
    head, space = " ".join(words), limit - len(tail) - 1
    cut = head[:space]
    if head[space : space + 1] not in {"", " "} and " " in cut[space // 2 :]:
        cut = cut.rpartition(" ")[0]
    return f"{cut.rstrip()}…{tail}"


def plain_line(value: str) -> str:
    """`value` as a variable may be: one line, no tab, at most four spaces in a row, never empty."""
    one_line = SPACES.sub("    ", re.sub(r"\s", " ", value))
    return one_line if one_line.strip() else NOTHING


def _slot(number: int) -> str:
    return f"{{{{{number}}}}}"


class Shelf:
    """The contents of one account: kept, found there by name, or created; safe for many threads."""

    def __init__(self, account: Account, account_sid: str, kept: Contents) -> None:
        self._account = account
        self._account_sid = account_sid
        self._kept = kept
        self._lock = threading.Lock()
        self._known: dict[str, str] = {}
        self._not_before = 0.0

    def sid(self, shape: Shape) -> str:
        """The SID of `shape`. Raises the errors of `core.errors.Outside` when it cannot be had."""
        known = self._known.get(shape.name)
        if known is not None:
            return known
        with self._lock:
            if shape.name not in self._known:
                if time.monotonic() < self._not_before:
                    raise Down(retry_after=None, reason="contents failed a moment ago")
                try:
                    kept = self._kept.get(self._account_sid, shape.name)
                    self._known[shape.name] = kept or self._adopt(shape) or self._create(shape)
                except Outside:
                    self._not_before = time.monotonic() + PAUSE_AFTER_FAILURE
                    raise
            return self._known[shape.name]

    def forget(self, shape: Shape, sid: str) -> None:
        """The account no longer has `sid`; the next message makes the shape anew."""
        with self._lock:
            self._kept.forget(self._account_sid, shape.name, sid)
            if self._known.get(shape.name) == sid:
                del self._known[shape.name]

    def _adopt(self, shape: Shape) -> str | None:
        """A content of this name and form that exists, left by another installation or a lost answer."""
        for content in self._account.contents():
            named = content.get("friendly_name") == shape.friendly_name
            if named and _same(content.get("types"), shape.types()):
                return self._kept.put(self._account_sid, shape.name, str(content["sid"]))
        return None

    def _create(self, shape: Shape) -> str:
        made = self._account.create_content({
            "friendly_name": shape.friendly_name,
            "language": "en",
            "variables": {str(n): "·" for n in range(1, _slots(shape) + 1)},
            "types": shape.types(),
        })  # fmt: skip
        kept = self._kept.put(self._account_sid, shape.name, made)
        if kept != made:
            # Another process was quicker; ours only clutters the account, and it does no harm when it stays.
            with contextlib.suppress(Outside):
                self._account.delete_content(made)
        return kept


def _slots(shape: Shape) -> int:
    return shape.lines + (2 * shape.choices if shape.choices <= MOST_BUTTONS else 1 + 3 * shape.choices)


def _same(found: object, wanted: dict[str, Any]) -> bool:
    """Whether the types Twilio lists say what we would create; absent kinds may be listed as null."""
    if not isinstance(found, dict):
        return False
    return {kind: form for kind, form in found.items() if form is not None} == wanted
