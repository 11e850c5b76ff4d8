"""The hotel and the day that the phrases and sentences of these tests are about."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date

from bot.understanding import Hotel, Reading

ROOMS = (*map(str, range(1, 13)), *map(str, range(101, 111)), *map(str, range(201, 211)))
ALIASES = {"garden double": "12A", "cottage": "101"}
TYPES = {"Double": "DBL", "DBL": "DBL", "Twin": "TWN", "TWN": "TWN", "Garden Suite": "GS"}
WEDNESDAY = date(2026, 11, 18)


def hotel(
    rooms: tuple[str, ...] = (*ROOMS, "12A"),
    aliases: Mapping[str, str] = ALIASES,
    today: date = WEDNESDAY,
    calendar_day: date | None = None,
) -> Hotel:
    """The hotel of the sentences: rooms 1-12, 12A, 101-110 and 201-210, on Wednesday 18 November 2026."""
    return Hotel(rooms=rooms, aliases=aliases, today=today, calendar_day=calendar_day or today, types=TYPES)


def told(reading: Reading) -> dict[str, str]:
    """Every filled slot of a reading as text, without the text and the language; of doubts the kinds."""
    slots: dict[str, str] = {}
    for field in fields(reading):
        value = getattr(reading, field.name)
        if field.name in {"text", "language", "asks"} or value in (None, (), False):
            continue
        if field.name == "doubts":
            slots["doubts"] = ",".join(sorted({doubt.kind for doubt in value}))
        elif isinstance(value, tuple):
            slots[field.name] = ",".join(value)
        else:
            slots[field.name] = str(value).removesuffix(":00") if field.name == "hour" else str(value)
    return slots
