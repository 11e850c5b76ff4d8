"""A hotel, the categories it sells and its numbered rooms."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db.base import Base, Id, Json
from core.db.types import UtcInstant


class Property(Base):
    """One hotel at one address, with its own zone, currency and language."""

    __tablename__ = "properties"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    timezone: Mapped[str] = mapped_column(String(60))
    currency: Mapped[str] = mapped_column(String(3))
    language: Mapped[str] = mapped_column(String(10))
    conflict_preference: Mapped[str] = mapped_column(String(20), default="first")
    """Whom the advice on a conflict favours: `first` (confirmed), `direct`, or a platform's code (R22)."""
    weekend_days: Mapped[list[int]] = mapped_column(Json, default=lambda: [4, 5])
    """Nights that count as the weekend's, Monday 0: Friday and Saturday where nothing else was said."""
    made_at: Mapped[datetime] = mapped_column(UtcInstant)


class RoomType(Base):
    """A category sold ("Double"): availability is counted here."""

    __tablename__ = "room_types"
    __table_args__ = (UniqueConstraint("property_id", "code"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    property_id: Mapped[int] = mapped_column(ForeignKey("properties.id"))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    base_rate: Mapped[Decimal | None] = mapped_column(Numeric(14, 3))
    """In the property's currency."""


class Room(Base):
    """One numbered room; its name is text ("3", "12A", "03"). Removed rooms stay on record and say all busy (R6)."""

    __tablename__ = "rooms"
    __table_args__ = (UniqueConstraint("property_id", "name"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    property_id: Mapped[int] = mapped_column(ForeignKey("properties.id"), index=True)
    type_id: Mapped[int] = mapped_column(ForeignKey("room_types.id"), index=True)
    name: Mapped[str] = mapped_column(String(40))
    position: Mapped[int] = mapped_column(default=0)
    """The order in which the setup file names the rooms."""
    aliases: Mapped[list[str]] = mapped_column(Json, default=list)
    """What people call it besides its name ("the garden double")."""
    removed_at: Mapped[datetime | None] = mapped_column(UtcInstant)

    property: Mapped[Property] = relationship(lazy="raise")
    type: Mapped[RoomType] = relationship(lazy="raise")
