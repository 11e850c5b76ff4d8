"""A guest's booking from any source, what its nights cost, and what it said before each change."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Numeric, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, Id, Json
from core.db.types import UtcInstant
from core.reservations.states import ReservationState

_STANDS = text("reference IS NOT NULL AND state <> 'cancelled'")


class Reservation(Base):
    """One booking. Whom it is for stands in this row and in its stays, and goes nowhere else."""

    __tablename__ = "reservations"
    __table_args__ = (
        UniqueConstraint("property_id", "code"),
        CheckConstraint("departure > arrival", name="has_nights"),
        # The same booking of a source is one reservation; after its cancellation the number may come again (R18).
        Index(
            "uq_reservations_booked", "property_id", "source", "reference",
            unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS,
        ),
        Index("ix_reservations_property_arrival", "property_id", "arrival", "id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    property_id: Mapped[int] = mapped_column(ForeignKey("properties.id"))
    code: Mapped[str] = mapped_column(String(20))
    """Short enough to be said on the phone; unique within the property."""
    source: Mapped[str] = mapped_column(String(20))
    """A platform's code, or `direct`, `phone` or `walk_in`."""
    reference: Mapped[str | None] = mapped_column(String(60))
    """The booking's number at its source."""
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("channels.id"))
    state: Mapped[str] = mapped_column(String(20), default=ReservationState.CONFIRMED)
    arrival: Mapped[date] = mapped_column(Date)
    departure: Mapped[date] = mapped_column(Date)
    """From the first arrival to the last departure of its stays; of one that is cancelled, what they were."""
    booker: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(254))
    adults: Mapped[int | None] = mapped_column()
    """None: the source did not say."""
    children: Mapped[int | None] = mapped_column()
    currency: Mapped[str] = mapped_column(String(3))
    total: Mapped[Decimal | None] = mapped_column(Numeric(14, 3))
    """What its stays cost together; None where no price is known."""
    note: Mapped[str | None] = mapped_column(String(1000))
    cancel_reason: Mapped[str | None] = mapped_column(String(200))
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    erased_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    """When the person was taken out of the record."""
    made_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime] = mapped_column(UtcInstant)
    changed_at: Mapped[datetime] = mapped_column(UtcInstant)
    number: Mapped[int] = mapped_column(default=1)
    """The number of the revision that `contents` is."""
    contents: Mapped[dict[str, object] | None] = mapped_column(Json)
    """What is booked, without anybody's name, as `core.reservations.contents` writes it; None for what was booked
    before revisions were kept."""
    revision: Mapped[int] = mapped_column()
    """Counts the changes of the row; a change decided on an older one is refused."""

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy declares it so.


class StayPrice(Base):
    """What one night of a stay costs, in its reservation's currency."""

    __tablename__ = "stay_prices"

    stay_id: Mapped[int] = mapped_column(ForeignKey("stays.id"), primary_key=True)
    night: Mapped[date] = mapped_column(Date, primary_key=True)
    amount: Mapped[Decimal] = mapped_column(Numeric(14, 3))


class ReservationRevision(Base):
    """What a reservation said at one time. Triggers in the database refuse to change or delete it.

    The first one is written down together with the second: until then the reservation's own row says it.
    """

    __tablename__ = "reservation_revisions"
    __table_args__ = (UniqueConstraint("reservation_id", "number"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    reservation_id: Mapped[int] = mapped_column(ForeignKey("reservations.id"))
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcInstant)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    transport: Mapped[str | None] = mapped_column(String(20))
    what: Mapped[list[str]] = mapped_column(Json)
    """What changed with it, as `core.reservations.contents` names it; of the first one `booked`."""
    contents: Mapped[dict[str, object]] = mapped_column(Json)
