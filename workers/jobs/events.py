"""Giving the event bus what was committed."""

from core.db.work import Store
from core.events import bus as positions
from core.outbox import service as outbox
from core.outbox.effects import PublishEvents
from core.outbox.service import Lease
from workers.bus.base import EventBus
from workers.context import Context, job

BATCH = 500
BATCHES = 20
"""In one go, so that a long backlog does not outlast the lease."""


@job(PublishEvents)
def publish(context: Context, lease: Lease) -> None:
    """Publish what follows the last event that the bus was given."""
    if context.bus is not None:
        _catch_up(context.store, context.bus)
    with context.store.unit_of_work() as work:
        outbox.done(work, lease)


def _catch_up(store: Store, bus: EventBus) -> None:
    """First the bus, then our note of it: a crash between the two repeats a batch and loses none."""
    for _ in range(BATCHES):
        with store.reading() as session:
            entries = positions.following(session, bus.name, BATCH)
        if not entries:
            return
        bus.publish(entries)
        with store.unit_of_work() as work:
            positions.advance(work, bus.name, entries[-1].position)
