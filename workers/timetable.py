"""What is done again and again, and how often."""

from datetime import timedelta

from core.db.work import Store
from core.imports import timetable as calendars
from core.outbox import service as outbox
from core.outbox.effects import (
    Effect,
    Preload,
    Prune,
    PublishEvents,
    RemindConflicts,
    SweepChats,
    WatchDepartures,
    WatchImports,
    WatchReaders,
)

LINES: tuple[tuple[Effect, timedelta], ...] = (
    (SweepChats(), timedelta(seconds=5)),
    (WatchReaders(), timedelta(minutes=10)),
    (WatchImports(), timedelta(minutes=1)),
    (RemindConflicts(), timedelta(minutes=1)),
    (WatchDepartures(), timedelta(minutes=1)),
    (Prune(), timedelta(hours=6)),
    (Preload(), timedelta(hours=24)),
)
PUBLISHING: tuple[tuple[Effect, timedelta], ...] = ((PublishEvents(), timedelta(seconds=1)),)
"""Only where there is an event bus."""


def post(store: Store, *, publishes: bool = False) -> None:
    """Make sure each line has its row, and each calendar that is read."""
    with store.unit_of_work() as work:
        outbox.timetable(work, (*LINES, *PUBLISHING) if publishes else LINES)
        calendars.restore(work)
