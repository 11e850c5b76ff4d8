"""Conflicts: stays that want the same nights, what is advised, and what was decided."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Discriminator, Field, Tag

from core.conflicts.deciding import Decided
from core.conflicts.views import Advice, AdviceKind, CaseState, ConflictView, Cost, PartyView, Severity
from core.properties.views import RoomView
from webhooks.schemas.base import Answer, Day, Key, Order

MOST_MOVES = 20


class Status(StrEnum):
    """Where a conflict stands."""

    OPEN = "open"
    DECIDED = "decided"
    CLOSED = "closed"

    @property
    def state(self) -> CaseState:
        """The same in the house's words."""
        return CaseState(self.value)


class RoomName(Answer):
    """A room by number and name."""

    listing_id: int
    name: str = Field(examples=["3"])

    @classmethod
    def of(cls, room: RoomView) -> Self:
        """The view as JSON."""
        return cls(listing_id=room.room_id, name=room.name)


class Party(Answer):
    """A stay in a conflict."""

    stay_id: int
    holds: bool
    """Whether it holds the nights in dispute."""
    arrival: date
    departure: date
    reason: str = Field(examples=["guest"])
    state: str = Field(examples=["contested"])
    guest: str | None
    source: str | None = Field(examples=["airbnb"])
    """The platform that sold it; null: the house itself."""
    reference: str | None
    """The booking's number at its source."""
    checked_in: bool
    echo_possible: bool
    """Whether it may be only our own closure come back, which `our_echo` says."""

    @classmethod
    def of(cls, party: PartyView) -> Self:
        """The view as JSON."""
        stay = party.stay
        return cls(
            stay_id=stay.stay_id, holds=party.holds, arrival=stay.arrival, departure=stay.departure,
            reason=stay.reason, state=stay.state, guest=stay.guest, source=stay.source, reference=stay.reference,
            checked_in=stay.checked_in, echo_possible=party.echo_possible,
        )  # fmt: skip


class Move(Answer):
    """A stay, or its part over some nights, into another room."""

    stay_id: int
    listing_id: int
    arrival: date | None
    """Null: all that is left of the stay."""
    departure: date | None


class AdviceAnswer(Answer):
    """One way out; its moves are done in their order."""

    kind: AdviceKind
    stay_id: int
    """Who gives way."""
    moves: tuple[Move, ...]
    costs: tuple[Cost, ...]

    @classmethod
    def of(cls, way: Advice) -> Self:
        """The view as JSON."""
        moves = (
            Move(
                stay_id=one.stay_id, listing_id=one.room_id,
                arrival=one.nights.arrival if one.nights else None,
                departure=one.nights.departure if one.nights else None,
            )
            for one in way.moves
        )  # fmt: skip
        return cls(kind=way.kind, stay_id=way.stay_id, moves=tuple(moves), costs=way.costs)


class ConflictAnswer(Answer):
    """One conflict."""

    id: int
    property_id: int
    revision: int
    """Counts its changes; give it with a decision to decide what was seen."""
    status: Status
    severity: Severity
    listing: RoomName
    arrival: date
    """The first night in dispute."""
    departure: date
    parties: tuple[Party, ...]
    """The holder first."""
    advice: tuple[AdviceAnswer, ...]
    """Best first; empty once it is settled."""
    kept_listing: RoomName | None
    """The room that is kept closed for it until it is decided."""
    kept_until: datetime | None
    opened_at: datetime
    decision: str | None = Field(examples=["KeepStay"])
    winner: int | None
    """The stay that won."""
    decided_by: str | None = Field(examples=["Amina"])
    decided_at: datetime | None

    @classmethod
    def of(cls, view: ConflictView) -> Self:
        """The view as JSON."""
        return cls(
            id=view.conflict_id, property_id=view.property_id, revision=view.revision, status=Status(view.state),
            severity=view.severity, listing=RoomName.of(view.room), arrival=view.nights.arrival,
            departure=view.nights.departure, parties=tuple(Party.of(one) for one in view.parties),
            advice=tuple(AdviceAnswer.of(one) for one in view.advice),
            kept_listing=RoomName.of(view.kept_room) if view.kept_room else None, kept_until=view.kept_until,
            opened_at=view.opened_at, decision=view.decision, winner=view.winner_id, decided_by=view.decided_by,
            decided_at=view.decided_at,
        )  # fmt: skip


class _Decision(Order):
    revision: Key | None = None
    """The conflict as it was seen; refused when it changed since. As it is, without it."""


class Keep(_Decision):
    """One stay keeps the nights; the others lose them and become tasks."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"winner": 41}]})

    winner: Key
    """The stay."""


class MoveOne(_Decision):
    """One stay moves into another room with all that is left of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"move": 42, "to_room": 4}]})

    move: Key
    """The stay."""
    to_room: Key
    """The listing."""


class Step(Order):
    """One move, as `advice` tells it: a stay, or its first or last nights, into another room."""

    stay_id: Key
    listing_id: Key
    arrival: Day | None = None
    """With `departure`: only these nights; without both all that is left of the stay."""
    departure: Day | None = None


class MoveSeveral(_Decision):
    """Moves one after the other: a change of room in the middle, or other stays out of the way."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "moves": [
                        {"stay_id": 42, "listing_id": 4, "arrival": "2026-11-20", "departure": "2026-11-21"},
                        {"stay_id": 42, "listing_id": 7, "arrival": "2026-11-21", "departure": "2026-11-23"},
                    ]
                }
            ]
        }
    )

    moves: Annotated[tuple[Step, ...], Field(min_length=1, max_length=MOST_MOVES)]
    """In their order; the moves of one of the `advice` can be given as they are."""


class SameBooking(_Decision):
    """Both parties are one booking that reached us twice."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"same_booking": True}]})

    same_booking: Literal[True]


class OurEcho(_Decision):
    """What the channel shows is only our own closure come back."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"our_echo": True}]})

    our_echo: Literal[True]


_KINDS = {"winner": "keep", "move": "move", "moves": "moves", "same_booking": "same", "our_echo": "echo"}


def _kind(told: object) -> str | None:
    """Which decision is meant, so that a wrong one is told in its own words; two at once are none."""
    named: dict[str, Any] = told if isinstance(told, dict) else {}
    kinds = [kind for name, kind in _KINDS.items() if name in named]
    return kinds[0] if len(kinds) == 1 else None


Resolution = Annotated[
    Annotated[Keep, Tag("keep")]
    | Annotated[MoveOne, Tag("move")]
    | Annotated[MoveSeveral, Tag("moves")]
    | Annotated[SameBooking, Tag("same")]
    | Annotated[OurEcho, Tag("echo")],
    Discriminator(_kind),
]


class UndoOrder(Order):
    """A decision to be taken back."""

    revision: Key | None = None
    """The conflict as it was seen."""


class WrongRead(Answer):
    """A channel that has read what was taken back, and when."""

    platform: str
    at: datetime


class DecidedAnswer(Answer):
    """What a decision did."""

    conflict: ConflictAnswer
    event_id: int
    losers: tuple[int, ...]
    """Stays that lost nights; each waits for its channel, or for somebody to tell its guest."""
    tasks: tuple[int, ...]
    """What is left to be done at channels and with guests, by number."""
    read_by: tuple[WrongRead, ...]
    """Of an undo: who has read the state that was taken back."""

    @classmethod
    def of(cls, done: Decided, conflict: ConflictView) -> Self:
        """The outcome as JSON."""
        return cls(
            conflict=ConflictAnswer.of(conflict), event_id=done.event_id, losers=done.loser_ids,
            tasks=done.follow_up_ids,
            read_by=tuple(WrongRead(platform=one.platform, at=one.at) for one in done.read_by),
        )  # fmt: skip
