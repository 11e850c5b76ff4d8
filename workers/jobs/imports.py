"""What looks at calendars brought, told to staff."""

from bot import import_news
from core.outbox import service as outbox
from core.outbox.effects import TellImport
from core.outbox.service import Lease
from workers.context import Context, job


@job(TellImport)
def tell(context: Context, lease: Lease) -> None:
    """Tell staff what a look at a calendar brought, or ask them about it."""
    assert isinstance(lease.effect, TellImport)  # noqa: S101 - the registry keys jobs by the effect's kind.
    with context.store.unit_of_work() as work:
        import_news.tell(work, lease.effect)
        outbox.done(work, lease)
