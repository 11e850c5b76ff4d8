"""What happens to cases and the tasks they leave. Facts hold ids, dates and room names."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from core.events.service import Happening


@dataclass(frozen=True, slots=True)
class CaseHappening(Happening):
    """What every event about a case tells."""

    subject: ClassVar[str] = "conflict"

    room: str
    arrival: date
    departure: date
    """From the first to the last night in dispute."""
    stays: tuple[int, ...]
    """Its parties."""


@dataclass(frozen=True, slots=True)
class ConflictOpened(CaseHappening):
    """Stays want the same nights, or one has no room."""

    kind: ClassVar[str] = "conflicts.opened"
    severity: str


@dataclass(frozen=True, slots=True)
class ConflictChanged(CaseHappening):
    """Somebody joined or left the case, or its nights are others; `merged`: open cases that became one with it."""

    kind: ClassVar[str] = "conflicts.changed"
    severity: str
    merged: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ConflictClosed(CaseHappening):
    """The overlap vanished by itself, or the case became part of another one."""

    kind: ClassVar[str] = "conflicts.closed"
    merged_into: int | None = None


@dataclass(frozen=True, slots=True)
class ConflictDecided(CaseHappening):
    """A person, or a preference about blocks, settled it."""

    kind: ClassVar[str] = "conflicts.decided"
    decision: str
    """The command's name."""
    winner: int | None
    losers: tuple[int, ...]
    versions: dict[str, int]
    """The feeds' versions that show it, by room id."""


@dataclass(frozen=True, slots=True)
class DecisionUndone(CaseHappening):
    """A decision was taken back: the case is open again."""

    kind: ClassVar[str] = "conflicts.undone"
    decision: str
    versions: dict[str, int]


@dataclass(frozen=True, slots=True)
class DecisionPutOff(CaseHappening):
    """Somebody asked to be asked later."""

    kind: ClassVar[str] = "conflicts.put_off"
    until: str


@dataclass(frozen=True, slots=True)
class FollowUpHappening(Happening):
    """What every event about a task tells."""

    subject: ClassVar[str] = "follow_up"

    task: str
    """`cancel_there` or `relocate`."""
    stay_id: int
    room: str


@dataclass(frozen=True, slots=True)
class FollowUpMade(FollowUpHappening):
    """Somebody must do something at a channel or with a guest."""

    kind: ClassVar[str] = "conflicts.follow_up_made"


@dataclass(frozen=True, slots=True)
class FollowUpClosed(FollowUpHappening):
    """It is done, or is not to be done any more; `opened` are the nights that opened with it, by room id."""

    kind: ClassVar[str] = "conflicts.follow_up_closed"
    how: str
    """`ticked`, `feed` or `undone`."""
    opened: dict[str, list[str]]
    versions: dict[str, int]


def instant(at: datetime) -> str:
    """An instant as events keep it."""
    return at.isoformat()
