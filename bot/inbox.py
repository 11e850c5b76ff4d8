"""Inbound messages: stored once, claimed in order, one chat at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session

from bot.conversation.states import Idle, out
from bot.messages import Inbound
from bot.models import Conversation, InboundMessage
from bot.understanding.webaddresses import cut_urls
from core.db.prepared import Prepared, run
from core.db.upsert import insert_new
from core.db.work import Store, UnitOfWork

_INBOUND: Table = InboundMessage.__table__  # type: ignore[assignment]
_CONVERSATIONS: Table = Conversation.__table__  # type: ignore[assignment]

MOST_TEXT = 4_000
"""Characters kept of a message: no command is longer."""

_OPEN = Prepared(
    select(
        Conversation.id, Conversation.transport, Conversation.chat, Conversation.state, Conversation.changed_at,
        Conversation.told_stranger_at,
    )
    .where(Conversation.transport == bindparam("transport"), Conversation.chat == bindparam("chat"))
    .with_for_update()
)  # fmt: skip
_WAITING = Prepared(
    select(
        InboundMessage.id, InboundMessage.transport, InboundMessage.sender, InboundMessage.also, InboundMessage.kind,
        InboundMessage.text, InboundMessage.tap, InboundMessage.tap_id, InboundMessage.attempts,
    )
    .where(
        InboundMessage.transport == bindparam("transport"), InboundMessage.chat == bindparam("chat"),
        InboundMessage.handled_at.is_(None),
    )
    .order_by(InboundMessage.id)
    .limit(2)
)  # fmt: skip
_KEEP = Prepared(
    update(_CONVERSATIONS)
    .where(_CONVERSATIONS.c.id == bindparam("conversation_id"))
    .values(state=bindparam("new_state"), changed_at=bindparam("now"), told_stranger_at=bindparam("told_at"))
)
_HANDLED = Prepared(
    update(_INBOUND)
    .where(_INBOUND.c.id == bindparam("message_id"))
    .values(
        text=bindparam("kept"), attempts=bindparam("tried"), error=bindparam("failure"), handled_at=bindparam("now")
    )
)
_TRIED = Prepared(update(_INBOUND).where(_INBOUND.c.id == bindparam("message_id")).values(attempts=bindparam("tried")))


@dataclass(slots=True)
class Opened:
    """A conversation that is locked until the commit; what becomes of it is written by `keep`."""

    id: int
    transport: str
    chat: str
    state: dict[str, Any]
    changed_at: datetime
    told_stranger_at: datetime | None


@dataclass(frozen=True, slots=True)
class Received:
    """A stored message that nobody has handled."""

    id: int
    transport: str
    sender: str
    also: Sequence[str]
    kind: str
    text: str
    tap: str | None
    tap_id: str | None
    attempts: int


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


def open_conversation(work: UnitOfWork, transport: str, chat: str) -> Opened:
    """The chat's conversation, locked: until the commit nobody else handles a message of it."""
    named = {"transport": transport, "chat": chat}
    found = run(work.session, _OPEN, named).first()
    if found is None:
        row = {"transport": transport, "chat": chat, "state": out(Idle()), "changed_at": work.now}
        run(work.session, insert_new(work.session, _CONVERSATIONS), row)
        found = run(work.session, _OPEN, named).one()
    return Opened(*found)


def waiting(work: UnitOfWork, transport: str, chat: str) -> list[Received]:
    """The two oldest messages of the chat that nobody has handled: the one to handle, and whether it is the last."""
    return [Received(*row) for row in run(work.session, _WAITING, {"transport": transport, "chat": chat})]


def keep(work: UnitOfWork, conversation: Opened) -> None:
    """Write down where the conversation stands now."""
    asked = {"conversation_id": conversation.id, "new_state": conversation.state, "now": work.now}
    run(work.session, _KEEP, asked | {"told_at": conversation.told_stranger_at})


def handled(work: UnitOfWork, message: Received, *, attempts: int = 1, error: str | None = None) -> None:
    """The message is done with, after so many more attempts; the secret addresses that stood in it go."""
    asked = {"message_id": message.id, "tried": message.attempts + attempts, "failure": error, "now": work.now}
    run(work.session, _HANDLED, asked | {"kept": cut_urls(message.text)[0]})


def tried(work: UnitOfWork, message: Received) -> Received:
    """Count an attempt before it is made."""
    counted = replace(message, attempts=message.attempts + 1)
    run(work.session, _TRIED, {"message_id": message.id, "tried": counted.attempts})
    return counted


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
