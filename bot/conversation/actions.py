"""What taking a choice does, and how choices and states are kept as JSON."""

from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from bot.conversation.drafts import Draft
from core.conflicts.commands import (
    ConflictCommand,
    DecideLater,
    KeepStay,
    MoveParties,
    OnlyOurBlock,
    SameBooking,
    TickFollowUp,
    UndoDecision,
)
from core.imports.commands import (
    AnswerMass,
    CloseElsewhere,
    ConnectCalendar,
    ImportCommand,
    JoinPreviews,
    PauseChannel,
    PullNow,
    ResumeChannel,
    SetInterval,
    SettleClosure,
    SettleGuest,
    SettleLingering,
)
from core.rates.commands import SetRates, UndoRates
from core.stays.commands import (
    BlockRoom,
    CheckIn,
    CheckOut,
    ExtendStay,
    GuestLeft,
    GuestStaysOn,
    MoveStay,
    NoShow,
    ShortenStay,
    UnblockRoom,
    UndoChanges,
)
from core.values.nights import Nights


@dataclass(frozen=True, slots=True)
class SetLanguage:
    """Speak to this person in `language` from now on."""

    language: str


@dataclass(frozen=True, slots=True)
class OpenDashboard:
    """Give this person a one-time link to the dashboard."""


@dataclass(frozen=True, slots=True)
class PartyIsIn:
    """A party of a case is in the room: it keeps the nights and is checked in (R21, R23)."""

    stay_id: int
    conflict_id: int
    revision: int


@dataclass(frozen=True, slots=True)
class TypeNights:
    """Nights of a room type; `undoes` is the event that a command about them takes back."""

    type_id: int
    nights: Nights
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class SellTypes:
    """Stop selling room types to the channels on some nights, or sell them again."""

    spans: tuple[TypeNights, ...]
    stop: bool


OF_RATES = (SetRates, UndoRates, SellTypes)
"""The commands about prices and selling."""
OF_CASES = (
    KeepStay, MoveParties, SameBooking, OnlyOurBlock, DecideLater, UndoDecision, TickFollowUp, PartyIsIn,
)  # fmt: skip
"""The commands about cases: `ConflictCommand` and the house's own."""
OF_CALENDARS = (
    ConnectCalendar, SetInterval, PauseChannel, ResumeChannel, PullNow,
    AnswerMass, JoinPreviews, SettleClosure, SettleLingering, SettleGuest, CloseElsewhere,
)  # fmt: skip
"""`ImportCommand` as a tuple: the commands about the calendars we read."""
OF_DEPARTURES = (CheckOut, GuestLeft, GuestStaysOn, NoShow)
"""The commands about guests who left, stay on or never came."""
ANSWERS = (
    AnswerMass, JoinPreviews, SettleClosure, SettleLingering, SettleGuest, CloseElsewhere, GuestLeft, GuestStaysOn,
)  # fmt: skip
"""The answers to what a calendar or a departure made us ask; the question stays open longer than a dialogue."""

StayCommand = BlockRoom | UnblockRoom | ExtendStay | ShortenStay | MoveStay | CheckIn | UndoChanges
DepartureCommand = CheckOut | GuestLeft | GuestStaysOn | NoShow
RateCommand = SetRates | UndoRates | SellTypes
HouseCommand = StayCommand | DepartureCommand | PartyIsIn | ConflictCommand
Command = HouseCommand | SetLanguage | OpenDashboard | ImportCommand | RateCommand


@dataclass(frozen=True, slots=True)
class Do:
    """Carry out commands, all or none."""

    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class Continue:
    """Go on with a draft as if it had been written."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave what is open; nothing is changed."""


Action = Do | Continue | Leave

_COMMANDS: dict[str, Any] = {
    kind.__name__: TypeAdapter(kind)
    for kind in (
        BlockRoom,
        UnblockRoom,
        ExtendStay,
        ShortenStay,
        MoveStay,
        CheckIn,
        UndoChanges,
        SetLanguage,
        OpenDashboard,
        *OF_CASES,
        *OF_CALENDARS,
        *OF_RATES,
        *OF_DEPARTURES,
    )
}
_DRAFT = TypeAdapter(Draft)


def draft_out(draft: Draft) -> dict[str, Any]:
    """A draft as JSON."""
    kept: dict[str, Any] = _DRAFT.dump_python(draft, mode="json", exclude_defaults=True)
    return kept


def draft_in(kept: object) -> Draft:
    """The draft behind `draft_out`'s JSON. Raises pydantic's `ValidationError` when it is of another version."""
    return _DRAFT.validate_python(kept, strict=False)


def commands_out(commands: tuple[Command, ...]) -> list[Any]:
    """Commands as JSON."""
    return [[type(each).__name__, _COMMANDS[type(each).__name__].dump_python(each, mode="json")] for each in commands]


def commands_in(kept: Any) -> tuple[Command, ...]:  # noqa: ANN401 - JSON.
    """The commands behind `commands_out`'s JSON."""
    return tuple(_COMMANDS[name].validate_python(data) for name, data in kept)


def action_out(action: Action) -> dict[str, Any]:
    """An action as JSON."""
    match action:
        case Do():
            return {"do": "Do", "commands": commands_out(action.commands)}
        case Continue():
            return {"do": "Continue", "draft": draft_out(action.draft)}
        case Leave():
            return {"do": "Leave"}


def action_in(kept: dict[str, Any]) -> Action:
    """The action behind `action_out`'s JSON."""
    match kept["do"]:
        case "Do":
            return Do(commands_in(kept["commands"]))
        case "Continue":
            return Continue(draft_in(kept["draft"]))
        case _:
            return Leave()
