"""What a person sees on their phone, and the face that every fake messenger has."""

import threading
import time
from dataclasses import dataclass
from typing import Protocol

PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Button:
    """Something to tap: what stands on it, and what a tap sends."""

    label: str
    token: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A message on the phone; `chat` and `id` are the transport's."""

    chat: str
    text: str
    buttons: tuple[Button, ...]
    id: str

    @property
    def labels(self) -> list[str]:
        """What stands on the buttons."""
        return [button.label for button in self.buttons]


class Phones(Protocol):
    """The phones of everybody on one transport. `who` is the id that the transport knows a person by."""

    def say(self, who: str, text: str) -> None:
        """Write `text`."""
        ...

    def tap(self, who: str, button: str | int) -> None:
        """Tap the newest button with this label, or the n-th (from 1) of the newest message that has some."""
        ...

    def inbox(self, who: str) -> list[Shown]:
        """What `who` was sent, oldest first, as it looks now."""
        ...

    def wait(self, who: str, count: int, patience: float = PATIENCE) -> list[Shown]:
        """Return the inbox as soon as it holds `count` messages."""
        ...


class Screen:
    """The messages on all phones of one messenger, shared by its server and the test."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._shown: list[Shown] = []

    def show(self, shown: Shown) -> None:
        """Add a message."""
        with self._changed:
            self._shown.append(shown)
            self._changed.notify_all()

    def replace(self, shown: Shown) -> None:
        """Change the message with the same chat and id."""
        with self._changed:
            at = next(n for n, old in enumerate(self._shown) if (old.chat, old.id) == (shown.chat, shown.id))
            self._shown[at] = shown
            self._changed.notify_all()

    def find(self, chat: str, number: str) -> Shown | None:
        """Return the message `number` of `chat`."""
        return next((each for each in self.all(chat) if each.id == number), None)

    def all(self, chat: str | None = None) -> list[Shown]:
        """Return every message, or those of one chat, oldest first."""
        with self._changed:
            return [each for each in self._shown if chat is None or each.chat == chat]

    def wait(self, chat: str, count: int, patience: float) -> list[Shown]:
        """Return the messages of `chat` once there are `count`; fail when they do not come."""
        until = time.monotonic() + patience
        with self._changed:
            while len(found := [each for each in self._shown if each.chat == chat]) < count:
                if not self._changed.wait(until - time.monotonic()) and time.monotonic() >= until:
                    raise AssertionError(f"{chat} has {len(found)} messages, not {count}: {found}")
            return found

    def button(self, chat: str, wanted: str | int) -> tuple[Shown, int]:
        """Return the newest message with the button `wanted`, and the button's place in it."""
        for shown in reversed(self.all(chat)):
            if isinstance(wanted, int) and shown.buttons:
                return shown, wanted - 1
            if isinstance(wanted, str) and wanted in shown.labels:
                return shown, shown.labels.index(wanted)
        raise AssertionError(f"no button {wanted!r} for {chat}: {[each.labels for each in self.all(chat)]}")
