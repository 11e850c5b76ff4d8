"""What happens to the inventory of a room type. Facts hold dates and numbers."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from core.events.service import Happening

Run = tuple[str, str, int]
"""Nights in a row that had the same value before: first night, end (ISO dates), value; yes and no are 1 and 0."""


@dataclass(frozen=True, slots=True)
class DaysSet(Happening):
    """What every event about the days of a type tells."""

    subject: ClassVar[str] = "room_type"

    arrival: date
    departure: date
    channel_id: int | None
    """None: for all channels."""
    value: int
    before: tuple[Run, ...]
    versions: dict[str, int]


@dataclass(frozen=True, slots=True)
class KeepBackSet(DaysSet):
    """So many rooms are kept from the channels."""

    kind: ClassVar[str] = "inventory.keep_back_set"


@dataclass(frozen=True, slots=True)
class StopSellSet(DaysSet):
    """A type was closed to channels (1) or opened to them again (0)."""

    kind: ClassVar[str] = "inventory.stop_sell_set"


@dataclass(frozen=True, slots=True)
class AllowanceSet(DaysSet):
    """So many stays may be sold beyond the rooms there are."""

    kind: ClassVar[str] = "inventory.allowance_set"
