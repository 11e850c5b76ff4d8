"""People, what they may do where, and the addresses they write from."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db.base import Base, Id
from core.db.types import UtcInstant


class Person(Base):
    """Somebody who works for one property or several."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str | None] = mapped_column(String(10))
    """None: the property's."""
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    made_at: Mapped[datetime] = mapped_column(UtcInstant)


class Membership(Base):
    """A person's role at one property; revoked ones stay on record."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("person_id", "property_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    property_id: Mapped[int] = mapped_column(ForeignKey("properties.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcInstant)

    person: Mapped[Person] = relationship(lazy="raise")


class ChatAddress(Base):
    """Where a person writes from: `transport` and the id that transport knows them by."""

    __tablename__ = "chat_addresses"
    __table_args__ = (UniqueConstraint("transport", "external_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    transport: Mapped[str] = mapped_column(String(20))
    external_id: Mapped[str] = mapped_column(String(120))
    """A phone in E.164 or a business-scoped id on WhatsApp, the numeric user id on Telegram."""
    property_id: Mapped[int | None] = mapped_column(ForeignKey("properties.id"))
    """The property this address last spoke for."""


class Invite(Base):
    """A one-time code by which a new address is linked to a person."""

    __tablename__ = "invites"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    property_id: Mapped[int] = mapped_column(ForeignKey("properties.id"))
    expires_at: Mapped[datetime] = mapped_column(UtcInstant)
    used_at: Mapped[datetime | None] = mapped_column(UtcInstant)
