"""What admins are told about logins."""

from bot.alerts import tell_login
from core.access.warning import Fear
from core.outbox import service as outbox
from core.outbox.effects import WarnOfLogin
from core.outbox.service import Lease
from workers.context import Context, job


@job(WarnOfLogin)
def warn(context: Context, lease: Lease) -> None:
    """Tell the admins that somebody's login was copied, or that its password is being guessed."""
    assert isinstance(lease.effect, WarnOfLogin)  # noqa: S101 - the registry keys jobs by the effect's kind.
    with context.store.unit_of_work() as work:
        tell_login(work, lease.effect.person_id, Fear(lease.effect.fear))
        outbox.done(work, lease)
