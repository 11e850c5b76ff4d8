"""Deleting what of access has served its time; events and keys stay."""

from datetime import timedelta

from sqlalchemy import delete, or_, select

from core.access.idempotency import KEPT
from core.access.models import AccessSession, KeptAnswer, LoginLink, LoginTries, RefreshToken
from core.access.rules import QUIET, SHUT_MOST
from core.db.work import UnitOfWork

SESSIONS_KEPT = timedelta(days=30)
"""After its end: so long somebody may ask which session that was."""
_LINKS_KEPT = timedelta(days=1)


def prune(work: UnitOfWork) -> None:
    """Delete old answers, counts, links, and sessions with their tokens."""
    over = work.now - SESSIONS_KEPT
    old = select(AccessSession.id).where(or_(AccessSession.ended_at < over, AccessSession.expires_at < over))
    for statement in (
        delete(KeptAnswer).where(KeptAnswer.made_at < work.now - KEPT),
        delete(LoginTries).where(LoginTries.tried_at < work.now - QUIET - SHUT_MOST),
        delete(LoginLink).where(LoginLink.expires_at < work.now - _LINKS_KEPT),
        delete(RefreshToken).where(RefreshToken.session_id.in_(old)),
        delete(AccessSession).where(AccessSession.id.in_(old)),
    ):
        work.session.execute(statement.execution_options(synchronize_session=False))
