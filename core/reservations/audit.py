"""Whether reservations say what their stays, prices and revisions say; nothing is changed."""

from collections.abc import Iterator
from decimal import Decimal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core.reservations.models import Reservation, ReservationRevision, StayPrice
from core.reservations.states import OVER, ReservationState
from core.stays.models import Stay
from core.stays.reasons import Reason, StayState

_SOLD = tuple(reason for reason in Reason if reason.sells)


def faults(session: Session) -> dict[str, list[int]]:
    """What is wrong, by code, with the numbers of the reservations or stays it is about; empty when all is well."""
    found = {
        "stays_without_reservation": list(_homeless(session)),
        "reservations_without_stay": list(_empty(session)),
        "wrong_dates_of_reservation": list(_spans(session)),
        "wrong_totals_of_reservation": list(_totals(session)),
        "wrong_prices_of_stay": list(_prices(session)),
        "lost_revisions": list(_revisions(session)),
    }
    return {code: numbers for code, numbers in found.items() if numbers}


def _homeless(session: Session) -> Iterator[int]:
    """Stays that somebody bought, and that no reservation knows."""
    sold = or_(Stay.reason.in_(_SOLD), Stay.source.is_not(None))
    yield from session.scalars(
        select(Stay.id).where(sold, Stay.reservation_id.is_(None), Stay.state != StayState.RELEASED).order_by(Stay.id)
    )


def _empty(session: Session) -> Iterator[int]:
    """Reservations that somebody is expected for, in no room at all."""
    stands = select(Stay.id).where(Stay.reservation_id == Reservation.id, Stay.state != StayState.RELEASED)
    over = (*OVER, ReservationState.CHECKED_OUT)
    query = select(Reservation.id).where(Reservation.state.not_in(over), ~stands.exists())
    yield from session.scalars(query.order_by(Reservation.id))


def _spans(session: Session) -> Iterator[int]:
    query = (
        select(Reservation.id)
        .join(Stay, Stay.reservation_id == Reservation.id)
        .where(Stay.state != StayState.RELEASED)
        .group_by(Reservation.id, Reservation.arrival, Reservation.departure)
        .having(or_(func.min(Stay.arrival) != Reservation.arrival, func.max(Stay.departure) != Reservation.departure))
    )
    yield from session.scalars(query.order_by(Reservation.id))


def _totals(session: Session) -> Iterator[int]:
    query = (
        select(Reservation.id, Reservation.total, func.sum(Stay.price))
        .join(Stay, Stay.reservation_id == Reservation.id)
        .where(Stay.state != StayState.RELEASED)
        .group_by(Reservation.id, Reservation.total)
        .order_by(Reservation.id)
    )
    # Compared here: SQLite adds amounts as floating numbers, which are exact enough only once they are rounded.
    for reservation_id, total, parts in session.execute(query):
        if _rounded(total) != _rounded(parts):
            yield reservation_id


def _prices(session: Session) -> Iterator[int]:
    query = (
        select(Stay.id, Stay.price, func.sum(StayPrice.amount))
        .join(StayPrice, StayPrice.stay_id == Stay.id)
        .where(Stay.state != StayState.RELEASED, StayPrice.night >= Stay.arrival, StayPrice.night < Stay.departure)
        .group_by(Stay.id, Stay.price)
        .order_by(Stay.id)
    )
    for stay_id, price, nights in session.execute(query):
        if _rounded(price) != _rounded(nights):
            yield stay_id


def _revisions(session: Session) -> Iterator[int]:
    """Reservations whose revisions are not written down one by one; one that never changed has none."""
    query = (
        select(Reservation.id)
        .outerjoin(ReservationRevision, ReservationRevision.reservation_id == Reservation.id)
        .group_by(Reservation.id, Reservation.number)
        .having(func.count(ReservationRevision.id) != Reservation.number)
        .having(or_(Reservation.number > 1, func.count(ReservationRevision.id) > 0))
    )
    yield from session.scalars(query.order_by(Reservation.id))


def _rounded(value: Decimal | None) -> Decimal | None:
    return round(Decimal(value), 3) if value is not None else None
