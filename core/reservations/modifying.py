"""Changing a reservation: its rooms, nights, guests and prices, all of it or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.conflicts import cases
from core.db.work import UnitOfWork
from core.events.service import By
from core.feeds import service as feeds
from core.inventory import service as inventory
from core.inventory.rows import NightTaken, TypeOversold
from core.properties.models import Property, Room
from core.reservations import commands, errors, following, placing, pricing, rules
from core.reservations.models import Reservation
from core.reservations.service import Outcome, taken_up
from core.reservations.states import Source
from core.stays import events as happenings
from core.stays import holding
from core.stays import rules as stay_rules
from core.stays import service as stays
from core.stays.commands import UnblockRoom
from core.stays.errors import AlreadyEnded, AlreadyIn, InThePast, NoSuchRoom, WaitsForChannel
from core.stays.models import Stay
from core.stays.reasons import StayState
from core.stays.telling import Change, happening_of, told
from core.values.nights import Nights


def modify(work: UnitOfWork, order: commands.ModifyReservation, by: By) -> Outcome:
    """Change a reservation as `order` says; what it does not name stays as it is.

    All old nights are given up before any new ones are taken, so that stays may change places. What a platform sold is
    never refused: it waits where it does not fit. Raises `NoSuchReservation`, `ReservationChanged`, `ReservationOver`,
    `NotOfReservation`, `DoesNotFit`, and what judging the new rooms raises.
    """
    reservation, parts, today = taken_up(work, order.reservation_id, order.revision)
    place = work.session.get_one(Property, reservation.property_id)
    insist = reservation.source not in set(Source)
    added = placing.looked_at(work, place, order.add, reservation.currency, today, insist=insist) if order.add else []
    wanted = [_judged(work, reservation, parts, change, today) for change in order.stays]
    dropped = [_of(reservation, parts, stay_id) for stay_id in order.drop]
    _lock(work, wanted, added, dropped, today)
    with placing.all_or_nothing(work, place), following.gathered(work, reservation.id):
        changes = [stays.unblock(work, UnblockRoom(stay.id, stay.revision), by) for stay in dropped]
        changes += _rearranged(work, wanted, today, by, insist=insist)
        changes += placing.settle_in(work, reservation, added, today, by, insist=insist)
        for one, asked in zip(wanted, order.stays, strict=True):
            _describe(work, reservation, one, asked)
        also = _rename(work, reservation, parts, order)
    following.follow(work, reservation.id, by, also)
    return Outcome(reservation, tuple(changes), priced_by=tuple(each.priced_by for each in added))


@dataclass(slots=True)
class _Wanted:
    """A stay, where it is to be, and what it has given up for it."""

    stay: Stay
    had: Nights
    before: Room
    room: Room
    nights: Nights
    prices: tuple[tuple[date, Decimal], ...] | None
    opened: dict[int, list[date]]

    @property
    def moves(self) -> bool:
        """Whether its room or its nights are others."""
        return self.room.id != self.before.id or self.nights != self.had


def _judged(
    work: UnitOfWork, reservation: Reservation, parts: Sequence[Stay], change: commands.StayChange, today: date
) -> _Wanted:
    stay = _of(reservation, parts, change.stay_id)
    if stay.state == StayState.RELEASED:
        raise AlreadyEnded(stay_id=stay.id)
    before = holding.room_of(work, stay.room_id, removed=True)
    room = before if change.room_id is None else holding.room_of(work, change.room_id)
    if room.property_id != stay.property_id:
        raise NoSuchRoom(room_id=change.room_id)
    nights = change.nights or stay.nights
    if nights != stay.nights or room.id != before.id:
        if stay.state == StayState.SHADOWED:
            raise WaitsForChannel(stay_id=stay.id)
        _may_have(stay, nights, today)
    prices = None if change.prices is None else rules.priced(nights, change.prices, reservation.currency)
    return _Wanted(stay, stay.nights, before, room, nights, prices, {})


def _may_have(stay: Stay, nights: Nights, today: date) -> None:
    """Raise where the new nights make no sense: those that are over were spent, and who is in has come."""
    if nights.arrival != stay.arrival:
        if stay.checked_in_at is not None:
            raise AlreadyIn(stay_id=stay.id, at=stay.checked_in_at)
        if min(nights.arrival, stay.arrival) < today:
            raise InThePast(arrival=min(nights.arrival, stay.arrival), today=today)
    if nights.departure < today or (nights.departure != stay.departure and stay.departure < today):
        raise InThePast(arrival=min(nights.departure, stay.departure), today=today)
    stay_rules.may_last(nights, today)


def _lock(
    work: UnitOfWork, wanted: Sequence[_Wanted], added: Sequence[placing.Place], dropped: Sequence[Stay], today: date
) -> None:
    """Lock every day that is given up or taken, in one go and in order."""
    cells = {(place.type_id, night) for place in added for night in place.nights if night >= today}
    for one in wanted:
        kinds = {one.before.type_id, one.room.type_id}
        cells |= {(kind, night) for kind in kinds for night in (*one.had, *one.nights) if night >= today}
    for stay in dropped:
        kind = holding.room_of(work, stay.room_id, removed=True).type_id
        cells |= {(kind, night) for night in stay.nights if night >= today}
    inventory.lock(work, cells)
    for stay in [*(one.stay for one in wanted), *dropped]:
        holding.lock(work, stay, ())


def _rearranged(work: UnitOfWork, wanted: Sequence[_Wanted], today: date, by: By, *, insist: bool) -> list[Change]:
    moving = [one for one in wanted if one.moves]
    for one in moving:
        _leave(work, one, today)
    work.session.flush()
    for which, one in enumerate(moving):
        _enter(work, one, today, which=which, insist=insist)
    work.session.flush()
    changes = []
    for one in moving:
        holding.settle(work, one.opened)
        holding.open_late(work, one.stay, one.opened)
        happening = happening_of(
            happenings.StayChanged, work, one.stay, one.room, before_arrival=one.had.arrival,
            before_departure=one.had.departure, before_room=one.before.name, before_room_id=one.before.id,
            opened=holding.as_facts(one.opened), contested=one.stay.state == StayState.CONTESTED,
        )  # fmt: skip
        changes.append(told(work, one.stay, one.room, happening, by, one.nights))
        cases.review(work, [one.before.id], by)
    return changes


def _leave(work: UnitOfWork, one: _Wanted, today: date) -> None:
    """Give up what the stay has and does not need any more, and wait for nothing for now."""
    stay = one.stay
    to_come = [night for night in one.had if night >= today]
    if stay.state == StayState.CONTESTED:
        lacks = [night for night in holding.lacking(work, stay, one.had) if night >= today]
        inventory.contest(work, one.before.type_id, lacks, -1)
    stays_here = one.room.id == one.before.id
    leaving = [night for night in to_come if not (stays_here and night in one.nights)]
    one.opened = inventory.release(work, stay, leaving)
    stay.room_id, stay.arrival, stay.departure = one.room.id, one.nights.arrival, one.nights.departure
    if not stays_here:
        # Somebody chose this room; it is the type that was sold only while it is of that type.
        stay.assigned = True
        stay.type_id = stay.type_id if stay.type_id == one.room.type_id else None
    stay.state = StayState.HOLDING
    holding.touch(work, stay)


def _enter(work: UnitOfWork, one: _Wanted, today: date, *, which: int, insist: bool) -> None:
    """Take the nights that are new, or wait for them; what it still holds of the old ones it keeps."""
    stay = one.stay
    lacks = [night for night in holding.lacking(work, stay, one.nights) if night >= today]
    if not lacks:
        return
    if insist:
        holding.claim(work, stay, one.room, lacks)
        return
    try:
        inventory.take(work, stay, one.room, lacks)
    except (NightTaken, TypeOversold) as error:
        raise placing.refused(which, one.room.id, one.room.type_id, one.nights, error) from error
    feeds.close(work, one.room.id, lacks, stay.id)


def _describe(work: UnitOfWork, reservation: Reservation, one: _Wanted, asked: commands.StayChange) -> None:
    """Write prices and the name of who sleeps there."""
    if one.prices is not None:
        pricing.write(work, one.stay, one.prices, reservation.currency)
        holding.touch(work, one.stay)
    if asked.guest is not None:
        one.stay.guest = asked.guest


def _rename(
    work: UnitOfWork, reservation: Reservation, parts: Sequence[Stay], order: commands.ModifyReservation
) -> list[str]:
    """Write who comes, how many, and what is to be known of them; what of it no revision shows."""
    following.locked(work, reservation.id)
    if order.adults is not None:
        reservation.adults = order.adults
    if order.children is not None:
        reservation.children = order.children
    also = []
    if order.note is not None and order.note != reservation.note:
        reservation.note = order.note
        also.append("note")
    known = commands.Guest(reservation.booker, reservation.phone, reservation.email)
    if order.guest is not None and order.guest != known:
        for stay in parts:
            if stay.guest in (None, reservation.booker):
                stay.guest = order.guest.name
            stay.phone = order.guest.phone
        reservation.booker, reservation.phone = order.guest.name, order.guest.phone
        reservation.email = order.guest.email
        also.append("guest")
    work.session.flush()
    return also


def _of(reservation: Reservation, parts: Sequence[Stay], stay_id: int) -> Stay:
    for stay in parts:
        if stay.id == stay_id:
            return stay
    raise errors.NotOfReservation(reservation_id=reservation.id, stay_id=stay_id)
