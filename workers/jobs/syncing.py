"""Channels brought up to date because somebody outside asked for it."""

from core.channels import syncing
from core.errors import RefusedThere
from core.outbox import service as outbox
from core.outbox.effects import SyncChannels
from core.outbox.service import Lease
from workers.context import Context, job

TRIES = 3
"""Then it has failed, and waits for somebody to have it tried again."""


@job(SyncChannels)
def sync(context: Context, lease: Lease) -> None:
    """Have the calendars read that show the thing's rooms; what else channels need is told by their own effects."""
    assert isinstance(lease.effect, SyncChannels)  # noqa: S101 - the registry keys jobs by the effect's kind.
    try:
        with context.store.unit_of_work() as work:
            outbox.collapse(work, lease)
            syncing.bring(work, lease.effect)
            outbox.done(work, lease)
    except Exception as error:
        if lease.attempt >= TRIES:
            raise RefusedThere(reason=type(error).__name__) from error
        raise
