"""Waiting until the log of events tells all that was committed."""

from sqlalchemy import func, select

from core.db.work import Store
from core.events import log
from core.events.models import Event
from tests.support.run import wait_until


def settle(store: Store) -> None:
    """Return once the log ends with the last event: a transaction of another test may hold it up for a moment."""
    wait_until(lambda: _told(store), "the log to be settled")


def _told(store: Store) -> bool:
    with store.reading() as session:
        return log.end(session)[1] == (session.scalar(select(func.max(Event.id))) or 0)
