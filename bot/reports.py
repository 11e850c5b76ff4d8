"""Delivery reports, applied by rank: they come late, twice and out of order."""

from sqlalchemy import select

from bot.models import Conversation, OutgoingMessage
from bot.transports.whatsapp import rank
from core.db.work import UnitOfWork


def delivered(work: UnitOfWork, transport: str, message_id: str, status: str, error: str | None) -> bool:
    """Note a report about one of our messages; False when it says less than is known or is about none of ours."""
    query = (
        select(OutgoingMessage)
        .join(Conversation, Conversation.id == OutgoingMessage.conversation_id)
        .where(Conversation.transport == transport, OutgoingMessage.last_message_id == message_id)
        .with_for_update(of=OutgoingMessage)
    )
    message = work.session.scalar(query)
    if message is None or rank(status) <= rank(message.status or ""):
        return False
    message.status, message.error = status, error
    return True
