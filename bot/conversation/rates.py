"""What the dialogue knows of prices and selling: runs of nights of a type, and what commands about them did."""

from dataclasses import dataclass

from bot.conversation.actions import Command
from core.values.money import Money
from core.values.nights import Nights


@dataclass(frozen=True, slots=True)
class RateRun:
    """Nights of a type in a row that cost the same and are sold alike, in the standard plan."""

    type_id: int
    type_name: str
    nights: Nights
    price: Money | None
    """None: nothing says what they cost."""
    min_stay: int = 1
    closed: bool = False
    """Not sold, by the plan or by the inventory."""


@dataclass(frozen=True, slots=True)
class RatesTold:
    """What a command did: `set`, `stopped`, `started`, `taken_back`; `changed`: how many nights of types differ."""

    what: str
    types: tuple[str, ...]
    nights: Nights
    changed: int
    price: Money | None = None
    undo: Command | None = None
    """What takes it back."""
    is_undo: bool = False
    """Whether it took an earlier change back."""
