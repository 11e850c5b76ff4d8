"""Rows of access: who is logged in, what keys there are, what was tried and what was answered once."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, Id, Json
from core.db.types import UtcInstant


class AccessSession(Base):
    """One login of one person, by password (`api`) or by a link (`dashboard`), until it is ended or over."""

    __tablename__ = "access_sessions"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    cookie_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Of the dashboard's cookie; sessions of the API are known by their tokens."""
    address: Mapped[str] = mapped_column(String(64))
    agent: Mapped[str] = mapped_column(String(200))
    """From where and with what it was opened, so that its person knows it again."""
    made_at: Mapped[datetime] = mapped_column(UtcInstant)
    seen_at: Mapped[datetime] = mapped_column(UtcInstant)
    """When it was last used, to within a few minutes."""
    expires_at: Mapped[datetime] = mapped_column(UtcInstant)
    ended_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    ended_why: Mapped[str | None] = mapped_column(String(20))


class RefreshToken(Base):
    """One refresh token of a session; the session's tokens are one family, of which only the last is unused."""

    __tablename__ = "refresh_tokens"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("access_sessions.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcInstant)
    used_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class LoginLink(Base):
    """A one-time code that opens the dashboard for one person."""

    __tablename__ = "login_links"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(UtcInstant)
    expires_at: Mapped[datetime] = mapped_column(UtcInstant)
    used_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class ApiKey(Base):
    """A program's key to one property; ended ones stay on record, events name them."""

    __tablename__ = "api_keys"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    property_id: Mapped[int] = mapped_column(ForeignKey("properties.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    prefix: Mapped[str] = mapped_column(String(20))
    """The beginning of the key, by which people tell keys apart."""
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]] = mapped_column(Json)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """Whose rights it has at most; None: made on the machine itself."""
    made_at: Mapped[datetime] = mapped_column(UtcInstant)
    seen_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    expires_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    ended_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class LoginTries(Base):
    """How often an account was tried, or how often somebody at one address failed, of late."""

    __tablename__ = "login_tries"

    subject: Mapped[str] = mapped_column(String(80), primary_key=True)
    count: Mapped[int]
    tried_at: Mapped[datetime] = mapped_column(UtcInstant)
    shut_until: Mapped[datetime | None] = mapped_column(UtcInstant)


class KeptAnswer(Base):
    """What was answered to a request that carried an `Idempotency-Key`, written with what it did."""

    __tablename__ = "kept_answers"
    __table_args__ = (
        UniqueConstraint("caller", "route", "key"),
        Index("ix_kept_answers_made_at", "made_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    caller: Mapped[str] = mapped_column(String(40))
    route: Mapped[str] = mapped_column(String(200))
    key: Mapped[str] = mapped_column(String(120))
    body_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None]
    body: Mapped[str | None] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcInstant)
