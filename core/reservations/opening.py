"""A reservation is opened with its first stay, in one statement: a walk-in waits at the desk for it."""

import secrets
from dataclasses import dataclass

from sqlalchemy import Table, bindparam, select

from core.db.prepared import Prepared, run
from core.db.upsert import insert_new
from core.db.work import UnitOfWork
from core.properties.models import Property, Room
from core.reservations import contents
from core.reservations.contents import Booking, Part
from core.reservations.models import Reservation
from core.reservations.states import ReservationState, Source
from core.stays.commands import BlockRoom
from core.stays.reasons import Reason
from core.values.nights import Nights

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without what sounds or looks alike when it is read over the phone."""
CODE_LENGTH = 6
_TABLE: Table = Reservation.__table__  # type: ignore[assignment]
_SAME = Prepared(
    select(Reservation.id)
    .where(
        Reservation.property_id == bindparam("property_id"),
        Reservation.source == bindparam("source"),
        Reservation.reference == bindparam("reference"),
        Reservation.state != ReservationState.CANCELLED,
    )
    .order_by(Reservation.id.desc())
)


@dataclass(frozen=True, slots=True)
class Opening:
    """What is known of a booking when its reservation is opened."""

    source: str
    reference: str | None = None
    channel_id: int | None = None
    booker: str | None = None
    phone: str | None = None
    email: str | None = None
    adults: int | None = None
    children: int | None = None
    currency: str | None = None
    """None: the property's own."""
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """The reservation that a stay belongs to, and whether it is new."""

    reservation_id: int
    new: bool


def open_one(
    work: UnitOfWork, place: Property, opening: Opening, parts: tuple[Part, ...], made_by: int | None
) -> Opened:
    """Open a reservation for stays that are about to be made; the one that stands when this booking is known (R18).

    One statement, but for the rare case that there is such a booking, or that a code is taken.
    """
    row = _row(work, place, opening, parts, made_by)
    statement = insert_new(work.session, _TABLE, _TABLE.c.id)
    while True:
        made: int | None = run(work.session, statement, row | {"code": _code()}).scalar()
        if made is not None:
            return Opened(made, new=True)
        if (known := known_as(work, place.id, opening.source, opening.reference)) is not None:
            return Opened(known, new=False)


def of_guest(work: UnitOfWork, room: Room, order: BlockRoom, uid: str, made_by: int | None) -> int:
    """Open the reservation of a guest whom the desk gives a room; its number. `uid`: that of the stay to be made."""
    source = Source.WALK_IN if order.reason is Reason.WALK_IN else Source.DIRECT
    what = Opening(
        source, booker=order.guest, phone=order.phone, currency=order.currency if order.price is not None else None,
        note=order.note,
    )  # fmt: skip
    part = Part(uid, room.id, None, order.nights, order.price)
    return open_one(work, room.property, what, (part,), made_by).reservation_id


def known_as(work: UnitOfWork, property_id: int, source: str, reference: str | None) -> int | None:
    """The reservation that stands for a booking of a source."""
    if reference is None:
        return None
    asked = {"property_id": property_id, "source": source, "reference": reference}
    found: int | None = run(work.session, _SAME, asked).scalar()
    return found


def _row(
    work: UnitOfWork, place: Property, opening: Opening, parts: tuple[Part, ...], made_by: int | None
) -> dict[str, object]:
    nights = _span(parts)
    booking = Booking(
        ReservationState.CONFIRMED, opening.source, opening.reference, opening.currency or place.currency,
        opening.adults, opening.children,
    )  # fmt: skip
    return {
        "property_id": place.id, "source": opening.source, "reference": opening.reference,
        "channel_id": opening.channel_id, "state": ReservationState.CONFIRMED, "arrival": nights.arrival,
        "departure": nights.departure, "booker": opening.booker, "phone": opening.phone, "email": opening.email,
        "adults": opening.adults, "children": opening.children, "currency": booking.currency,
        "total": contents.total(parts), "note": opening.note, "made_by": made_by, "made_at": work.now,
        "changed_at": work.now, "number": 1, "contents": contents.written(booking, parts), "revision": 1,
    }  # fmt: skip


def _span(parts: tuple[Part, ...]) -> Nights:
    return Nights(min(part.nights.arrival for part in parts), max(part.nights.departure for part in parts))


def _code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
