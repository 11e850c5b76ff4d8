"""Conversations, what came in, what goes out, and the choices that were offered."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, Id, Json
from core.db.types import UtcInstant

_UNHANDLED = text("handled_at IS NULL")
_ASKS = text("subject IS NOT NULL")
OURS = "#"
"""Begins what names a message of ours by its row instead of by the transport's id."""


class Conversation(Base):
    """One chat on one transport, the state of its dialogue and the property it speaks about."""

    __tablename__ = "conversations"
    __table_args__ = (UniqueConstraint("transport", "chat"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    transport: Mapped[str] = mapped_column(String(20))
    chat: Mapped[str] = mapped_column(String(120))
    state: Mapped[dict[str, object]] = mapped_column(Json)
    changed_at: Mapped[datetime] = mapped_column(UtcInstant)
    told_stranger_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    """When a stranger was last answered: once a day is polite, each time would be an echo."""


class InboundMessage(Base):
    """One delivery, stored before it is acknowledged; the unique key makes a repeated delivery harmless."""

    __tablename__ = "inbound_messages"
    __table_args__ = (
        UniqueConstraint("transport", "external_id"),
        Index(
            "ix_inbound_unhandled",
            "transport",
            "chat",
            "id",
            sqlite_where=_UNHANDLED,
            postgresql_where=_UNHANDLED,
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    transport: Mapped[str] = mapped_column(String(20))
    external_id: Mapped[str] = mapped_column(String(120))
    chat: Mapped[str] = mapped_column(String(120))
    sender: Mapped[str] = mapped_column(String(120))
    also: Mapped[list[str]] = mapped_column(Json, default=list)
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    tap: Mapped[str | None] = mapped_column(String(80))
    tap_id: Mapped[str | None] = mapped_column(String(120))
    tapped_message: Mapped[str | None] = mapped_column(String(120))
    received_at: Mapped[datetime] = mapped_column(UtcInstant)
    handled_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)


class OutgoingMessage(Base):
    """One message for one chat, written with the change it tells of; its effect sends it."""

    __tablename__ = "outgoing_messages"
    __table_args__ = (Index("ix_outgoing_subject", "subject", sqlite_where=_ASKS, postgresql_where=_ASKS),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    choices: Mapped[list[list[str]]] = mapped_column(Json, default=list)
    """Pairs of label and token."""
    answers_tap: Mapped[str | None] = mapped_column(String(120))
    settles: Mapped[list[str]] = mapped_column(Json, default=list)
    """Messages whose buttons go: the transport's ids, or `#12` for our message 12, which may not be sent yet."""
    subject: Mapped[str | None] = mapped_column(String(40))
    """What it is an open card of (`conflict:12`, `follow_up:7`); None for every other message, and once settled."""
    subject_revision: Mapped[int | None] = mapped_column()
    """The subject's revision that the card shows."""
    made_at: Mapped[datetime] = mapped_column(UtcInstant)
    sending_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    """Set before the transport is called: found set at the next attempt, the outcome of the last one is unknown."""
    sent_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    message_ids: Mapped[list[str]] = mapped_column(Json, default=list)
    last_message_id: Mapped[str | None] = mapped_column(String(120), index=True)
    status: Mapped[str | None] = mapped_column(String(20))
    """What the transport reported last (WhatsApp: sent, delivered, read, failed …), applied by rank."""
    error: Mapped[str | None] = mapped_column(String(200))


class Tap(Base):
    """One offered choice: an opaque token that works once, for its chat, until it expires."""

    __tablename__ = "taps"
    __table_args__ = (Index("ix_taps_message", "message_id", "position"),)

    token: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), index=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("outgoing_messages.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    property_id: Mapped[int] = mapped_column(ForeignKey("properties.id"))
    position: Mapped[int]
    """1 for the first choice of its message."""
    label: Mapped[str] = mapped_column(String(200))
    action: Mapped[dict[str, object]] = mapped_column(Json)
    expires_at: Mapped[datetime] = mapped_column(UtcInstant)
    used_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    used_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class TransportContent(Base):
    """A message template made once at a transport's account (Twilio Content) and used ever since."""

    __tablename__ = "transport_contents"

    account: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    sid: Mapped[str] = mapped_column(String(64))
