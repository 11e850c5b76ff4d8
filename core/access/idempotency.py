"""Each thing once: a request that carries an `Idempotency-Key` is done the first time and only answered again after.

The key is claimed in the transaction of what is done, so that either both are kept or neither; what was refused is
not kept, and may be tried again with the same key. Who comes while the first is at it waits for its end, as long as one
waits for a lock (`Busy`).
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, Table, select

from core.access.errors import KeyReused
from core.access.models import KeptAnswer
from core.db.prepared import run
from core.db.upsert import insert_new
from core.db.work import UnitOfWork

KEPT = timedelta(hours=24)
_KEPT_ANSWERS: Table = KeptAnswer.__table__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it is told from others: whose, to which route, with which key and what body."""

    caller: str
    route: str
    key: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: the status and the body as JSON."""

    status: int
    body: str


def claim(work: UnitOfWork, request: Request) -> Answer | None:
    """Claim the key; the answer that was given already, or None: do it, and `keep` its answer.

    Raises `KeyReused` when the key came with another body before.
    """
    session, body_hash = work.session, hashlib.sha256(request.body).hexdigest()
    row = {
        "caller": request.caller, "route": request.route, "key": request.key, "body_hash": body_hash,
        "made_at": work.now,
    }  # fmt: skip
    # Whoever inserts it second waits here until the first has committed or given up.
    claimed = run(session, insert_new(session, _KEPT_ANSWERS, _KEPT_ANSWERS.c.id), row).first()
    if claimed is not None:
        return None
    kept = session.scalars(_row(request)).one()
    if work.now - kept.made_at >= KEPT:
        # Nobody has cleared it away yet, and its time is over: the key is as good as new.
        kept.body_hash, kept.status, kept.body, kept.made_at = body_hash, None, None, work.now
        return None
    if kept.body_hash != body_hash:
        raise KeyReused
    return Answer(kept.status or 0, kept.body or "")


def keep(work: UnitOfWork, request: Request, answer: Answer) -> None:
    """Keep what is answered, with what was done."""
    kept = work.session.scalars(_row(request)).one()
    kept.status, kept.body = answer.status, answer.body


def _row(request: Request) -> Select[KeptAnswer]:
    return select(KeptAnswer).where(
        KeptAnswer.caller == request.caller, KeptAnswer.route == request.route, KeptAnswer.key == request.key
    )
