"""What happens to feeds by the clock: late openings, and feeds that nobody reads any more."""

from bot.alerts import tell_silent_feeds
from core.feeds import service as feeds
from core.outbox import service as outbox
from core.outbox.effects import OpenLate, WatchReaders
from core.outbox.service import Lease
from workers.context import Context, job


@job(OpenLate)
def open_late(context: Context, lease: Lease) -> None:
    """Let a room's feeds show the openings whose undo time is over (R4)."""
    assert isinstance(lease.effect, OpenLate)  # noqa: S101 - the registry keys jobs by the effect's kind.
    with context.store.unit_of_work() as work:
        outbox.collapse(work, lease)
        feeds.open_due(work, lease.effect.room_id)
        outbox.done(work, lease)


@job(WatchReaders)
def watch_readers(context: Context, lease: Lease) -> None:
    """Tell admins of feeds the platform no longer reads (R7)."""
    with context.store.unit_of_work() as work:
        tell_silent_feeds(work)
        outbox.done(work, lease)
