"""Where a dialogue stands. Frozen, versioned and stored with the change that led there."""

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from bot.conversation.actions import Command, commands_in, commands_out, draft_in, draft_out
from bot.conversation.drafts import Draft

VERSION = 1


@dataclass(frozen=True, slots=True)
class Idle:
    """Nothing is open."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A slot of the draft was asked for.

    `room`, `to_room`, `nights`, `until`, `which` (stay); `type` (of rooms); of a calendar `platform`, `url`, `every`.
    """

    draft: Draft
    slot: str


@dataclass(frozen=True, slots=True)
class Confirming:
    """The commands were read back and wait for a yes."""

    draft: Draft
    commands: tuple[Command, ...]


State = Idle | Asking | Confirming


def out(state: State, at: int | None = None) -> dict[str, Any]:
    """A state as JSON; `at` is the property that its question is about, where that is not the one spoken of."""
    kept = _out(state)
    return kept if isinstance(state, Idle) or at is None else kept | {"at": at}


def _out(state: State) -> dict[str, Any]:
    match state:
        case Idle():
            return {"v": VERSION, "state": "idle"}
        case Asking():
            return {"v": VERSION, "state": "asking", "slot": state.slot, "draft": draft_out(state.draft)}
        case Confirming():
            return {
                "v": VERSION, "state": "confirming", "draft": draft_out(state.draft),
                "commands": commands_out(state.commands),
            }  # fmt: skip


def asked_at(kept: dict[str, Any]) -> int | None:
    """The property that an open question is about, as `out` was told; None: the one that is spoken of otherwise."""
    return kept.get("at")


def read(kept: dict[str, Any]) -> State:
    """The state behind `out`'s JSON; one of another version is over: nothing was done, so nothing is lost."""
    if kept.get("v") != VERSION:
        return Idle()
    try:
        match kept["state"]:
            case "asking":
                return Asking(draft_in(kept["draft"]), str(kept["slot"]))
            case "confirming":
                return Confirming(draft_in(kept["draft"]), commands_in(kept["commands"]))
            case _:
                return Idle()
    except (ValidationError, KeyError):
        return Idle()
