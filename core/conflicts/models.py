"""An overlap that waits for a person, and the stays that are party to it."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, Id, Json
from core.db.types import UtcInstant

_KEEPS = text("kept_room_id IS NOT NULL")


class Conflict(Base):
    """One case: stays of one room that want the same nights, or a stay that has no room at all."""

    __tablename__ = "conflicts"
    __table_args__ = (
        Index("ix_conflicts_property", "property_id", "state"),
        Index("ix_conflicts_room", "room_id", "state"),
        Index("ix_conflicts_kept_room", "kept_room_id", sqlite_where=_KEEPS, postgresql_where=_KEEPS),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    property_id: Mapped[int] = mapped_column(ForeignKey("properties.id"))
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"))
    state: Mapped[str] = mapped_column(String(20))
    """`open`, `decided` by a person, or `closed` by itself when the overlap vanished."""
    severity: Mapped[str] = mapped_column(String(20))
    arrival: Mapped[date] = mapped_column(Date)
    departure: Mapped[date] = mapped_column(Date)
    """The nights in dispute, from the first to the last."""
    opened_at: Mapped[datetime] = mapped_column(UtcInstant)
    changed_at: Mapped[datetime] = mapped_column(UtcInstant)
    ended_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    transport: Mapped[str | None] = mapped_column(String(20))
    decision: Mapped[dict[str, object] | None] = mapped_column(Json)
    """What was decided, and what an undo needs to know."""
    kept_room_id: Mapped[int | None] = mapped_column(ForeignKey("rooms.id"))
    """The room advised first: closed in the feeds for the nights that the advice needs until `kept_until` (R21)."""
    kept_arrival: Mapped[date | None] = mapped_column(Date)
    kept_departure: Mapped[date | None] = mapped_column(Date)
    kept_until: Mapped[datetime | None] = mapped_column(UtcInstant)
    reminded: Mapped[int] = mapped_column(default=0)
    """How often people were reminded."""
    remind_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    revision: Mapped[int] = mapped_column()
    """Counts the changes: a tap that was offered on an older one decides nothing."""

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy declares it so.


class ConflictParty(Base):
    """A stay in a case. Those that left it stay on record."""

    __tablename__ = "conflict_parties"

    conflict_id: Mapped[int] = mapped_column(ForeignKey("conflicts.id"), primary_key=True)
    stay_id: Mapped[int] = mapped_column(ForeignKey("stays.id"), primary_key=True, index=True)
    joined_at: Mapped[datetime] = mapped_column(UtcInstant)
    left_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class FollowUp(Base):
    """What a person must do at a channel or with a guest because of a decision (R15, R20, R24)."""

    __tablename__ = "follow_ups"
    __table_args__ = (Index("ix_follow_ups_property", "property_id", "done_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    property_id: Mapped[int] = mapped_column(ForeignKey("properties.id"))
    stay_id: Mapped[int] = mapped_column(ForeignKey("stays.id"), index=True)
    conflict_id: Mapped[int | None] = mapped_column(ForeignKey("conflicts.id"))
    kind: Mapped[str] = mapped_column(String(30))
    """`cancel_there` (at the platform that sold it) or `relocate` (a guest of the house's own)."""
    made_at: Mapped[datetime] = mapped_column(UtcInstant)
    done_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    done_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """None when the channel's own feed closed it."""
    how: Mapped[str | None] = mapped_column(String(20))
    """`ticked`, `feed` or `undone`."""
