"""The closed union of what may have to be done outside. An effect carries ids only; the job reads the present truth."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Say:
    """Hand one stored outgoing message to its transport; messages of one chat stay in order."""

    kind: ClassVar[str] = "chat.say"
    collapses: ClassVar[bool] = False
    message_id: int
    chat_id: int

    @property
    def lane(self) -> str | None:
        """Messages of one chat leave in the order they were written."""
        return f"chat:{self.chat_id}"


@dataclass(frozen=True, slots=True)
class OpenLate:
    """An opening's undo time is over: let the room's feeds show it (R4)."""

    kind: ClassVar[str] = "feeds.open_late"
    collapses: ClassVar[bool] = True
    room_id: int

    @property
    def lane(self) -> str | None:
        """Rooms do not wait for each other, nor does a later opening for an earlier one."""
        return None


@dataclass(frozen=True, slots=True)
class SweepChats:
    """Handle inbound messages that a crash left behind."""

    kind: ClassVar[str] = "chat.sweep"
    collapses: ClassVar[bool] = False

    @property
    def lane(self) -> str | None:
        """Periodic: one row, no lane."""
        return None


@dataclass(frozen=True, slots=True)
class WatchReaders:
    """Tell staff about feeds that the OTA no longer reads (R7)."""

    kind: ClassVar[str] = "feeds.watch_readers"
    collapses: ClassVar[bool] = False

    @property
    def lane(self) -> str | None:
        """Periodic: one row, no lane."""
        return None


@dataclass(frozen=True, slots=True)
class Prune:
    """Delete what has served its time: handled messages, used taps, done effects."""

    kind: ClassVar[str] = "upkeep.prune"
    collapses: ClassVar[bool] = False

    @property
    def lane(self) -> str | None:
        """Periodic: one row, no lane."""
        return None


Effect = Say | OpenLate | SweepChats | WatchReaders | Prune
EFFECTS: dict[str, type[Effect]] = {kind.kind: kind for kind in (Say, OpenLate, SweepChats, WatchReaders, Prune)}
