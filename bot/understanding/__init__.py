"""Understanding: from the text a person typed to a Reading, by closed lexicons and a small grammar."""

from bot.understanding.grammar import understand
from bot.understanding.reading import (
    CALENDARS,
    OF_NIGHTS,
    OF_TYPES,
    ROOM_WRITES,
    WRITES,
    Answer,
    Doubt,
    DoubtKind,
    Hotel,
    Intent,
    Reading,
    Reason,
)

__all__ = [
    "CALENDARS",
    "OF_NIGHTS",
    "OF_TYPES",
    "ROOM_WRITES",
    "WRITES",
    "Answer",
    "Doubt",
    "DoubtKind",
    "Hotel",
    "Intent",
    "Reading",
    "Reason",
    "understand",
]
