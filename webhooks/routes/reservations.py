"""Reservations: booked, changed, cancelled, and their guests coming and going."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from core.db.work import UnitOfWork
from core.properties.errors import NoSuchProperty, WrongValue
from core.properties.models import Property
from core.reservations import commands, queries, service
from core.reservations.erasing import erase
from core.reservations.errors import NoSuchReservation
from core.reservations.models import Reservation
from core.reservations.modifying import modify
from core.reservations.queries import Wanted
from core.reservations.service import Outcome
from core.reservations.views import ReservationView
from core.stays.models import Stay
from core.values.contact import NotAPhone, e164, region_of
from core.values.nights import Nights
from webhooks.api.caller import Act, Calling
from webhooks.api.described import needing
from webhooks.api.idempotency import Once
from webhooks.api.paging import Page, Paging
from webhooks.deps import Stored
from webhooks.schemas.base import Day, Key, Line
from webhooks.schemas.reservation_orders import (
    CancelOrder,
    GuestOrder,
    ReservationChange,
    ReservationOrder,
    RoomOrder,
    SeenOrder,
    SplitOrder,
    StayOrder,
    StaysOrder,
)
from webhooks.schemas.reservations import ReservationAnswer, ReservationDone, Status, WholeReservation

router = APIRouter(prefix="/api", tags=["reservations"])
_CHANGING = needing(Act.CHANGE_RESERVATIONS, also=(404, 409))


def wanted(
    status: Annotated[Status | None, Query(description="Only those that stand so.")] = None,
    source: Annotated[str | None, Query(max_length=20, pattern=r"^[a-z][a-z0-9_]*$")] = None,
    since: Annotated[Day | None, Query(description="Only those that end after this day.")] = None,
    until: Annotated[Day | None, Query(description="Only those that begin on this day or before.")] = None,
    guest: Annotated[Line | None, Query(max_length=60, description="A name, a code, a reference or a number.")] = None,
) -> Wanted:
    """Which reservations a list is to show."""
    return Wanted(since, until, status.state if status else None, source, guest)


@router.get("/reservations", operation_id="list_reservations", **needing(Act.READ_RESERVATIONS, also=(404,)))
def list_reservations(
    caller: Calling,
    store: Stored,
    window: Paging,
    which: Annotated[Wanted, Depends(wanted)],
    property_id: Key | None = None,
) -> Page[ReservationAnswer]:
    """The reservations of one property, or of all that the caller knows of, by arrival."""
    ids = caller.properties(Act.READ_RESERVATIONS, property_id)
    after = (date.fromisoformat(str(window.at[0])), int(window.at[1])) if window.at else None
    with store.reading() as session:
        found = queries.found(session, ids, which, after, window.fetch)
    return window.page(found, lambda one: (one.arrival.isoformat(), one.reservation_id), ReservationAnswer.of)


@router.get(
    "/reservations/{reservation_id}", operation_id="get_reservation", **needing(Act.READ_RESERVATIONS, also=(404,))
)
def get_reservation(reservation_id: Key, caller: Calling, store: Stored) -> WholeReservation:
    """One reservation with its rooms, prices and revisions."""
    missing = NoSuchReservation(reservation_id=reservation_id)
    with store.reading() as session:
        caller.theirs(session.get(Reservation, reservation_id), Act.READ_RESERVATIONS, missing)
        return WholeReservation.of(_view(queries.one(session, reservation_id), reservation_id))


@router.post(
    "/reservations/create",
    operation_id="create_reservation",
    status_code=201,
    response_model=ReservationDone,
    **_CHANGING,
)
def create_reservation(order: ReservationOrder, caller: Calling, store: Stored, once: Once) -> Response:
    """Book rooms, all of them or none. Where one does not fit, 409 says which, and what is free instead."""

    def create(work: UnitOfWork) -> ReservationDone:
        caller.must(order.property_id, Act.CHANGE_RESERVATIONS)
        place = work.session.get(Property, order.property_id)
        if place is None:
            raise NoSuchProperty(property_id=order.property_id)
        return _done(work, service.book(work, _booking(order, place), caller.by))

    return once.answer(store, 201, create)


@router.patch("/reservations/{reservation_id}", operation_id="change_reservation", **_CHANGING)
def change_reservation(
    reservation_id: Key, order: ReservationChange, caller: Calling, store: Stored
) -> ReservationDone:
    """Change rooms, nights, prices or guests, all of it or nothing."""
    with store.unit_of_work() as work:
        row = _theirs(work, caller, reservation_id)
        place = work.session.get_one(Property, row.property_id)
        command = commands.ModifyReservation(
            reservation_id, order.revision or row.revision,
            tuple(_change(work, one) for one in order.stays), tuple(_room(one) for one in order.add), order.drop,
            _guest(order.guest, place) if order.guest is not None else None, order.adults, order.children, order.note,
        )  # fmt: skip
        return _done(work, modify(work, command, caller.by))


@router.post("/reservations/{reservation_id}/cancel", operation_id="cancel_reservation", **_CHANGING)
def cancel_reservation(
    reservation_id: Key, caller: Calling, store: Stored, order: CancelOrder | None = None
) -> ReservationDone:
    """Give up what is left of it. What its channel still sells stays closed until it is dropped there."""
    order = order or CancelOrder()
    with store.unit_of_work() as work:
        row = _theirs(work, caller, reservation_id)
        command = commands.CancelReservation(reservation_id, order.revision or row.revision, order.reason)
        return _done(work, service.cancel(work, command, caller.by))


@router.post("/reservations/{reservation_id}/check-in", operation_id="check_in_reservation", **_CHANGING)
def check_in_reservation(
    reservation_id: Key, caller: Calling, store: Stored, order: StaysOrder | None = None
) -> ReservationDone:
    """The guests are in the house: of the given rooms, or of all that begin by today."""
    order = order or StaysOrder()
    with store.unit_of_work() as work:
        row = _theirs(work, caller, reservation_id)
        command = commands.CheckInReservation(reservation_id, order.revision or row.revision, order.stays)
        return _done(work, service.check_in(work, command, caller.by))


@router.post("/reservations/{reservation_id}/check-out", operation_id="check_out_reservation", **_CHANGING)
def check_out_reservation(
    reservation_id: Key, caller: Calling, store: Stored, order: StaysOrder | None = None
) -> ReservationDone:
    """The guests have left; nights that are left are given back."""
    order = order or StaysOrder()
    with store.unit_of_work() as work:
        row = _theirs(work, caller, reservation_id)
        command = commands.CheckOutReservation(reservation_id, order.revision or row.revision, order.stays)
        return _done(work, service.check_out(work, command, caller.by))


@router.post("/reservations/{reservation_id}/no-show", operation_id="report_no_show", **_CHANGING)
def report_no_show(
    reservation_id: Key, caller: Calling, store: Stored, order: SeenOrder | None = None
) -> ReservationDone:
    """Nobody came: the nights that are left are free; the answer says until when the platform wants to know."""
    with store.unit_of_work() as work:
        row = _theirs(work, caller, reservation_id)
        revision = (order.revision if order is not None else None) or row.revision
        return _done(work, service.no_show(work, commands.ReportNoShow(reservation_id, revision), caller.by))


@router.post("/reservations/{reservation_id}/split", operation_id="split_reservation", **_CHANGING)
def split_reservation(reservation_id: Key, order: SplitOrder, caller: Calling, store: Stored) -> ReservationDone:
    """Let the guest of one room change to another one for the last nights."""
    with store.unit_of_work() as work:
        row = _theirs(work, caller, reservation_id)
        command = commands.SplitReservedStay(
            reservation_id, order.revision or row.revision, order.stay_id, order.night, order.listing_id
        )
        return _done(work, service.split(work, command, caller.by))


@router.post(
    "/reservations/{reservation_id}/erase-guest",
    operation_id="erase_guest",
    **needing(Act.ERASE_GUESTS, also=(404, 409)),
)
def erase_guest(reservation_id: Key, caller: Calling, store: Stored) -> WholeReservation:
    """Take the person out of the record for good: name, phone, e-mail, notes, and what the channel wrote."""
    missing = NoSuchReservation(reservation_id=reservation_id)
    with store.unit_of_work() as work:
        caller.theirs(work.session.get(Reservation, reservation_id), Act.ERASE_GUESTS, missing)
        erase(work, commands.EraseGuest(reservation_id), caller.by)
        work.session.flush()
        return WholeReservation.of(_view(queries.one(work.session, reservation_id), reservation_id))


def _booking(order: ReservationOrder, place: Property) -> commands.BookReservation:
    return commands.BookReservation(
        place.id, tuple(_room(one) for one in order.rooms), _guest(order.guest, place), order.source, order.reference,
        None, order.adults, order.children, order.currency, order.note,
    )  # fmt: skip


def _room(order: RoomOrder) -> commands.RoomWanted:
    if (order.listing_id is None) == (order.room_type_id is None):
        raise WrongValue(field="listing_id", why="one_of_listing_and_type")
    prices = {night: Decimal(cost) for night, cost in order.prices.items()}
    nights = Nights(order.arrival, order.departure)
    return commands.RoomWanted(nights, order.listing_id, order.room_type_id, prices, order.guest)


def _change(work: UnitOfWork, order: StayOrder) -> commands.StayChange:
    nights = None
    stay = work.session.get(Stay, order.stay_id)
    if stay is not None and (order.arrival is not None or order.departure is not None):
        nights = Nights(order.arrival or stay.arrival, order.departure or stay.departure)
    prices = None if order.prices is None else {night: Decimal(cost) for night, cost in order.prices.items()}
    return commands.StayChange(order.stay_id, nights, order.listing_id, prices, order.guest)


def _guest(order: GuestOrder, place: Property) -> commands.Guest:
    try:
        phone = e164(order.phone, region_of(place.timezone)) if order.phone else None
    except NotAPhone:
        raise WrongValue(field="phone", why="no_phone") from None
    return commands.Guest(order.name, phone, order.email)


def _theirs(work: UnitOfWork, caller: Calling, reservation_id: int) -> Reservation:
    missing = NoSuchReservation(reservation_id=reservation_id)
    return caller.theirs(work.session.get(Reservation, reservation_id), Act.CHANGE_RESERVATIONS, missing)


def _done(work: UnitOfWork, done: Outcome) -> ReservationDone:
    work.session.flush()
    number = done.reservation.id
    return ReservationDone.of(done, _view(queries.one(work.session, number), number))


def _view(found: ReservationView | None, reservation_id: int) -> ReservationView:
    if found is None:
        raise NoSuchReservation(reservation_id=reservation_id)
    return found
