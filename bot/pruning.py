"""Letting go of chat rows that have served their time; what guests' names they hold goes with them."""

from datetime import timedelta

from sqlalchemy import delete

from bot.models import InboundMessage, OutgoingMessage, Tap
from core.db.work import UnitOfWork

KEPT_FOR = timedelta(days=30)
"""Longer than any transport repeats a delivery."""


def prune(work: UnitOfWork) -> None:
    """Delete handled messages, sent messages and their choices after a month."""
    before = work.now - KEPT_FOR
    fast = {"synchronize_session": False}
    work.session.execute(delete(InboundMessage).where(InboundMessage.handled_at < before).execution_options(**fast))
    work.session.execute(delete(Tap).where(Tap.expires_at < before).execution_options(**fast))
    kept = Tap.__table__.select().with_only_columns(Tap.message_id).distinct()
    work.session.execute(
        delete(OutgoingMessage)
        .where(OutgoingMessage.sent_at < before, OutgoingMessage.id.not_in(kept))
        .execution_options(**fast)
    )
