"""A stored message on its way out: claimed by one sender, recorded when the transport has it."""

import re
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.messages import Choice, Outgoing, Sent
from bot.models import Conversation, OutgoingMessage
from core.db.work import Store, UnitOfWork
from core.feeds import service as feeds
from core.outbox.effects import Say
from core.outbox.service import Lease
from core.sealing import Sealer

MOST_OTHERS = 100
"""More than any transport looks back at."""
_FEED_MARK = re.compile(r"⟦feed:(\d+)⟧")


@dataclass(frozen=True, slots=True)
class Ready:
    """A message to send; `unsure`: an earlier attempt may have sent it."""

    transport: str
    outgoing: Outgoing
    unsure: bool


def claim(store: Store, lease: Lease, sealer: Sealer, public_url: str) -> Ready | None:
    """Load the message behind `lease` and mark it as being sent; None when it was sent already.

    The first attempt belongs to the process that wrote the message, which marked it when it wrote it: so that attempt
    only reads. Every later one follows a failure or a crash.
    """
    assert isinstance(lease.effect, Say)  # noqa: S101 - only messages are claimed here.
    with store.unit_of_work() if lease.attempt > 1 else store.reading() as opened:
        session = opened.session if isinstance(opened, UnitOfWork) else opened
        message = session.get_one(OutgoingMessage, lease.effect.message_id)
        if message.sent_at is not None:
            return None
        unsure = lease.attempt > 1 and message.sending_at is not None
        if isinstance(opened, UnitOfWork):
            message.sending_at = opened.now
        conversation = session.get_one(Conversation, message.conversation_id)
        text = _FEED_MARK.sub(lambda mark: _address(session, int(mark[1]), sealer, public_url), message.text)
        outgoing = Outgoing(
            reference=f"d{message.id}", chat=conversation.chat, text=text,
            choices=tuple(Choice(label, token) for label, token in message.choices),
            answers_tap=message.answers_tap, settles=tuple(message.settles),
            others=_others(session, message) if unsure else frozenset(),
        )  # fmt: skip
        return Ready(conversation.transport, outgoing, unsure)


def _others(session: Session, message: OutgoingMessage) -> frozenset[str]:
    """The transport's ids of the chat's last messages: two answers may say the same within minutes."""
    query = (
        select(OutgoingMessage.message_ids)
        .where(OutgoingMessage.conversation_id == message.conversation_id, OutgoingMessage.id != message.id)
        .order_by(OutgoingMessage.id.desc())
        .limit(MOST_OTHERS)
    )
    return frozenset(number for numbers in session.scalars(query) for number in numbers)


def _address(session: Session, link_id: int, sealer: Sealer, public_url: str) -> str:
    """The feed's address in words: it is readable only in the message itself."""
    address = feeds.live_address(session, link_id)
    return feeds.feed_url(public_url, feeds.token_of(address, sealer)) if address is not None else "?"


def as_sent(work: UnitOfWork, message_id: int, sent: Sent) -> None:
    """Record that the transport has it."""
    message = work.session.get_one(OutgoingMessage, message_id)
    message.sent_at, message.message_ids = work.now, list(sent.message_ids)
    message.last_message_id = sent.message_ids[-1] if sent.message_ids else None


def as_not_sent(work: UnitOfWork, message_id: int) -> None:
    """Record that the last attempt certainly sent nothing, so that the next one need not look."""
    work.session.get_one(OutgoingMessage, message_id).sending_at = None
