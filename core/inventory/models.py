"""One row a held night and one row a type's night: the rows that make a double booking impossible.

Beside them what changes how they are sold: days as one channel sees them, parts of rooms, marks and repeated blocks.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, Id
from core.db.types import UtcInstant


class RoomNight(Base):
    """One room, one night, held by one stay. The primary key is the promise; its columns are never updated."""

    __tablename__ = "room_nights"

    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"), primary_key=True)
    night: Mapped[date] = mapped_column(Date, primary_key=True)
    stay_id: Mapped[int] = mapped_column(ForeignKey("stays.id"), index=True)


class InventoryDay(Base):
    """One room type, one night, counted."""

    __tablename__ = "inventory_days"
    __table_args__ = (
        CheckConstraint("sold + blocked <= total + allowance", name="not_oversold"),
        CheckConstraint("sold >= 0 AND blocked >= 0 AND contested >= 0 AND total >= 0", name="no_negative_counts"),
    )

    type_id: Mapped[int] = mapped_column(ForeignKey("room_types.id"), primary_key=True)
    night: Mapped[date] = mapped_column(Date, primary_key=True)
    total: Mapped[int]
    sold: Mapped[int] = mapped_column(default=0)
    blocked: Mapped[int] = mapped_column(default=0)
    contested: Mapped[int] = mapped_column(default=0)
    """Stays without a room on this night; outside the CHECK, lowers what is available."""
    keep_back: Mapped[int] = mapped_column(default=0)
    allowance: Mapped[int] = mapped_column(default=0)
    """How many stays beyond its rooms the type may sell on purpose; they wait, contested, for a room."""
    stop_sell: Mapped[bool] = mapped_column(default=False)

    @property
    def available(self) -> int:
        """Rooms still sellable on this night, without those that are closed because a part of them is taken."""
        free = self.total + (self.allowance or 0) - self.sold - self.blocked - self.contested - self.keep_back
        return 0 if self.stop_sell else max(0, free)


class ChannelDay(Base):
    """What one channel may sell of a type on one night, where that is less than what the others may."""

    __tablename__ = "channel_days"
    __table_args__ = (CheckConstraint("keep_back >= 0", name="no_negative_keep_back"),)

    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"), primary_key=True)
    type_id: Mapped[int] = mapped_column(ForeignKey("room_types.id"), primary_key=True)
    night: Mapped[date] = mapped_column(Date, primary_key=True)
    keep_back: Mapped[int] = mapped_column(default=0)
    stop_sell: Mapped[bool] = mapped_column(default=False)


class LateDay(Base):
    """What the feeds still hold back of a type's night although it is lifted: until that cannot be undone (R4)."""

    __tablename__ = "late_days"
    __table_args__ = (Index("ix_late_days_night", "type_id", "night"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    type_id: Mapped[int] = mapped_column(ForeignKey("room_types.id"))
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("channels.id"))
    """The channel it was lifted for; None: for all."""
    night: Mapped[date] = mapped_column(Date)
    keep_back: Mapped[int]
    stop_sell: Mapped[bool]
    opens_at: Mapped[datetime] = mapped_column(UtcInstant)


class RoomPart(Base):
    """A room that is a part of another one: whoever has the whole has every part, and a taken part closes the whole."""

    __tablename__ = "room_parts"
    __table_args__ = (CheckConstraint("whole_id <> part_id", name="no_part_of_itself"),)

    whole_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"), primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"), primary_key=True)
    property_id: Mapped[int] = mapped_column(ForeignKey("properties.id"), index=True)


class ServiceMark(Base):
    """A room that is out of service: it stays in the inventory, but is given to guests last and with a warning."""

    __tablename__ = "service_marks"
    __table_args__ = (CheckConstraint("until IS NULL OR until > since", name="has_days"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"), index=True)
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    """The first night on which it is in service again; None: nobody knows yet."""
    note: Mapped[str | None] = mapped_column(String(1000))
    made_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime] = mapped_column(UtcInstant)


class RecurringBlock(Base):
    """A block that comes again and again ("every Monday, maintenance"), made as ordinary blocks up to the horizon."""

    __tablename__ = "recurring_blocks"
    __table_args__ = (CheckConstraint("nights > 0", name="has_nights"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    property_id: Mapped[int] = mapped_column(ForeignKey("properties.id"), index=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"))
    rule: Mapped[str] = mapped_column(String(200))
    """An RRULE of RFC 5545 without its name: `FREQ=WEEKLY;BYDAY=MO`."""
    first: Mapped[date] = mapped_column(Date)
    """Where the rule begins to count."""
    until: Mapped[date | None] = mapped_column(Date)
    """The first day on which no block of it begins any more; None: it goes on."""
    nights: Mapped[int]
    """How many nights each block has."""
    reason: Mapped[str] = mapped_column(String(20))
    note: Mapped[str | None] = mapped_column(String(1000))
    made_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime] = mapped_column(UtcInstant)


class Occurrence(Base):
    """One time a recurring block was due: the stay it made, or None where somebody had the nights."""

    __tablename__ = "recurring_occurrences"

    recurring_id: Mapped[int] = mapped_column(ForeignKey("recurring_blocks.id"), primary_key=True)
    arrival: Mapped[date] = mapped_column(Date, primary_key=True)
    stay_id: Mapped[int | None] = mapped_column(ForeignKey("stays.id"))
