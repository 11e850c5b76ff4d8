"""Housekeeping of our own rows."""

from bot.pruning import prune as prune_chat
from core.access import pruning as access
from core.imports import runs
from core.outbox import service as outbox
from core.outbox.effects import Prune
from core.outbox.service import Lease
from workers.context import Context, job


@job(Prune)
def prune(context: Context, lease: Lease) -> None:
    """Delete what has served its time."""
    with context.store.unit_of_work() as work:
        prune_chat(work)
        access.prune(work)
        runs.prune(work)
        outbox.prune(work)
        outbox.done(work, lease)
