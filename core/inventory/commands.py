"""What can be asked of the inventory. Imperative, frozen, made of ids and values."""

from dataclasses import dataclass

from core.values.nights import Nights


@dataclass(frozen=True, slots=True)
class SetKeepBack:
    """Keep so many rooms of a type from the channels, or from one of them."""

    type_id: int
    nights: Nights
    rooms: int
    channel_id: int | None = None


@dataclass(frozen=True, slots=True)
class SetStopSell:
    """Close a type to the channels, or to one of them, or open it again."""

    type_id: int
    nights: Nights
    stop: bool
    channel_id: int | None = None


@dataclass(frozen=True, slots=True)
class SetAllowance:
    """Let a type be oversold by so many stays, which wait for a room."""

    type_id: int
    nights: Nights
    stays: int
