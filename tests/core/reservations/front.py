"""The front desk that takes bookings: each verb of reservations in its own unit of work, each look one snapshot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from core.reservations import commands, service
from core.reservations.commands import BookReservation, Guest, ModifyReservation, RoomWanted, StayChange
from core.reservations.erasing import erase
from core.reservations.models import Reservation, ReservationRevision, StayPrice
from core.reservations.modifying import modify
from core.reservations.service import Outcome
from core.stays.models import Stay
from core.values.nights import Nights
from tests.support.desk import Desk

JOHN = Guest("John Otieno", "+254712345678", "john@example.com")


@dataclass(frozen=True, slots=True)
class Front:
    """A desk, and what its guests book there."""

    desk: Desk

    def room(self, name: str, wanted: Nights, price: str | None = None) -> RoomWanted:
        """A room by its name; `price` for each night."""
        return RoomWanted(wanted, room_id=self.desk.hotel.rooms[name], prices=every(wanted, price))

    def kind(self, code: str, wanted: Nights, price: str | None = None) -> RoomWanted:
        """Any room of a type."""
        return RoomWanted(wanted, type_id=self.desk.hotel.types[code], prices=every(wanted, price))

    def book(self, *rooms: RoomWanted, source: str = "direct", reference: str | None = None, **more: object) -> Outcome:
        """Book rooms for John."""
        order = BookReservation(
            self.desk.hotel.property_id,
            rooms,
            source=source,
            reference=reference,
            **({"guest": JOHN} | more),  # type: ignore[arg-type]
        )
        with self.desk.store.unit_of_work() as work:
            return service.book(work, order, self.desk.by)

    def modify(self, reservation_id: int, *stays: StayChange, **more: object) -> Outcome:
        """Change a reservation as it is now."""
        order = ModifyReservation(reservation_id, self.row(reservation_id).revision, stays, **more)  # type: ignore[arg-type]
        with self.desk.store.unit_of_work() as work:
            return modify(work, order, self.desk.by)

    def cancel(self, reservation_id: int, reason: str | None = None) -> Outcome:
        """Cancel a reservation as it is now."""
        order = commands.CancelReservation(reservation_id, self.row(reservation_id).revision, reason)
        with self.desk.store.unit_of_work() as work:
            return service.cancel(work, order, self.desk.by)

    def check_in(self, reservation_id: int, *stays: int) -> Outcome:
        """Check guests in."""
        order = commands.CheckInReservation(reservation_id, self.row(reservation_id).revision, stays)
        with self.desk.store.unit_of_work() as work:
            return service.check_in(work, order, self.desk.by)

    def check_out(self, reservation_id: int, *stays: int) -> Outcome:
        """Check guests out."""
        order = commands.CheckOutReservation(reservation_id, self.row(reservation_id).revision, stays)
        with self.desk.store.unit_of_work() as work:
            return service.check_out(work, order, self.desk.by)

    def no_show(self, reservation_id: int) -> Outcome:
        """Say that nobody came."""
        order = commands.ReportNoShow(reservation_id, self.row(reservation_id).revision)
        with self.desk.store.unit_of_work() as work:
            return service.no_show(work, order, self.desk.by)

    def split(self, reservation_id: int, stay_id: int, night: date, to: str) -> Outcome:
        """Let a guest change the room."""
        revision = self.row(reservation_id).revision
        order = commands.SplitReservedStay(reservation_id, revision, stay_id, night, self.desk.hotel.rooms[to])
        with self.desk.store.unit_of_work() as work:
            return service.split(work, order, self.desk.by)

    def erase(self, reservation_id: int) -> None:
        """Take the person out of the record."""
        with self.desk.store.unit_of_work() as work:
            erase(work, commands.EraseGuest(reservation_id), self.desk.by)

    def row(self, reservation_id: int) -> Reservation:
        """Look at a reservation."""
        with self.desk.store.reading() as session:
            return session.get_one(Reservation, reservation_id)

    def rows(self) -> list[Reservation]:
        """Look at all of them, in the order they were made."""
        with self.desk.store.reading() as session:
            return list(session.scalars(select(Reservation).order_by(Reservation.id)))

    def stays(self, reservation_id: int) -> list[Stay]:
        """Look at its stays, in the order they were made."""
        with self.desk.store.reading() as session:
            return list(session.scalars(select(Stay).where(Stay.reservation_id == reservation_id).order_by(Stay.id)))

    def revisions(self, reservation_id: int) -> list[ReservationRevision]:
        """Look at the revisions that are written down."""
        query = select(ReservationRevision).where(ReservationRevision.reservation_id == reservation_id)
        with self.desk.store.reading() as session:
            return list(session.scalars(query.order_by(ReservationRevision.number)))

    def prices(self, stay_id: int) -> dict[date, Decimal]:
        """Look at what the nights of a stay cost."""
        query = select(StayPrice.night, StayPrice.amount).where(StayPrice.stay_id == stay_id)
        with self.desk.store.reading() as session:
            return {night: cost for night, cost in session.execute(query)}  # noqa: C416 - rows are no pairs to mypy.

    def kinds(self, since: int = 0) -> list[str]:
        """Return the kinds of what happened to reservations, in order."""
        return [event.kind for event in self.desk.events()[since:] if event.subject == "reservation"]


def every(wanted: Nights, price: str | None) -> Mapping[date, Decimal]:
    """One price for every night."""
    return {night: Decimal(price) for night in wanted} if price is not None else {}


def held(front: Front, stays: Sequence[Stay]) -> set[tuple[str, date]]:
    """Return what these stays hold together."""
    return set().union(*(front.desk.held(stay.id) for stay in stays))
