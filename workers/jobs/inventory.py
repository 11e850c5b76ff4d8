"""What happens to the inventory by the clock: late openings of days, and the nights that come into the horizon."""

from sqlalchemy import select

from bot import recurring_news
from core.inventory import selling
from core.inventory.models import RecurringBlock
from core.outbox import service as outbox
from core.outbox.effects import FollowRecurring, OpenDays, Preload, TellSkipped
from core.outbox.service import Lease
from core.properties.models import Property
from core.stays import recurring
from workers.context import Context, job


@job(OpenDays)
def open_days(context: Context, lease: Lease) -> None:
    """Let the feeds of a type show what was lifted and can no longer be undone (R4)."""
    assert isinstance(lease.effect, OpenDays)  # noqa: S101 - the registry keys jobs by the effect's kind.
    with context.store.unit_of_work() as work:
        outbox.collapse(work, lease)
        selling.open_due(work, lease.effect.type_id)
        outbox.done(work, lease)


@job(Preload)
def preload(context: Context, lease: Lease) -> None:
    """Make the days that came into the horizon, and the blocks that recur in them (R5), a unit of work each."""
    with context.store.reading() as session:
        places = session.scalars(select(Property.id).order_by(Property.id)).all()
        recurring_ids = session.scalars(select(RecurringBlock.id).order_by(RecurringBlock.id)).all()
    for property_id in places:
        with context.store.unit_of_work() as work:
            selling.preload(work, property_id)
    for recurring_id in recurring_ids:
        with context.store.unit_of_work() as work:
            recurring.follow(work, recurring_id)
    with context.store.unit_of_work() as work:
        outbox.done(work, lease)


@job(FollowRecurring)
def follow_recurring(context: Context, lease: Lease) -> None:
    """Make or end the next portion of a recurring block; what is left is stored as a further effect."""
    assert isinstance(lease.effect, FollowRecurring)  # noqa: S101 - the registry keys jobs by the effect's kind.
    with context.store.unit_of_work() as work:
        outbox.collapse(work, lease)
        recurring.follow(work, lease.effect.recurring_id)
        outbox.done(work, lease)


@job(TellSkipped)
def tell_skipped(context: Context, lease: Lease) -> None:
    """Tell staff of blocks that recur and could not be made."""
    assert isinstance(lease.effect, TellSkipped)  # noqa: S101 - the registry keys jobs by the effect's kind.
    with context.store.unit_of_work() as work:
        recurring_news.tell(work, lease.effect.event_id)
        outbox.done(work, lease)
