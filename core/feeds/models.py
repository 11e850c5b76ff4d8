"""What the feeds need besides the nights: versions, late openings, addresses and readers."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import UtcInstant


class FeedVersion(Base):
    """How often what a room's feeds show has changed; the hot path of every read asks for this number alone."""

    __tablename__ = "feed_versions"

    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"), primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime] = mapped_column(UtcInstant)


class LateOpening(Base):
    """A night that is free in truth and still shown busy until its undo time is over (R4)."""

    __tablename__ = "late_openings"

    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"), primary_key=True)
    night: Mapped[date] = mapped_column(Date, primary_key=True)
    stay_id: Mapped[int] = mapped_column(ForeignKey("stays.id"))
    """The stay that gave the night up: the feed keeps showing its event unchanged."""
    opens_at: Mapped[datetime] = mapped_column(UtcInstant)


class FeedAddress(Base):
    """One secret address of a link's feed. A rotated link has two until the new one has been read (R8)."""

    __tablename__ = "feed_addresses"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    link_id: Mapped[int] = mapped_column(ForeignKey("channel_links.id"), index=True)
    sealed: Mapped[str] = mapped_column(String(500))
    """The token itself, to be shown again to staff."""
    made_at: Mapped[datetime] = mapped_column(UtcInstant)
    ended_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class FeedReader(Base):
    """Who has read a link's feed: one row a user agent."""

    __tablename__ = "feed_readers"

    link_id: Mapped[int] = mapped_column(ForeignKey("channel_links.id"), primary_key=True)
    agent: Mapped[str] = mapped_column(String(200), primary_key=True)
    counts: Mapped[bool]
    """Whether its reads count as the platform's (R7)."""
    first_at: Mapped[datetime] = mapped_column(UtcInstant)
    last_at: Mapped[datetime] = mapped_column(UtcInstant)
    reads: Mapped[int] = mapped_column(default=1)
