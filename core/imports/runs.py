"""The log of looks at calendars: like ones in a row are one row, so that a year of them stays short."""

from datetime import timedelta
from typing import Any

from sqlalchemy import CursorResult, delete, select, update

from core.channels.models import LinkImport, SyncRun
from core.db.work import UnitOfWork

CHANGED, UNCHANGED, PARTIAL, FAILED = "changed", "unchanged", "partial", "failed"
"""How a look can end. Each that changed something is a row of its own."""
KEPT_FOR = timedelta(days=30)
MOST_OF_RAW = 500


def record(  # noqa: PLR0913 - a look has many facts, passed by name.
    work: UnitOfWork,
    memory: LinkImport,
    *,
    outcome: str,
    seconds: float,
    trouble: str | None = None,
    status: int | None = None,
    raw: str | None = None,
    events: int | None = None,
    appeared: int = 0,
    changed: int = 0,
    gone: int = 0,
) -> None:
    """Log one look at the calendar of `memory`'s link; `seconds` it took.

    `trouble` is a kind that people's wording knows, `raw` the error as engineers read it, without the address,
    `events` how many take nights (None: not counted, as after a 304); the last three count bookings.
    """
    raw = raw[:MOST_OF_RAW] if raw is not None else None
    if outcome != CHANGED and _extended(work, memory, outcome, seconds, (trouble, status, raw, events)):
        return
    run = SyncRun(
        link_id=memory.link_id, outcome=outcome, trouble=trouble, status=status, raw=raw, first_at=work.now,
        last_at=work.now, times=1, seconds=seconds, events=events, appeared=appeared, changed=changed, gone=gone,
    )  # fmt: skip
    work.session.add(run)
    work.session.flush()
    memory.run_id = run.id


def _extended(
    work: UnitOfWork,
    memory: LinkImport,
    outcome: str,
    seconds: float,
    said: tuple[str | None, int | None, str | None, int | None],
) -> bool:
    """Count the look to the newest run, when that was alike."""
    if memory.run_id is None:
        return False
    trouble, status, raw, events = said
    alike = (
        SyncRun.id == memory.run_id,
        SyncRun.outcome == outcome,
        SyncRun.trouble.is_not_distinct_from(trouble),
        SyncRun.status.is_not_distinct_from(status),
    )
    values: dict[str, Any] = {"last_at": work.now, "times": SyncRun.times + 1, "seconds": seconds, "raw": raw}
    if events is not None:
        values["events"] = events
    extended = work.session.execute(
        update(SyncRun).where(*alike).values(values).execution_options(synchronize_session=False)
    )
    assert isinstance(extended, CursorResult)  # noqa: S101 - what an UPDATE gives.
    return extended.rowcount > 0


def prune(work: UnitOfWork) -> int:
    """Delete runs that ended a month ago, but for each link's newest; how many went."""
    newest = select(LinkImport.run_id).where(LinkImport.run_id.is_not(None))
    gone = work.session.execute(
        delete(SyncRun)
        .where(SyncRun.last_at < work.now - KEPT_FOR, SyncRun.id.not_in(newest))
        .execution_options(synchronize_session=False)
    )
    assert isinstance(gone, CursorResult)  # noqa: S101 - what a DELETE gives.
    return gone.rowcount
