"""A platform as one property uses it, and its link to one room."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db.base import Base, Id
from core.db.types import UtcInstant
from core.properties.models import Room


class Channel(Base):
    """A platform at one property: how it is kept up to date and how often its calendars are read."""

    __tablename__ = "channels"
    __table_args__ = (UniqueConstraint("property_id", "platform"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    property_id: Mapped[int] = mapped_column(ForeignKey("properties.id"))
    platform: Mapped[str] = mapped_column(String(20))
    mode: Mapped[str] = mapped_column(String(20))
    interval: Mapped[int]
    """Seconds between two reads of its calendars."""
    made_at: Mapped[datetime] = mapped_column(UtcInstant)


class ChannelLink(Base):
    """A channel for one room: the calendar we read, the feed we serve, and who last read that feed."""

    __tablename__ = "channel_links"
    __table_args__ = (UniqueConstraint("channel_id", "room_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"), index=True)
    import_url: Mapped[str | None] = mapped_column(Text)
    """Sealed: the address alone lets anybody read the calendar."""
    made_at: Mapped[datetime] = mapped_column(UtcInstant)
    read_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    """The last read that counts (R7)."""
    read_version: Mapped[int] = mapped_column(default=0)
    """The feed's version in that read."""
    read_gap: Mapped[float | None]
    """Seconds usually between two counted reads: a moving average."""
    silent_since: Mapped[datetime | None] = mapped_column(UtcInstant)
    """Set when staff were told that nobody reads the feed any more; cleared by the next counted read."""

    channel: Mapped[Channel] = relationship(lazy="raise")
    room: Mapped[Room] = relationship(lazy="raise")
