"""A room as it is told to people. Pure."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class RoomView:
    """One room as screens and the chat need it."""

    room_id: int
    name: str
    aliases: tuple[str, ...]
    type_id: int
    type_name: str
    rate: Decimal | None
    position: int
    type_code: str = ""
