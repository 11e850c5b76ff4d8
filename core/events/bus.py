"""How far each event bus has come in the log."""

from sqlalchemy.orm import Session

from core.db.work import UnitOfWork
from core.events import log
from core.events.log import BEGINNING, Entry, Position
from core.events.models import BusPosition


def following(session: Session, bus: str, limit: int) -> list[Entry]:
    """At most `limit` events that `bus` was not given yet, in order; a new bus is given all there are."""
    row = session.get(BusPosition, bus)
    return log.after(session, BEGINNING if row is None else (row.xid, row.event_id), limit)


def advance(work: UnitOfWork, bus: str, position: Position) -> None:
    """Note that `bus` has everything up to `position`; it never goes back."""
    row = work.session.get(BusPosition, bus, with_for_update=True)
    if row is None:
        work.session.add(BusPosition(bus=bus, xid=position[0], event_id=position[1], moved_at=work.now))
    elif (row.xid, row.event_id) < position:
        row.xid, row.event_id, row.moved_at = *position, work.now
