"""How the question stands whether a guest who was to leave has left. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Answer(StrEnum):
    """What became of the question."""

    OPEN = "open"
    """Nobody has said anything."""
    LEFT = "left"
    STAYS = "stays"
    OVER = "over"
    """There is nothing to ask about any more."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How the question about one guest stands."""

    answer: Answer
    day: date
    """The business day that it is asked on."""
    due: bool
    """Whether it is time to ask."""
    departure: date
    """When the guest was to leave, before the night was kept."""
    case_from: datetime
    """When it becomes a case that somebody else is to have the room."""
    person_id: int | None = None
    """Who said so; None: a calendar or a program."""
    at: datetime | None = None
