"""One row a held night and one row a type's night: the rows that make a double booking impossible."""

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base


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
    """How far the type may be oversold on purpose."""
    stop_sell: Mapped[bool] = mapped_column(default=False)

    @property
    def available(self) -> int:
        """Rooms still sellable on this night."""
        free = self.total - self.sold - self.blocked - self.contested - self.keep_back
        return 0 if self.stop_sell else max(0, free)
