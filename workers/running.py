"""Doing one leased row: run its job, and record failures so that nothing is retried for ever or dropped in silence."""

from bot.outgoing import as_not_sent
from core.db.work import UnitOfWork
from core.errors import AuthFailed, Busy, Down, RefusedThere, Unsure
from core.logs import correlated, logger
from core.outbox import service as outbox
from core.outbox.effects import Say
from core.outbox.service import Lease
from workers.context import JOBS, Context

_log = logger(__name__)


def run(context: Context, lease: Lease) -> bool:
    """Do what `lease` is for; whether it was done. A failure is recorded with the time of the next attempt."""
    with correlated(lease.correlation):
        try:
            JOBS[lease.kind](context, lease)
        except Down as error:
            _failed(context, lease, error, retry_after=error.facts.get("retry_after"), not_done=True)
        except AuthFailed as error:
            # Wrong credentials are mended by a person; until then nothing was refused for good.
            _failed(context, lease, error, not_done=True)
        except RefusedThere as error:
            _failed(context, lease, error, final=True)
        except Unsure as error:
            _failed(context, lease, error, retry_after=error.facts.get("retry_after"))
        except Busy as error:
            _failed(context, lease, error, retry_after=1.0)
        except Exception as error:  # noqa: BLE001 - a bug in one job must not stop the others.
            _log.exception("job_failed", kind=lease.kind, due=lease.due_id, attempt=lease.attempt)
            _failed(context, lease, error)
        else:
            return True
    return False


def _failed(
    context: Context,
    lease: Lease,
    error: Exception,
    *,
    retry_after: float | None = None,
    final: bool = False,
    not_done: bool = False,
) -> None:
    with context.store.unit_of_work() as work:
        buried = outbox.failed(work, lease, str(error), retry_after=retry_after, final=final)
        if not_done:
            _nothing_happened(work, lease)
    _log.warning(
        "job_not_done", kind=lease.kind, due=lease.due_id, attempt=lease.attempt, buried=buried, error=str(error)
    )


def _nothing_happened(work: UnitOfWork, lease: Lease) -> None:
    if isinstance(lease.effect, Say):
        as_not_sent(work, lease.effect.message_id)
