"""A reservation follows its stays: whatever verb changed them, it says what is booked now, as a revision of its own.

So no verb of the front desk, of a calendar or of a case has to know what a reservation is made of.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

from sqlalchemy import Table, insert, select, update
from sqlalchemy.orm.attributes import set_committed_value

from core.clock import business_day
from core.db.prepared import Prepared, run
from core.db.work import UnitOfWork
from core.events import service as events
from core.events.service import By
from core.properties.models import Property
from core.reservations import contents, opening, rules
from core.reservations import events as happenings
from core.reservations.contents import Booking, Contents, Part
from core.reservations.errors import NoSuchReservation
from core.reservations.models import Reservation, ReservationRevision, StayPrice
from core.reservations.states import OVER, ReservationState, Source
from core.stays.models import Stay
from core.stays.reasons import StayState

_REVISIONS: Table = ReservationRevision.__table__  # type: ignore[assignment]
_PRICES: Table = StayPrice.__table__  # type: ignore[assignment]
_STAYS: Table = Stay.__table__  # type: ignore[assignment]
_WRITE = Prepared(insert(_REVISIONS))
_FIRST = ["booked"]


@contextmanager
def gathered(work: UnitOfWork, reservation_id: int | None) -> Iterator[None]:
    """Let a verb of reservations change several stays; it follows them itself, once, at its end."""
    if reservation_id is None or reservation_id in work.gathered:
        yield
        return
    work.gathered.add(reservation_id)
    try:
        yield
    finally:
        work.gathered.discard(reservation_id)


def follow(
    work: UnitOfWork,
    reservation_id: int | None,
    by: By,
    also: Sequence[str] = (),
    said: ReservationState | None = None,
) -> None:
    """Bring a reservation up to date with its stays; `also`: what changed besides, which revisions do not show.

    `said`: how somebody says that it stands; whether it does its stays decide.

    Writes a revision and an event when what is booked is different now, and nothing when it is not.
    """
    if reservation_id is None or reservation_id in work.gathered:
        return
    work.session.flush()
    reservation = locked(work, reservation_id)
    stays = stays_of(work, reservation_id)
    if not stays:
        return
    today = business_day(work.now, work.session.get_one(Property, reservation.property_id).timezone)
    before = ReservationState(reservation.state)
    parts = _parts(work, stays)
    _take_over(work, reservation, stays, parts, rules.state_of(said or before, map(_standing, stays), today))
    now = contents.written(_booking(reservation), parts)
    known = reservation.contents
    what = [*(contents.changes(known, now) if known is not None else ()), *also]
    if known is None and before != reservation.state:
        what.append("state")
    if not what:
        reservation.contents = now if known is None else known
        return
    _revise(work, reservation, now, what, by)
    happening = _happening(reservation, stays, before, what)
    events.record(work, happening, reservation.id, property_id=reservation.property_id, by=by.also())


def booked(work: UnitOfWork, reservation_id: int, stays: Sequence[Stay], by: By) -> None:
    """Tell that a reservation was opened, once its stays are made."""
    reservation = work.session.get_one(Reservation, reservation_id)
    contested = any(stay.state == StayState.CONTESTED for stay in stays)
    facts = facts_of(reservation, stays)
    happening = happenings.ReservationBooked(**facts, contested=contested)  # type: ignore[arg-type] # see `facts_of`.
    events.record(work, happening, reservation_id, property_id=reservation.property_id, by=by.also())


def ensure(work: UnitOfWork, stay: Stay, by: By) -> None:
    """Open a reservation for a stay that turns out to be a guest's; the one that stands where the booking is known."""
    if stay.reservation_id is not None:
        return
    place = work.session.get_one(Property, stay.property_id)
    what = opening.Opening(
        stay.source or Source.DIRECT, stay.reference, booker=stay.guest, phone=stay.phone,
        currency=stay.currency if stay.price is not None else None, note=stay.note,
    )  # fmt: skip
    part = Part(stay.uid, stay.room_id if stay.assigned else None, stay.type_id, stay.nights, stay.price)
    opened = opening.open_one(work, place, what, (part,), by.person_id)
    stay.reservation_id = opened.reservation_id
    work.session.flush()
    if opened.new:
        booked(work, opened.reservation_id, [stay], by)
    follow(work, opened.reservation_id, by)


def follow_all(work: UnitOfWork, stays: Iterable[Stay], by: By) -> None:
    """Bring the reservations of these stays up to date, in order."""
    for reservation_id in sorted({stay.reservation_id for stay in stays if stay.reservation_id is not None}):
        follow(work, reservation_id, by)


def locked(work: UnitOfWork, reservation_id: int) -> Reservation:
    """The reservation as it is in the database, locked. Raises `NoSuchReservation`."""
    query = select(Reservation).where(Reservation.id == reservation_id).with_for_update()
    found = work.session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NoSuchReservation(reservation_id=reservation_id)
    return found


def stays_of(work: UnitOfWork, reservation_id: int) -> list[Stay]:
    """All its stays, the released ones too, in the order they were made."""
    query = select(Stay).where(Stay.reservation_id == reservation_id).order_by(Stay.id)
    return list(work.session.scalars(query.execution_options(populate_existing=True)))


def facts_of(reservation: Reservation, stays: Iterable[Stay]) -> dict[str, object]:
    """What every event about a reservation tells."""
    return {
        "code": reservation.code, "source": reservation.source, "reference": reservation.reference,
        "state": str(reservation.state), "arrival": reservation.arrival, "departure": reservation.departure,
        "number": reservation.number, "stays": tuple(stay.id for stay in stays),
    }  # fmt: skip


def _take_over(
    work: UnitOfWork, reservation: Reservation, stays: list[Stay], parts: list[Part], state: ReservationState
) -> None:
    """Let the row say what its stays say; what is cancelled keeps the dates and the total that it had."""
    if state is ReservationState.CANCELLED and reservation.cancelled_at is None:
        reservation.cancelled_at = work.now
    elif state not in OVER:
        reservation.cancelled_at = reservation.cancel_reason = None
    reservation.state = state
    if parts:
        reservation.arrival = min(part.nights.arrival for part in parts)
        reservation.departure = max(part.nights.departure for part in parts)
        reservation.total = contents.total(parts)
    for stay in stays:
        for part in parts:
            if part.uid == stay.uid and part.prices and stay.price != part.price:
                _price(work, stay, part.price, reservation.currency)


def _price(work: UnitOfWork, stay: Stay, price: Decimal | None, currency: str) -> None:
    """Let a stay cost what its nights cost, without a new revision: a change can be taken back all the same."""
    work.session.execute(update(_STAYS).where(_STAYS.c.id == stay.id).values(price=price, currency=currency))
    set_committed_value(stay, "price", price)
    set_committed_value(stay, "currency", currency)


def _parts(work: UnitOfWork, stays: list[Stay]) -> list[Part]:
    """The stays that are booked still, with the prices of their nights.

    What a night cost that was given up is kept: it may be taken back.
    """
    standing = [stay for stay in stays if stay.state != StayState.RELEASED]
    prices: dict[int, list[tuple[date, Decimal]]] = {}
    query = select(_PRICES.c.stay_id, _PRICES.c.night, _PRICES.c.amount).where(
        _PRICES.c.stay_id.in_([stay.id for stay in standing])
    )
    for stay_id, night, cost in run(work.session, query.order_by(_PRICES.c.night)):
        prices.setdefault(stay_id, []).append((night, cost))
    return [_part(stay, prices.get(stay.id, [])) for stay in standing]


def _part(stay: Stay, known: list[tuple[date, Decimal]]) -> Part:
    kept = tuple((night, cost) for night, cost in known if night in stay.nights)
    price = sum((cost for _, cost in kept), Decimal(0)) if kept else stay.price
    return Part(stay.uid, stay.room_id if stay.assigned else None, stay.type_id, stay.nights, price, kept)


def _booking(reservation: Reservation) -> Booking:
    return Booking(
        str(reservation.state), reservation.source, reservation.reference, reservation.currency,
        reservation.adults, reservation.children,
    )  # fmt: skip


def _standing(stay: Stay) -> rules.Standing:
    return rules.Standing(
        stay.state, stay.nights, checked_in=stay.checked_in_at is not None, checked_out=stay.checked_out_at is not None
    )


def _revise(work: UnitOfWork, reservation: Reservation, now: Contents, what: list[str], by: By) -> None:
    """Write down the new revision, and before it the first one if nobody has done so yet."""
    common: dict[str, object] = {"reservation_id": reservation.id}
    if reservation.number == 1:
        first = reservation.contents if reservation.contents is not None else now
        run(work.session, _WRITE, common | {
            "number": 1, "at": reservation.made_at, "person_id": reservation.made_by, "transport": None,
            "what": _FIRST, "contents": first,
        })  # fmt: skip
    reservation.number += 1
    reservation.contents, reservation.changed_at = now, work.now
    run(work.session, _WRITE, common | {
        "number": reservation.number, "at": work.now, "person_id": by.person_id, "transport": by.transport,
        "what": what, "contents": now,
    })  # fmt: skip


def _happening(
    reservation: Reservation, stays: list[Stay], before: ReservationState, what: list[str]
) -> happenings.ReservationHappening:
    facts = facts_of(reservation, stays)
    state = ReservationState(reservation.state)
    if state is not before:
        match state:
            case ReservationState.CANCELLED:
                return happenings.ReservationCancelled(**facts)  # type: ignore[arg-type] # see `facts_of`.
            case ReservationState.NO_SHOW:
                return happenings.ReservationNoShow(**facts)  # type: ignore[arg-type]
            case ReservationState.CHECKED_IN if before not in OVER:
                return happenings.ReservationCheckedIn(**facts)  # type: ignore[arg-type]
            case ReservationState.CHECKED_OUT:
                return happenings.ReservationCheckedOut(**facts)  # type: ignore[arg-type]
            case ReservationState.CONFIRMED if before in OVER:
                return happenings.ReservationReinstated(**facts)  # type: ignore[arg-type]
    return happenings.ReservationModified(**facts, what=tuple(what))  # type: ignore[arg-type]
