"""A case as it is told to people. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.conflicts.commands import Relocation
from core.properties.views import RoomView
from core.stays.views import StayView
from core.values.nights import Nights


class CaseState(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    DECIDED = "decided"
    """A person settled it."""
    CLOSED = "closed"
    """The overlap vanished by itself."""


class Severity(StrEnum):
    """How much a case hurries."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class AdviceKind(StrEnum):
    """The ways out of a case, the best first."""

    MOVE = "move"
    """One party into a free room of the same type for its whole stay."""
    RESHUFFLE = "reshuffle"
    """Several moves within the type, as few as possible."""
    SPLIT = "split"
    """One party changes its room once."""
    BETTER_ROOM = "better_room"
    """One party into a free room of another, dearer type."""
    RELOCATE = "relocate"
    """No room for one of them: another house, or a cancellation at its channel."""


class Cost(StrEnum):
    """What a way costs the house, as far as it is known."""

    PRICE_DIFFERENCE = "price_difference"
    """The guest pays no more than was agreed; the house bears the rest."""
    GUEST_AGREES = "guest_agrees"
    """The guest will notice, and should be asked first."""
    TRANSPORT = "transport"
    """The guest's way to the other house."""
    COMMISSION = "commission"
    """The platform may still take its commission."""
    FEE = "fee"
    """The platform charges a house that cancels."""
    NIGHTS_BLOCKED = "nights_blocked"
    """The platform may keep the nights closed in its calendar, so that they cannot be sold there again."""


@dataclass(frozen=True, slots=True)
class Advice:
    """One way out. `moves` are done in their order, each into nights that are free by then; none for `RELOCATE`."""

    kind: AdviceKind
    stay_id: int
    """The party that gives way, or for whose sake rooms are shuffled."""
    moves: tuple[Relocation, ...] = ()
    costs: tuple[Cost, ...] = ()


@dataclass(frozen=True, slots=True)
class PartyView:
    """A stay in a case."""

    stay: StayView
    holds: bool
    """Whether it holds the nights in dispute."""
    echo_possible: bool = False
    """Whether its channel cannot tell a booking from our own closure, so that it may be only our block (R10)."""
    echo_before: bool = False
    """Whether that is what it was the last time that somebody was asked about this calendar."""
    payment: str | None = None
    """What is known of its payment; None: nothing."""
    with_rooms: tuple[str, ...] = ()
    """The other rooms of the same booking, by name: they belong together (R31)."""


@dataclass(frozen=True, slots=True)
class ConflictView:
    """One case."""

    conflict_id: int
    revision: int
    property_id: int
    state: CaseState
    severity: Severity
    room: RoomView
    nights: Nights
    """From the first to the last night in dispute."""
    parties: tuple[PartyView, ...]
    """The holder first, then by the time they came."""
    advice: tuple[Advice, ...]
    """Best first; empty once it is settled."""
    rooms: tuple[RoomView, ...]
    """The rooms that the advice names."""
    kept_room: RoomView | None
    """The room kept closed for this case until it is decided (R21)."""
    opened_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    decision: str | None = None
    """The command's name: `KeepStay`, `MoveParties` …"""
    winner_id: int | None = None
    kept_until: datetime | None = None
    """Until when the room is kept closed at most."""
    merged_into: int | None = None
    """The case that it is part of now."""


@dataclass(frozen=True, slots=True)
class FollowUpView:
    """A task that a decision left at a channel or with a guest."""

    follow_up_id: int
    kind: str
    """`cancel_there` or `relocate`."""
    stay: StayView
    made_at: datetime
