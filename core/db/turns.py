"""One at a time, whatever process: for a moment in which something is counted before it is added to."""

import hashlib

from sqlalchemy import func, select

from core.db.work import UnitOfWork


def take_turn(work: UnitOfWork, what: str) -> None:
    """Wait until nobody else has the turn at `what`, and keep it until the commit. Raises `Busy` after 3 seconds.

    On SQLite whoever writes is alone anyway.
    """
    if work.session.get_bind().dialect.name == "postgresql":
        number = int.from_bytes(hashlib.sha256(what.encode()).digest()[:8], signed=True)
        work.session.execute(select(func.pg_advisory_xact_lock(number)))
