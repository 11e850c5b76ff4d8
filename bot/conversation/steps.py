"""What one turn of the dialogue decides."""

from dataclasses import dataclass

from bot.conversation.actions import Command
from bot.conversation.says import Say
from bot.conversation.states import State


@dataclass(frozen=True, slots=True)
class Step:
    """The next state, what to say now, and what to carry out (all or none) before saying how it went."""

    state: State
    say: Say | None = None
    do: tuple[Command, ...] = ()
