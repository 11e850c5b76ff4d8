"""What every platform states about itself."""

from dataclasses import dataclass
from enum import StrEnum

from core.platforms.dialect import Dialect


class Mode(StrEnum):
    """How a channel is kept up to date."""

    ICAL = "ical"
    MANUAL = "manual"
    API = "api"
    CHANNEX = "channex"


class Urgent(StrEnum):
    """The quickest manual way to close a night that begins within a day (R26); the words live in the replies."""

    REFRESH_IMPORT = "refresh_import"
    """The platform has a button that reads our calendar at once."""
    CLOSE_BY_HAND = "close_by_hand"


@dataclass(frozen=True, slots=True)
class Platform:
    """One OTA as we know it. `usual_read_hours`: how long it usually takes to read our feed after a change."""

    code: str
    name: str
    modes: frozenset[Mode]
    usual_read_hours: int | None
    urgent: Urgent
    dialect: Dialect | None = None
    """How its calendar is to be read; None where it has none."""
    one_unit_per_type: bool = False
    """The platform connects a calendar to a room type of one unit only."""
    sources: tuple[str, ...] = ()
    """Where these statements come from; a platform without sources states assumptions."""
