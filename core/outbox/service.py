"""Storing effects, leasing what is due, and recording how it went."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, bindparam, case, delete, exists, insert, null, or_, select, update
from sqlalchemy.orm import Session, aliased

from core.db.prepared import Prepared, run
from core.db.upsert import insert_new
from core.db.work import UnitOfWork
from core.errors import NotFound
from core.logs import correlation
from core.outbox import rules
from core.outbox.effects import EFFECTS, Effect
from core.outbox.models import Due

_A_MOMENT = timedelta(microseconds=1)


class NoSuchDue(NotFound):
    """No buried row has this id."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to do one row once: `attempt` is the fence, a completion with an older one changes nothing."""

    due_id: int
    kind: str
    attempt: int
    effect: Effect
    correlation: str | None
    until: datetime | None = field(default=None, compare=False)
    """When somebody else may have it, where that is known."""
    at_hand: object = field(default=None, compare=False)
    """What whoever stored the effect knows already and its job would have to read again; it is true until then."""


_DUES: Table = Due.__table__  # type: ignore[assignment]
# What every reply runs is built once: to build a statement takes longer than to run it.
_WAITS = exists().where(Due.lane == bindparam("of_lane"), Due.closed_at.is_(None))
_NEW = Prepared(
    insert(_DUES)
    .values(
        attempts=case((_WAITS, 0), else_=1),
        leased_until=case((_WAITS, null()), else_=bindparam("until", _DUES.c.leased_until.type)),
    )
    .returning(_DUES.c.id, _DUES.c.attempts)
)
"""Leases what it inserts, unless it waits for another row of its lane."""
_ONCE_DONE = Prepared(
    update(Due)
    .where(
        Due.id == bindparam("due_id"), Due.attempts == bindparam("attempt"),
        Due.closed_at.is_(None), Due.every.is_(None),
    )
    .values(leased_until=None, error=None, closed_at=bindparam("now"))
    .returning(Due.id)
)  # fmt: skip


def add(work: UnitOfWork, effect: Effect, *, at: datetime | None = None, key: str | None = None) -> Due:
    """Store `effect` with the rest of the transaction, due at `at` (default: now)."""
    due = Due(**_row(work, effect), key=key)
    due.due_at = at or work.now
    work.session.add(due)
    work.session.flush()
    return due


def add_once(work: UnitOfWork, effect: Effect, key: str) -> None:
    """Store `effect` with the rest of the transaction, unless one with this key is on record, done or not."""
    run(work.session, insert_new(work.session, _DUES), {**_row(work, effect), "key": key})


def add_leased(work: UnitOfWork, effect: Effect, at_hand: object = None) -> Lease | None:
    """Store `effect` and lease it in the same commit, for the process that will do it at once with what is `at_hand`.

    None when an earlier row of its lane is still open: then it waits its turn and the relay finds it.
    """
    until = work.now + rules.LEASE
    row = {**_row(work, effect), "of_lane": effect.lane, "until": until}
    due_id, attempt = run(work.session, _NEW, row).one()
    return Lease(due_id, effect.kind, attempt, effect, correlation(), until, at_hand) if attempt else None


def _row(work: UnitOfWork, effect: Effect) -> dict[str, Any]:
    return {
        "kind": effect.kind, "facts": asdict(effect), "lane": effect.lane, "due_at": work.now,
        "correlation": correlation(), "made_at": work.now,
    }  # fmt: skip


def anything_due(session: Session, now: datetime, *, but: Collection[str] = ()) -> bool:
    """Whether a relay would find something to lease, besides rows of the kinds `but`."""
    return bool(session.scalar(select(exists().where(_ready(now), Due.kind.not_in(but)))))


def timetable(work: UnitOfWork, lines: Iterable[tuple[Effect, timedelta]]) -> None:
    """Make sure each periodic effect has its one row; a changed interval is taken over."""
    for effect, every in lines:
        key = f"every:{effect.kind}"
        row = work.session.scalar(select(Due).where(Due.key == key).with_for_update())
        if row is None:
            row = add(work, effect, at=work.now, key=key)
        row.every = every.total_seconds()


def lease(work: UnitOfWork, limit: int, *, only: Sequence[int] | None = None, but: Collection[str] = ()) -> list[Lease]:
    """Lease up to `limit` rows that are due and first in their lane: of `only`, when given, and of no kind in `but`."""
    query = select(Due.id).where(_ready(work.now)).order_by(Due.due_at, Due.id).limit(limit)
    if but:
        query = query.where(Due.kind.not_in(but))
    if only is not None:
        query = query.where(Due.id.in_(only))
    ids = work.session.scalars(query.with_for_update(skip_locked=True)).all()
    if not ids:
        return []
    taken = work.session.execute(
        update(Due)
        .where(Due.id.in_(ids))
        .values(leased_until=work.now + rules.LEASE, attempts=Due.attempts + 1)
        .returning(Due.id, Due.kind, Due.attempts, Due.facts, Due.correlation)
        .execution_options(synchronize_session=False)
    ).all()
    rows = sorted(taken, key=lambda row: row.id)
    return [Lease(row.id, row.kind, row.attempts, _effect(row.kind, row.facts), row.correlation) for row in rows]


def _effect(kind: str, facts: dict[str, Any]) -> Effect:
    # JSON knows no tuples, and effects are values.
    fields: Any = {name: tuple(value) if isinstance(value, list) else value for name, value in facts.items()}
    return EFFECTS[kind](**fields)


def _ready(now: datetime) -> ColumnElement[bool]:
    earlier = aliased(Due)
    free = or_(Due.leased_until.is_(None), Due.leased_until < now)
    first = ~exists().where(earlier.lane == Due.lane, earlier.id < Due.id, earlier.closed_at.is_(None))
    return and_(Due.closed_at.is_(None), Due.due_at <= now, free, or_(Due.lane.is_(None), first))


def leased(session: Session, due_id: int, attempt: int) -> Lease | None:
    """The lease of a row as somebody was told of it; None when it is over or another's by now."""
    row = session.get(Due, due_id)
    if row is None or row.attempts != attempt or row.closed_at is not None or row.leased_until is None:
        return None
    return Lease(row.id, row.kind, row.attempts, _effect(row.kind, row.facts), row.correlation)


def done(work: UnitOfWork, lease_: Lease, *, again_in: timedelta | None = None) -> bool:
    """Record success; False when the lease was lost meanwhile and nothing was recorded.

    A periodic row is due again, after `again_in` where that is given, or at once when it was asked for while it was
    being done (`ask_for`). Its attempts go on counting, since they are the fence.
    """
    asked = {"due_id": lease_.due_id, "attempt": lease_.attempt, "now": work.now}
    if run(work.session, _ONCE_DONE, asked).first() is not None:
        return True
    row = _fenced(work, lease_)
    if row is None or row.every is None:
        return False
    asked_for = row.leased_until is not None and row.due_at > row.leased_until - rules.LEASE
    row.leased_until, row.error = None, None
    pause = timedelta(seconds=row.every) if again_in is None else again_in
    row.due_at = min(row.due_at, work.now) if asked_for else work.now + pause
    return True


def ask_for(work: UnitOfWork, row: Due) -> None:
    """Let a locked periodic row be due now; one that is being done is due again when that is over."""
    if row.leased_until is None:
        row.due_at = min(row.due_at, work.now)
    else:
        # What is under way may have begun before the wish for it: only a run that begins later fulfils that.
        row.due_at = max(work.now, row.leased_until - rules.LEASE + _A_MOMENT)


def collapse(work: UnitOfWork, lease_: Lease) -> int:
    """Close the unleased due rows that say the same as `lease_`; they are done by the one call. Returns how many."""
    if not type(lease_.effect).collapses:
        return 0
    same = and_(
        Due.kind == lease_.kind, Due.id != lease_.due_id, Due.closed_at.is_(None), Due.every.is_(None),
        Due.due_at <= work.now, Due.leased_until.is_(None),
    )  # fmt: skip
    closed = 0
    for other in work.session.scalars(select(Due).where(same).with_for_update(skip_locked=True)):
        if other.facts == asdict(lease_.effect):
            other.closed_at, closed = work.now, closed + 1
    return closed


def give_back(work: UnitOfWork, lease_: Lease) -> None:
    """Return a lease nothing was tried with: the attempt does not count."""
    row = _fenced(work, lease_)
    if row is not None:
        row.attempts, row.leased_until = row.attempts - 1, None


def release_all(work: UnitOfWork) -> int:
    """Let go of every lease: for a house of one process, which knows at its start that the leasers are dead."""
    freed = work.session.execute(
        update(Due)
        .where(Due.closed_at.is_(None), Due.leased_until.is_not(None))
        .values(leased_until=None)
        .execution_options(synchronize_session=False)
    )
    return int(freed.rowcount)  # type: ignore[attr-defined]


def failed(
    work: UnitOfWork, lease_: Lease, error: str, *, retry_after: float | None = None, final: bool = False
) -> bool:
    """Record a failed attempt: due again after a pause, or buried when it was the last. True when buried."""
    row = _fenced(work, lease_)
    if row is None:
        return False
    row.leased_until, row.error = None, error[:2000]
    if row.every is None and (final or rules.gives_up(row.attempts)):
        row.closed_at, row.buried = work.now, True
        return True
    pause = rules.wait_after(row.attempts, retry_after)
    row.due_at = work.now + (pause if row.every is None else min(pause, timedelta(seconds=row.every)))
    return False


def replay(work: UnitOfWork, due_id: int) -> Due:
    """Put a buried row back in the queue with fresh attempts. Raises `NoSuchDue`."""
    row = work.session.scalar(select(Due).where(Due.id == due_id, Due.buried).with_for_update())
    if row is None:
        raise NoSuchDue(id=due_id)
    row.buried, row.closed_at, row.attempts, row.due_at = False, None, 0, work.now
    return row


def prune(work: UnitOfWork) -> int:
    """Delete what was done long ago; buried rows stay until somebody decides. Returns how many went."""
    gone = work.session.execute(
        delete(Due)
        .where(Due.closed_at < work.now - rules.KEPT_FOR, Due.buried.is_(False))
        .execution_options(synchronize_session=False)
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _fenced(work: UnitOfWork, lease_: Lease) -> Due | None:
    query = select(Due).where(Due.id == lease_.due_id, Due.attempts == lease_.attempt, Due.closed_at.is_(None))
    return work.session.scalar(query.with_for_update())
