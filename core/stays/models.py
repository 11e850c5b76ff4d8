"""The stay: one room over some nights, for a reason."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Numeric, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db.base import Base, Id
from core.db.types import UtcInstant
from core.properties.models import Room
from core.stays.reasons import StayState
from core.values.nights import Nights

_CONTESTED = text("state = 'contested'")


class Stay(Base):
    """One room over `arrival` to `departure`, for a reason. Guest data stay in this row and go nowhere else."""

    __tablename__ = "stays"
    __table_args__ = (
        CheckConstraint("departure > arrival", name="has_nights"),
        # A room with a long history is searched from the departure side, which stays short (docs/decisions/0012).
        Index("ix_stays_room_departure", "room_id", "departure", "arrival"),
        Index("ix_stays_property_departure", "property_id", "departure", "arrival"),
        # Whether anybody waits for a room is asked after every change: few do.
        Index("ix_stays_contested", "room_id", "departure", sqlite_where=_CONTESTED, postgresql_where=_CONTESTED),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    """Random; the stable part of the event's UID in every feed."""
    property_id: Mapped[int] = mapped_column(ForeignKey("properties.id"))
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"))
    type_id: Mapped[int | None] = mapped_column(ForeignKey("room_types.id"))
    """The type it was sold as; None: this very room was asked for."""
    assigned: Mapped[bool] = mapped_column(default=True)
    """Whether somebody chose its room. A provisional one may be changed by the house until then (R1)."""
    arrival: Mapped[date] = mapped_column(Date)
    departure: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), default=StayState.HOLDING)
    guest: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(20))
    price: Mapped[Decimal | None] = mapped_column(Numeric(14, 3))
    currency: Mapped[str | None] = mapped_column(String(3))
    note: Mapped[str | None] = mapped_column(String(1000))
    source: Mapped[str | None] = mapped_column(String(20))
    """The platform that sold it; None: the house itself."""
    reference: Mapped[str | None] = mapped_column(String(60))
    """The booking's number at its source."""
    checked_in_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    """When its guest came: no feed and no decision moves or ends it any more (R12)."""
    checked_out_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    reservation_id: Mapped[int | None] = mapped_column(ForeignKey("reservations.id"), index=True)
    """The guest's booking; None: nobody booked, the house keeps the room."""
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("stays.id"), index=True)
    """The stay that this one goes on from, in another room: together they are what was sold as one."""
    made_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime] = mapped_column(UtcInstant)
    changed_at: Mapped[datetime] = mapped_column(UtcInstant)
    revision: Mapped[int] = mapped_column()
    """Counts the changes; a change decided on an older revision is refused."""

    room: Mapped[Room] = relationship(lazy="raise")

    # Two changes decided on the same revision: the second one's UPDATE finds no row and is refused.
    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy declares it so.

    @property
    def nights(self) -> Nights:
        """Its nights as one value."""
        return Nights(self.arrival, self.departure)
