"""Reads about reservations for screens, programs and chat, as frozen rows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from core.conflicts.models import Conflict, ConflictParty
from core.conflicts.views import CaseState
from core.properties.models import Room
from core.reservations.models import Reservation, ReservationRevision, StayPrice
from core.reservations.states import ReservationState
from core.reservations.views import ReservationView, ReservedStay, RevisionView
from core.staff import queries as staff
from core.stays.models import Stay
from core.stays.reasons import StayState
from core.values.money import Money


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which reservations are asked for; what is None does not matter."""

    since: date | None = None
    """Those that end after this day."""
    until: date | None = None
    """Those that begin on this day or before."""
    state: ReservationState | None = None
    source: str | None = None
    guest: str | None = None
    """A part of a name, a phone's last digits, a code or a reference."""


Place = tuple[date, int]
"""Where a reservation stands in a list: its arrival and id."""


def one(session: Session, reservation_id: int) -> ReservationView | None:
    """One reservation with all its stays, their prices, and its revisions."""
    row = session.get(Reservation, reservation_id, populate_existing=True)
    if row is None:
        return None
    return _views(session, [row], revisions=True)[0]


def found(
    session: Session, property_ids: Collection[int], wanted: Wanted, after: Place | None, limit: int
) -> tuple[ReservationView, ...]:
    """Up to `limit` reservations of these properties after a place, by arrival."""
    query = select(Reservation).where(Reservation.property_id.in_(property_ids), *_filters(wanted))
    if after is not None:
        arrival, reservation_id = after
        later = and_(Reservation.arrival == arrival, Reservation.id > reservation_id)
        query = query.where(or_(Reservation.arrival > arrival, later))
    rows = session.scalars(query.order_by(Reservation.arrival, Reservation.id).limit(limit)).all()
    return _views(session, rows)


def _filters(wanted: Wanted) -> list[ColumnElement[bool]]:
    filters: list[ColumnElement[bool]] = []
    if wanted.since is not None:
        filters.append(Reservation.departure > wanted.since)
    if wanted.until is not None:
        filters.append(Reservation.arrival <= wanted.until)
    if wanted.state is not None:
        filters.append(Reservation.state == wanted.state)
    if wanted.source is not None:
        filters.append(Reservation.source == wanted.source)
    if wanted.guest:
        filters.append(_about(wanted.guest))
    return filters


def _about(said: str) -> ColumnElement[bool]:
    """Whatever a caller says of a booking; written as they say it, in small letters or capitals."""
    text = said.strip()
    part = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    guests = select(Stay.reservation_id).where(Stay.guest.ilike(part, escape="\\"), Stay.reservation_id.is_not(None))
    return or_(
        Reservation.booker.ilike(part, escape="\\"),
        Reservation.id.in_(guests),
        func.upper(Reservation.code) == text.upper(),
        Reservation.reference == text,
        and_(Reservation.phone.is_not(None), Reservation.phone.like(part, escape="\\")),
    )


def _views(session: Session, rows: Sequence[Reservation], *, revisions: bool = False) -> tuple[ReservationView, ...]:
    ids = [row.id for row in rows]
    stays = _stays(session, ids)
    cases = _cases(session, ids)
    told = _revisions(session, rows[0]) if revisions else ()
    return tuple(
        ReservationView(
            reservation_id=row.id, revision=row.revision, property_id=row.property_id, code=row.code,
            state=ReservationState(row.state), source=row.source, reference=row.reference, channel_id=row.channel_id,
            arrival=row.arrival, departure=row.departure, booker=row.booker, phone=row.phone, email=row.email,
            adults=row.adults, children=row.children, currency=row.currency,
            total=Money.of(row.total, row.currency) if row.total is not None else None, note=row.note,
            cancel_reason=row.cancel_reason, made_at=row.made_at, changed_at=row.changed_at,
            cancelled_at=row.cancelled_at, erased_at=row.erased_at, stays=tuple(stays.get(row.id, ())),
            conflicts=tuple(cases.get(row.id, ())), revisions=told,
        )
        for row in rows
    )  # fmt: skip


def _stays(session: Session, ids: Collection[int]) -> dict[int, list[ReservedStay]]:
    """By reservation, its stays by arrival; those that were given up too, when nothing else is left of it."""
    query = (
        select(Stay, Room.name, Room.type_id)
        .join(Room, Room.id == Stay.room_id)
        .where(Stay.reservation_id.in_(ids))
        .order_by(Stay.arrival, Room.position, Stay.id)
    )
    rows = session.execute(query).all()
    prices = _prices(session, [stay.id for stay, _, _ in rows])
    standing = {stay.reservation_id for stay, _, _ in rows if stay.state != StayState.RELEASED}
    found: dict[int, list[ReservedStay]] = {}
    for stay, room, type_id in rows:
        if stay.reservation_id is None or (stay.state == StayState.RELEASED and stay.reservation_id in standing):
            continue
        cost = tuple((night, amount) for night, amount in prices.get(stay.id, ()) if night in stay.nights)
        found.setdefault(stay.reservation_id, []).append(
            ReservedStay(
                stay.id, stay.room_id, room, stay.type_id or type_id, stay.assigned, stay.arrival, stay.departure,
                stay.state, stay.guest, stay.price, cost, stay.follows_id, stay.checked_in_at, stay.checked_out_at,
            )
        )  # fmt: skip
    return found


def _prices(session: Session, ids: Collection[int]) -> dict[int, list[tuple[date, Decimal]]]:
    query = select(StayPrice.stay_id, StayPrice.night, StayPrice.amount).where(StayPrice.stay_id.in_(ids))
    found: dict[int, list[tuple[date, Decimal]]] = {}
    for stay_id, night, amount in session.execute(query.order_by(StayPrice.stay_id, StayPrice.night)):
        found.setdefault(stay_id, []).append((night, amount))
    return found


def _cases(session: Session, ids: Collection[int]) -> dict[int, list[int]]:
    query = (
        select(Stay.reservation_id, Conflict.id)
        .join(ConflictParty, ConflictParty.stay_id == Stay.id)
        .join(Conflict, Conflict.id == ConflictParty.conflict_id)
        .where(Stay.reservation_id.in_(ids), ConflictParty.left_at.is_(None), Conflict.state == CaseState.OPEN)
        .distinct()
        .order_by(Conflict.id)
    )
    found: dict[int, list[int]] = {}
    for reservation_id, conflict_id in session.execute(query):
        if reservation_id is not None:
            found.setdefault(reservation_id, []).append(conflict_id)
    return found


def _revisions(session: Session, row: Reservation) -> tuple[RevisionView, ...]:
    """Its revisions; one that was never changed says its first one itself."""
    query = select(ReservationRevision).where(ReservationRevision.reservation_id == row.id)
    written = session.scalars(query.order_by(ReservationRevision.number)).all()
    people = (*(each.person_id for each in written), row.made_by)
    names = staff.names(session, {person_id for person_id in people if person_id is not None})
    if not written:
        by = names.get(row.made_by) if row.made_by is not None else None
        return (RevisionView(1, row.made_at, by, None, ("booked",), dict(row.contents or {})),)
    return tuple(
        RevisionView(
            each.number, each.at, names.get(each.person_id) if each.person_id is not None else None, each.transport,
            tuple(each.what), dict(each.contents),
        )
        for each in written
    )  # fmt: skip
