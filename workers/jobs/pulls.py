"""Reading calendars: fetched and read while no transaction is open, recorded in one."""

from collections.abc import Callable
from datetime import timedelta
from time import monotonic

from bot.stale import tell_stale_calendars
from core.db.work import UnitOfWork
from core.errors import Busy
from core.feeds.fetch.client import fetch
from core.imports import timetable
from core.imports.reading import Brought, Order, prepare
from core.imports.service import Applied, apply
from core.outbox import service as outbox
from core.outbox.effects import PullFeed, WatchImports
from core.outbox.service import Lease
from workers.calendars import Crowded
from workers.context import Context, job

CROWDED = timedelta(seconds=10)
OVERTAKEN = timedelta(seconds=5)
TRIES = 3
"""Of recording a look, when somebody else holds the rows: fetching once more would cost the other side."""


@job(PullFeed)
def pull(context: Context, lease: Lease) -> None:
    """Read one link's calendar, and say when it is read next."""
    assert isinstance(lease.effect, PullFeed)  # noqa: S101 - the registry keys jobs by the effect's kind.

    def then(work: UnitOfWork, again_in: timedelta) -> None:
        outbox.done(work, lease, again_in=again_in)

    try:
        looked = look(context, lease.effect.link_id, then)
    except Crowded:
        with context.store.unit_of_work() as work:
            outbox.done(work, lease, again_in=CROWDED)
        return
    if looked is None:
        with context.store.unit_of_work() as work:
            outbox.done(work, lease)


def look(context: Context, link_id: int, then: Callable[[UnitOfWork, timedelta], None]) -> Applied | None:
    """Read a link's calendar now; None when there is nothing to read. Raises `Crowded` and `Busy`.

    `then` is called in the unit of work that records the look, with the pause until the next one.
    """
    began = monotonic()
    with context.store.reading() as session:
        now = context.store.clock.now()
        order = prepare(session, context.sealer, link_id, now, allow_private=context.allow_private)
    if order is None:
        return None
    brought = context.reader.read(order, fetch(order.ask, context.means))
    return _recorded(context, order, brought, monotonic() - began, then)


def _recorded(
    context: Context, order: Order, brought: Brought, seconds: float, then: Callable[[UnitOfWork, timedelta], None]
) -> Applied:
    for left in reversed(range(TRIES)):
        try:
            with context.store.unit_of_work() as work:
                applied = apply(work, order, brought, seconds)
                then(work, _pause(applied))
                return applied
        except Busy:
            if not left:
                raise
    raise AssertionError("unreachable")


def _pause(applied: Applied) -> timedelta:
    if not applied.recorded:
        return OVERTAKEN
    return timetable.pause(applied.interval, applied.failures, applied.retry_after)


@job(WatchImports)
def watch_imports(context: Context, lease: Lease) -> None:
    """Tell staff about calendars that have not been read for too long, and that they are again (R19)."""
    with context.store.unit_of_work() as work:
        tell_stale_calendars(work)
        outbox.done(work, lease)
