"""Histories of many clients: what each asked, when it began and ended, what it was told; and who of them was lied to.

The judge knows nothing of how nights are kept. From the answers alone it works out who certainly had a night when (from
the answer that gave it until somebody asked to give it up) and who may have had it (from the question that asked for it
until the answer that gave it up). Two who certainly had the same room at the same moment, or a look that counted
more rooms than certainly were left or fewer than possibly were, are anomalies.
"""

import itertools
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

NEVER = 1 << 62
Cell = tuple[int, date]


@dataclass(slots=True)
class Tenure:
    """One stay's hold on its cells: a type's nights, and a room's where this very room was asked for."""

    key: str
    type_id: int
    room_id: int | None
    nights: tuple[date, ...]
    asked: int
    """When somebody began to ask for it."""
    given: int = NEVER
    """When the answer came that gave it; `NEVER`: it was refused, or nobody knows."""
    leaving: int = NEVER
    """When somebody began to ask to give it up."""
    left: int = NEVER
    """When it certainly was given up."""
    refused: bool = False
    waits: bool = False
    """Stored without all of its room: it counts for the type, and has no room of its own for certain."""


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody was told is free of a type on a night."""

    type_id: int
    night: date
    available: int
    began: int
    ended: int


@dataclass(slots=True)
class History:
    """All that happened; time is the order in which it was written down here."""

    tenures: list[Tenure] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    _ticks: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> int:
        """The next moment."""
        with self._guard:
            return next(self._ticks)

    def asks(self, key: str, type_id: int, room_id: int | None, nights: tuple[date, ...]) -> Tenure:
        """Somebody begins to ask for nights."""
        tenure = Tenure(key, type_id, room_id, nights, self.now())
        with self._guard:
            self.tenures.append(tenure)
        return tenure

    def saw(self, look: Look) -> None:
        """Somebody was told what is free."""
        with self._guard:
            self.looks.append(look)


def anomalies(history: History, totals: dict[int, int]) -> list[str]:
    """Name every answer that cannot have been true; `totals`: the rooms of each type."""
    return [*_shared(history), *_miscounted(history, totals)]


def _shared(history: History) -> Iterator[str]:
    """Two who certainly had one room on one night at one moment."""
    held: dict[Cell, list[Tenure]] = {}
    for tenure in history.tenures:
        if tenure.room_id is not None and tenure.given != NEVER and not tenure.waits:
            for night in tenure.nights:
                held.setdefault((tenure.room_id, night), []).append(tenure)
    for (room_id, night), of_cell in held.items():
        of_cell.sort(key=lambda one: one.given)
        for position, one in enumerate(of_cell):
            for other in of_cell[position + 1 :]:
                if other.given < one.leaving:
                    yield f"room {room_id} on {night}: {one.key} and {other.key} were both told that it is theirs"


def _miscounted(history: History, totals: dict[int, int]) -> Iterator[str]:
    by_cell: dict[Cell, list[Tenure]] = {}
    for tenure in history.tenures:
        for night in tenure.nights:
            by_cell.setdefault((tenure.type_id, night), []).append(tenure)
    for look in history.looks:
        of_cell = by_cell.get((look.type_id, look.night), [])
        # Before the look began it was given, and nobody asked to give it up before the look ended.
        certain = sum(one.given < look.began and one.leaving > look.ended for one in of_cell)
        possible = sum(not one.refused and one.asked < look.ended and one.left > look.began for one in of_cell)
        # Who was refused may have been there for a moment nobody could see: the transaction was rolled back.
        total = totals[look.type_id]
        least, most = max(0, total - possible), max(0, total - certain)
        if not least <= look.available <= most:
            yield (
                f"type {look.type_id} on {look.night}: told {look.available} free, when it was {least} to {most} "
                f"({certain} certain, {possible} possible of {total})"
            )
