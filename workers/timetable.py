"""What is done again and again, and how often."""

from datetime import timedelta

from core.db.work import Store
from core.imports import timetable as calendars
from core.outbox import service as outbox
from core.outbox.effects import Effect, Prune, RemindConflicts, SweepChats, WatchImports, WatchReaders

LINES: tuple[tuple[Effect, timedelta], ...] = (
    (SweepChats(), timedelta(seconds=5)),
    (WatchReaders(), timedelta(minutes=10)),
    (WatchImports(), timedelta(minutes=1)),
    (RemindConflicts(), timedelta(minutes=1)),
    (Prune(), timedelta(hours=6)),
)


def post(store: Store) -> None:
    """Make sure each line has its row, and each calendar that is read."""
    with store.unit_of_work() as work:
        outbox.timetable(work, LINES)
        calendars.restore(work)
