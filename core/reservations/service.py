"""Reservations: booked whole or not at all, cancelled, and their guests coming, staying away and leaving.

Every verb works as those of stays do, which it is made of: load and judge, the nights, the stays' rows, the feeds, the
events; the reservation's own revision comes last, once for all of its stays (`following`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from core.channels.models import Channel
from core.clock import business_day
from core.conflicts import cases, follow_ups
from core.db.work import UnitOfWork
from core.events.service import By
from core.platforms.registry import PLATFORMS
from core.properties.models import Property
from core.rates.views import Guests
from core.reservations import commands, errors, following, opening, placing, rules
from core.reservations.models import Reservation
from core.reservations.noshow import report_by
from core.reservations.quoting import PricedBy
from core.reservations.states import OVER, ReservationState, Source
from core.stays import cancelling, chains, holding, leaving, splitting
from core.stays import service as stays
from core.stays.asked import is_in
from core.stays.commands import CheckIn, CheckOut, SplitStay, UnblockRoom
from core.stays.errors import NightsLeft
from core.stays.models import Stay
from core.stays.reasons import StayState
from core.stays.telling import Change

_STANDING = (StayState.HOLDING, StayState.CONTESTED)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a verb did: the reservation as it is now, and what happened to its stays."""

    reservation: Reservation
    changes: tuple[Change, ...] = ()
    new: bool = True
    """Of a booking: whether it was not known yet."""
    priced_by: tuple[PricedBy, ...] = ()
    """Of the rooms that were booked or added, in their order."""
    report_by: datetime | None = None
    """Of guests who did not come: until when their platform wants to know, or its commission is due."""

    @property
    def contested(self) -> bool:
        """Whether one of its rooms is somebody else's, too: then the whole of it waits for a decision (R31)."""
        return any(change.stay.state == StayState.CONTESTED for change in self.changes)


def book(work: UnitOfWork, order: commands.BookReservation, by: By) -> Outcome:
    """Book rooms for a guest, all of them or nothing; the same booking of a source again changes nothing.

    What a platform sold is stored whatever the house has: what does not fit is contested, never dropped. What the house
    sells itself costs what its rates say, where no price is given and all nights have one. Raises `DoesNotFit` with
    what is free instead, `UnknownSource`, and what `placing.looked_at` raises.
    """
    place = work.session.get(Property, order.property_id)
    if place is None:
        raise errors.NoSuchReservation(property_id=order.property_id)
    rules.must_be_known(order.source, PLATFORMS)
    known = opening.known_as(work, place.id, order.source, order.reference)
    if known is not None:
        return Outcome(work.session.get_one(Reservation, known), new=False)
    insist = order.insist or order.source not in set(Source)
    currency = order.currency or place.currency
    today = business_day(work.now, place.timezone)
    # Who sleeps in which of several rooms nobody has said.
    guests = Guests(order.adults, order.children or 0) if len(order.rooms) == 1 else placing.USUAL
    places = placing.looked_at(work, place, order.rooms, currency, today, guests=guests, insist=insist)
    placing.lock(work, places, today)
    with placing.all_or_nothing(work, place):
        opened = opening.open_one(work, place, _opening(work, order), tuple(each.part for each in places), by.person_id)
        reservation = work.session.get_one(Reservation, opened.reservation_id)
        if not opened.new:
            # Somebody else was told the same at the same time.
            return Outcome(reservation, new=False)
        with following.gathered(work, reservation.id):
            changes = placing.settle_in(work, reservation, places, today, by, insist=insist)
            following.booked(work, reservation.id, [change.stay for change in changes], by)
    return Outcome(reservation, tuple(changes), priced_by=tuple(each.priced_by for each in places))


def cancel(work: UnitOfWork, order: commands.CancelReservation, by: By) -> Outcome:
    """Give up what is left of a reservation; what its channel still sells waits to be dropped there (R24).

    Raises `NoSuchReservation`, `ReservationChanged`, `ReservationOver`, `GuestsAreIn` or `NightsLeft`.
    """
    reservation, parts, today = taken_up(work, order.reservation_id, order.revision)
    if any(is_in(stay) for stay in parts):
        raise errors.GuestsAreIn(reservation_id=reservation.id)
    left = [stay for stay in parts if stay.state != StayState.RELEASED and stay.departure > today]
    if not left:
        raise NightsLeft(reservation_id=reservation.id)
    changes: list[Change] = []
    with following.gathered(work, reservation.id):
        for stay in left:
            change = _give_up(work, stay, by)
            changes += [change] if change is not None else []
    following.follow(work, reservation.id, by, said=ReservationState.CANCELLED)
    reservation.cancel_reason = order.reason
    return Outcome(reservation, tuple(changes))


def check_in(work: UnitOfWork, order: commands.CheckInReservation, by: By) -> Outcome:
    """The guests are in the house: of the given stays, or of all that begin by today and nobody has come for yet.

    Raises `NobodyToCheckIn`, and for each stay what `stays.check_in` raises (`StillContested` …): all come or none.
    """
    reservation, parts, today = taken_up(work, order.reservation_id, order.revision)
    chosen = _chosen(reservation, parts, order.stays)
    if not order.stays:
        chosen = [stay for stay in chosen if _is_expected(stay) and stay.arrival <= today < stay.departure]
    if not chosen:
        raise errors.NobodyToCheckIn(reservation_id=reservation.id)
    with following.gathered(work, reservation.id):
        changes = [stays.check_in(work, CheckIn(stay.id, stay.revision), by) for stay in chosen]
    following.follow(work, reservation.id, by)
    return Outcome(reservation, tuple(changes))


def check_out(work: UnitOfWork, order: commands.CheckOutReservation, by: By) -> Outcome:
    """The guests have left: of the given stays, or of all who are in the house; nights that are left are given back.

    Raises `NobodyIsIn`, or `NotIn` for a given stay.
    """
    reservation, parts, _ = taken_up(work, order.reservation_id, order.revision)
    chosen = _chosen(reservation, parts, order.stays)
    if not order.stays:
        chosen = [stay for stay in chosen if is_in(stay)]
    if not chosen:
        raise errors.NobodyIsIn(reservation_id=reservation.id)
    with following.gathered(work, reservation.id):
        changes = [
            leaving.check_out(work, CheckOut(stay.id, stay.revision), by)
            for stay in sorted(chosen, key=lambda one: one.arrival)
        ]
    following.follow(work, reservation.id, by)
    return Outcome(reservation, tuple(changes))


def no_show(work: UnitOfWork, order: commands.ReportNoShow, by: By) -> Outcome:
    """The guests did not come: the nights that are left are free again, whatever their channel still shows (R9).

    The answer says until when the platform wants to know of it. Raises `TooEarlyForNoShow`, `ReservationOver` or
    `NobodyToCheckIn`, when all who were to come are in.
    """
    reservation, parts, today = taken_up(work, order.reservation_id, order.revision)
    expected = [stay for stay in parts if _is_expected(stay)]
    if not expected:
        raise errors.NobodyToCheckIn(reservation_id=reservation.id)
    begun = [stay for stay in expected if stay.arrival <= today]
    if not begun:
        raise errors.TooEarlyForNoShow(reservation_id=reservation.id, arrival=min(s.arrival for s in expected))
    changes: list[Change] = []
    with following.gathered(work, reservation.id):
        for stay in begun:
            later = [part for part in chains.after(work, stay) if part not in begun]
            changes += [leaving.no_show(work, part, by, went_on=part is not stay) for part in (stay, *later)]
    following.follow(work, reservation.id, by, said=ReservationState.NO_SHOW)
    place = work.session.get_one(Property, reservation.property_id)
    first = min(stay.arrival for stay in begun)
    return Outcome(reservation, tuple(changes), report_by=report_by(reservation.source, first, place.timezone))


def split(work: UnitOfWork, order: commands.SplitReservedStay, by: By) -> Outcome:
    """Let the guest of one stay change the room: two stays that follow each other and hold what the one has held.

    Raises `NotOfReservation`, and what `stays.splitting.split` raises (`NightTaken`, `CannotDivide` …).
    """
    reservation, parts, _ = taken_up(work, order.reservation_id, order.revision)
    [stay] = _chosen(reservation, parts, [order.stay_id])
    changes = splitting.split(work, SplitStay(stay.id, stay.revision, order.night, order.to_room_id), by)
    return Outcome(reservation, changes)


def taken_up(work: UnitOfWork, reservation_id: int, revision: int) -> tuple[Reservation, list[Stay], date]:
    """A reservation as it was decided upon, its stays, and the business day; nothing is locked yet.

    Raises `NoSuchReservation`, `ReservationChanged` or `ReservationOver`. The nights' locks come first, in every verb;
    what somebody changes before we have them is seen by the revisions of the rows.
    """
    reservation = work.session.get(Reservation, reservation_id, populate_existing=True)
    if reservation is None:
        raise errors.NoSuchReservation(reservation_id=reservation_id)
    if reservation.revision != revision:
        raise errors.ReservationChanged(reservation_id=reservation_id)
    if reservation.state in (*OVER, ReservationState.CHECKED_OUT):
        raise errors.ReservationOver(reservation_id=reservation_id, state=str(reservation.state))
    place = work.session.get_one(Property, reservation.property_id)
    return reservation, following.stays_of(work, reservation_id), business_day(work.now, place.timezone)


def _opening(work: UnitOfWork, order: commands.BookReservation) -> opening.Opening:
    channel_id = order.channel_id
    if channel_id is None and order.source in PLATFORMS:
        here = select(Channel.id).where(Channel.property_id == order.property_id, Channel.platform == order.source)
        channel_id = work.session.scalar(here)
    return opening.Opening(
        order.source, order.reference, channel_id, order.guest.name, order.guest.phone, order.guest.email,
        order.adults, order.children, order.currency, order.note,
    )  # fmt: skip


def _give_up(work: UnitOfWork, stay: Stay, by: By) -> Change | None:
    """Release what is left of a stay. One that lost its room and waits for its channel waits on."""
    if stay.state != StayState.SHADOWED:
        return stays.unblock(work, UnblockRoom(stay.id, stay.revision), by)
    if cancelling.is_still_sold(work, stay):
        return None
    # A guest of the house's own who had no room: nobody needs to find one any more.
    holding.stand_again(work, stay)
    follow_ups.close_all(work, stay, follow_ups.UNDONE, by)
    work.session.flush()
    change = stays.unblock(work, UnblockRoom(stay.id, stay.revision), by)
    cases.review(work, [stay.room_id], by)
    return change


def _chosen(reservation: Reservation, parts: Sequence[Stay], stay_ids: Sequence[int]) -> list[Stay]:
    """The stays that are meant; all where none is named. Raises `NotOfReservation`."""
    known = {stay.id: stay for stay in parts}
    for stay_id in stay_ids:
        if stay_id not in known:
            raise errors.NotOfReservation(reservation_id=reservation.id, stay_id=stay_id)
    return [known[stay_id] for stay_id in dict.fromkeys(stay_ids)] if stay_ids else list(parts)


def _is_expected(stay: Stay) -> bool:
    """Whether somebody is still to come for it, with a room or without (R20)."""
    return stay.state != StayState.RELEASED and stay.checked_in_at is None
