"""Inbound messages: stored once, claimed in order, one chat at a time."""

from datetime import datetime

from sqlalchemy import Table, bindparam, exists, select
from sqlalchemy.orm import Session

from bot.conversation.states import Idle, out
from bot.messages import Inbound
from bot.models import Conversation, InboundMessage
from core.db.prepared import run
from core.db.upsert import insert_new
from core.db.work import Store, UnitOfWork

_INBOUND: Table = InboundMessage.__table__  # type: ignore[assignment]
_CONVERSATIONS: Table = Conversation.__table__  # type: ignore[assignment]

MOST_TEXT = 4_000
"""Characters kept of a message: no command is longer."""

_CONVERSATION = (
    select(Conversation)
    .where(Conversation.transport == bindparam("transport"), Conversation.chat == bindparam("chat"))
    .with_for_update()
)
_UNHANDLED = (
    InboundMessage.transport == bindparam("transport"),
    InboundMessage.chat == bindparam("chat"),
    InboundMessage.handled_at.is_(None),
)
_OLDEST = select(InboundMessage).where(*_UNHANDLED).order_by(InboundMessage.id).limit(1)
_ANY = select(exists().where(*_UNHANDLED))


def store_once(store: Store, inbound: Inbound) -> bool:
    """Keep one delivery, alone in its own commit, before it is acknowledged; False when it was known already."""
    with store.unit_of_work() as work:
        row = {
            "transport": inbound.transport, "external_id": inbound.external_id, "chat": inbound.chat,
            "sender": inbound.sender, "also": list(inbound.also), "kind": inbound.kind,
            "text": inbound.text[:MOST_TEXT], "tap": inbound.tap, "tap_id": inbound.tap_id,
            "tapped_message": inbound.tapped_message, "received_at": work.now, "attempts": 0,
        }  # fmt: skip
        return run(work.session, insert_new(work.session, _INBOUND, _INBOUND.c.id), row).first() is not None


def open_conversation(work: UnitOfWork, transport: str, chat: str) -> Conversation:
    """The chat's conversation, locked: until the commit nobody else handles a message of it."""
    named = {"transport": transport, "chat": chat}
    found = work.session.scalar(_CONVERSATION, named)
    if found is None:
        row = {"transport": transport, "chat": chat, "state": out(Idle()), "changed_at": work.now}
        work.session.execute(insert_new(work.session, _CONVERSATIONS), row)
        found = work.session.scalars(_CONVERSATION, named).one()
    return found


def next_message(work: UnitOfWork, transport: str, chat: str) -> InboundMessage | None:
    """The oldest message of the chat that nobody has handled."""
    return work.session.scalar(_OLDEST, {"transport": transport, "chat": chat})


def is_waiting(store: Store, transport: str, chat: str) -> bool:
    """Whether a message of the chat is unhandled: a look that locks nothing."""
    with store.reading() as session:
        return bool(run(session, _ANY, {"transport": transport, "chat": chat}).scalar())


def waiting_chats(session: Session, transports: tuple[str, ...], before: datetime) -> list[tuple[str, str]]:
    """Chats with messages that came before `before` and are unhandled, the longest waiting first."""
    query = (
        select(InboundMessage.transport, InboundMessage.chat)
        .where(InboundMessage.handled_at.is_(None), InboundMessage.transport.in_(transports))
        .where(InboundMessage.received_at <= before)
        .order_by(InboundMessage.id)
        .limit(500)
    )
    return list(dict.fromkeys((row.transport, row.chat) for row in session.execute(query)))
