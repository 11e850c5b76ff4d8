"""Cases: who is told, who is asked again, and when the room that was kept for one opens."""

from bot import cards
from core.conflicts import cases, keeping
from core.outbox import service as outbox
from core.outbox.effects import OpenKept, RemindConflicts, TellConflict
from core.outbox.service import Lease
from workers.context import Context, job


@job(TellConflict)
def tell(context: Context, lease: Lease) -> None:
    """Show a case to everybody who may decide it, or settle the cards that were shown."""
    assert isinstance(lease.effect, TellConflict)  # noqa: S101 - the registry keys jobs by the effect's kind.
    with context.store.unit_of_work() as work:
        outbox.collapse(work, lease)
        cards.tell(work, lease.effect.conflict_id)
        outbox.done(work, lease)


@job(RemindConflicts)
def remind(context: Context, lease: Lease) -> None:
    """Ask again about cases that wait too long, those left out whose nights are over, and remind of tasks."""
    with context.store.unit_of_work() as work:
        cases.sweep(work)
        cards.remind(work)
        outbox.done(work, lease)


@job(OpenKept)
def open_kept(context: Context, lease: Lease) -> None:
    """Let a room's feeds show the nights that were kept for a case (R21)."""
    assert isinstance(lease.effect, OpenKept)  # noqa: S101 - the registry keys jobs by the effect's kind.
    with context.store.unit_of_work() as work:
        outbox.collapse(work, lease)
        keeping.open_due(work, lease.effect.room_id)
        outbox.done(work, lease)
