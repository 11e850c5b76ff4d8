"""What a person can decide about a case. Imperative, frozen; `revision` is the case as it was shown."""

from dataclasses import dataclass

from core.values.nights import Nights


@dataclass(frozen=True, slots=True)
class KeepStay:
    """Give the nights in dispute to one stay; the others lose them and become follow-ups (R15, R20)."""

    conflict_id: int
    revision: int
    stay_id: int


@dataclass(frozen=True, slots=True)
class Relocation:
    """One stay, or the part of it over `nights`, into another room."""

    stay_id: int
    room_id: int
    nights: Nights | None = None
    """None: all that is left of it."""


@dataclass(frozen=True, slots=True)
class MoveParties:
    """Settle the case by moving: one stay into a free room, or several after each other (a reshuffle, a split)."""

    conflict_id: int
    revision: int
    moves: tuple[Relocation, ...]


@dataclass(frozen=True, slots=True)
class SameBooking:
    """Both parties are one booking that reached us twice: the one that holds the nights stands for both (R16)."""

    conflict_id: int
    revision: int


@dataclass(frozen=True, slots=True)
class OnlyOurBlock:
    """What the channel shows is our own closure come back (R10): an echo, no booking."""

    conflict_id: int
    revision: int


@dataclass(frozen=True, slots=True)
class DecideLater:
    """Ask again in a while; nothing is changed but the hour of the reminder."""

    conflict_id: int
    revision: int


@dataclass(frozen=True, slots=True)
class UndoDecision:
    """Take a decision back under today's rules (R25): the case is open again."""

    conflict_id: int
    revision: int


@dataclass(frozen=True, slots=True)
class TickFollowUp:
    """What had to be done at the channel or with the guest is done: what the loser still held opens (R20)."""

    follow_up_id: int


ConflictCommand = KeepStay | MoveParties | SameBooking | OnlyOurBlock | DecideLater | UndoDecision | TickFollowUp
