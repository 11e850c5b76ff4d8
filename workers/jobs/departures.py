"""Guests past their departure: tonight is kept for them, and staff are asked whether they have left (R23)."""

from bot import departures
from core.errors import Busy, Refused
from core.logs import logger
from core.outbox import service as outbox
from core.outbox.effects import TellDeparture, WatchDepartures
from core.outbox.service import Lease
from core.stays import overdue
from workers.context import Context, job

_log = logger(__name__)


@job(WatchDepartures)
def watch(context: Context, lease: Lease) -> None:
    """Look after each guest in a unit of work of its own: a room that somebody else is busy with waits a minute."""
    with context.store.reading() as session:
        waiting = overdue.overdue(session, context.store.clock.now())
    for stay_id in waiting:
        try:
            with context.store.unit_of_work() as work:
                overdue.watch(work, stay_id)
        except (Busy, Refused) as error:
            _log.warning("departure_put_off", stay=stay_id, error=type(error).__name__)
    with context.store.unit_of_work() as work:
        departures.sweep(work)
        outbox.done(work, lease)


@job(TellDeparture)
def tell(context: Context, lease: Lease) -> None:
    """Ask about a guest, or settle the cards that were shown."""
    assert isinstance(lease.effect, TellDeparture)  # noqa: S101 - the registry keys jobs by the effect's kind.
    with context.store.unit_of_work() as work:
        outbox.collapse(work, lease)
        departures.tell(work, lease.effect.stay_id)
        outbox.done(work, lease)
