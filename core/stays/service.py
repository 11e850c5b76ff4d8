"""Stays: the verbs of the front desk.

Every verb works in the same order: load and judge, then the nights (`inventory`, which locks), then the stay's row
(whose revision is the second guard), then the feeds' versions, then the event. Callers wrap a verb in a savepoint when
they want to go on after a refusal.
"""

import secrets
from collections.abc import Collection
from datetime import date

from core.conflicts import cases, follow_ups
from core.db.work import UnitOfWork
from core.events.service import By
from core.feeds import service as feeds
from core.inventory import service as inventory
from core.properties.models import Room
from core.reservations import following, opening
from core.stays import cancelling, chains, commands, errors, holding, rules
from core.stays import events as happenings
from core.stays.models import Stay
from core.stays.reasons import Reason, StayState
from core.stays.storing import store
from core.stays.telling import Change, happening_of, recorded, told
from core.values.nights import Nights

UID_BYTES = 10


def block(work: UnitOfWork, order: commands.BlockRoom, by: By) -> Change:
    """Hold `order.nights` of one room for a reason other than a reservation.

    Out of order (maintenance) is a fact: it takes the nights whoever holds them, and the displaced stays become
    contested (R23). `order.insist` holds what is free and waits for the rest, as a case. Raises `NightTaken` (with the
    holder of the first taken night) and what `rules.may_hold` raises.
    """
    room = holding.room_of(work, order.room_id)
    rules.may_hold(order.nights, holding.today_at(work, room))
    uid = secrets.token_hex(UID_BYTES)
    reservation_id = opening.of_guest(work, room, order, uid, by.person_id) if order.reason.sells else None
    stay = Stay(
        uid=uid, property_id=room.property_id, room_id=room.id, reservation_id=reservation_id,
        arrival=order.nights.arrival, departure=order.nights.departure, reason=order.reason, state=StayState.HOLDING,
        guest=order.guest, phone=order.phone, price=order.price, currency=order.currency, note=order.note,
        made_by=by.person_id, made_at=work.now, changed_at=work.now,
    )  # fmt: skip
    store(work, stay)
    displaced: list[Stay] = []
    nights = list(order.nights)
    if order.reason is Reason.MAINTENANCE:
        displaced = holding.seize(work, stay, room, nights)
    elif order.insist:
        holding.claim(work, stay, room, nights)
    else:
        inventory.take(work, stay, room, nights)
    happening = happening_of(
        happenings.RoomBlocked, work, stay, room,
        reason=order.reason, displaced=tuple(s.id for s in displaced), reservation=reservation_id,
    )  # fmt: skip
    with following.gathered(work, reservation_id):
        # What has just been opened says what is booked already.
        return told(work, stay, room, happening, by, order.nights, tuple(displaced))


def unblock(work: UnitOfWork, order: commands.UnblockRoom, by: By, *, at_once: bool = False) -> Change:
    """Give up a stay's nights: all that are left, or those of `order.nights` at an end of it.

    The feeds open when the undo time is over, unless `at_once` (R4). A booking that its channel still sells is only
    cancelled here: nothing opens before the channel drops it (R24).
    """
    stay = holding.stay_of(work, order.stay_id, order.revision)
    room = holding.room_of(work, stay.room_id, removed=True)
    before = stay.nights
    kept, given_up = rules.what_remains(before, order.nights, holding.today_at(work, room), stay.id)
    if kept is None and cancelling.is_still_sold(work, stay):
        return cancelling.cancel_here(work, stay, room, by)
    opened = holding.give_up(work, stay, kept, given_up, at_once=at_once)
    happening = happening_of(
        happenings.RoomUnblocked, work, stay, room,
        before_arrival=before.arrival, before_departure=before.departure, opened=holding.as_facts(opened),
    )  # fmt: skip
    return told(work, stay, room, happening, by, given_up)


def extend(work: UnitOfWork, order: commands.ExtendStay, by: By) -> Change:
    """Let a stay end later in its room. Raises `NightTaken` when somebody holds one of the added nights.

    Out of order is a fact when it lasts longer, too: it displaces whoever holds the nights (R23).
    """
    stay = holding.stay_of(work, order.stay_id, order.revision)
    room = holding.room_of(work, stay.room_id)
    if order.departure <= stay.departure:
        raise errors.NothingToChange(stay_id=stay.id)
    today = holding.today_at(work, room)
    added = Nights(stay.departure, order.departure)
    if added.arrival < today:
        raise errors.NightsLeft(stay_id=stay.id)
    rules.may_last(Nights(stay.arrival, order.departure), today)
    before = stay.departure
    holding.lock(work, stay, ((room.type_id, night) for night in added))
    displaced: list[Stay] = []
    if stay.reason == Reason.MAINTENANCE:
        displaced = holding.seize(work, stay, room, list(added))
    else:
        inventory.take(work, stay, room, list(added))
    stay.departure, stay.changed_at = order.departure, work.now
    feeds.close(work, room.id, list(added), stay.id)
    happening = happening_of(
        happenings.StayExtended, work, stay, room,
        before_departure=before, displaced=tuple(s.id for s in displaced),
    )  # fmt: skip
    return told(work, stay, room, happening, by, added, tuple(displaced))


def shorten(work: UnitOfWork, order: commands.ShortenStay, by: By, *, at_once: bool = False) -> Change:
    """Let a stay end earlier; nights that are over stay with it."""
    stay = holding.stay_of(work, order.stay_id, order.revision)
    room = holding.room_of(work, stay.room_id)
    if order.departure >= stay.departure or order.departure <= stay.arrival:
        raise errors.NothingToChange(stay_id=stay.id)
    if order.departure < holding.today_at(work, room):
        raise errors.InThePast(arrival=order.departure, today=holding.today_at(work, room))
    before, given_up = stay.departure, Nights(order.departure, stay.departure)
    opened = holding.give_up(work, stay, Nights(stay.arrival, order.departure), given_up, at_once=at_once)
    happening = happening_of(
        happenings.StayShortened, work, stay, room, before_departure=before, opened=holding.as_facts(opened)
    )
    return told(work, stay, room, happening, by, given_up)


def move(work: UnitOfWork, order: commands.MoveStay, by: By, *, at_once: bool = False, reviewed: bool = True) -> Change:
    """Put a stay's remaining nights into another room; nights that are over stay where they were spent.

    One that had lost its room has one again, and nothing is left to be done about it. Unless `reviewed`, the caller
    reviews the cases of the rooms.
    """
    stay = holding.stay_of(work, order.stay_id, order.revision, lost=True)
    room, to = holding.room_of(work, stay.room_id, removed=True), holding.room_of(work, order.to_room_id)
    if to.id == room.id:
        raise errors.NothingToChange(stay_id=stay.id)
    today = holding.today_at(work, to)
    if stay.departure <= today:
        raise errors.NightsLeft(stay_id=stay.id)
    left = Nights(max(stay.arrival, today), stay.departure)
    waits = holding.lacking(work, stay, left) if stay.state == StayState.CONTESTED else []
    holding.lock(work, stay, [(kind, night) for kind in (room.type_id, to.type_id) for night in left])
    inventory.contest(work, room.type_id, waits, -1)
    opened = inventory.move(work, stay, to, list(left))
    if stay.state == StayState.SHADOWED:
        follow_ups.close_all(work, stay, follow_ups.UNDONE, by)
    stay.room_id, stay.state, stay.changed_at = to.id, StayState.HOLDING, work.now
    # Whom a person puts somewhere stays there; what follows from a decision about others is no choice of the room.
    stay.assigned = stay.assigned or (reviewed and by.person_id is not None)
    holding.settle(work, opened)
    feeds.close(work, to.id, list(left), stay.id)
    if not at_once:
        holding.open_late(work, stay, opened)
    happening = happening_of(
        happenings.StayMoved, work, stay, to, before_room=room.name, before_room_id=room.id
    )  # fmt: skip
    tell = told if reviewed else recorded
    return tell(work, stay, to, happening, by, left)


def put_back(work: UnitOfWork, stay: Stay, to: Room, by: By) -> Change:
    """Bring a stay's remaining nights back into a room, where it waits for those that are taken by now (R25).

    What it leaves opens at once: it was closed by what is taken back. The cases are for the caller to review.
    """
    room = holding.room_of(work, stay.room_id, removed=True)
    left = Nights(max(stay.arrival, holding.today_at(work, to)), stay.departure)
    waits = holding.lacking(work, stay, left) if stay.state == StayState.CONTESTED else []
    holding.lock(work, stay, [(kind, night) for kind in (room.type_id, to.type_id) for night in left])
    inventory.contest(work, room.type_id, waits, -1)
    opened = inventory.release(work, stay, list(left))
    stay.room_id, stay.state, stay.changed_at = to.id, StayState.HOLDING, work.now
    holding.claim(work, stay, to, left)
    holding.settle(work, opened)
    feeds.close(work, to.id, list(left), stay.id)
    happening = happening_of(happenings.StayMoved, work, stay, to, before_room=room.name, before_room_id=room.id)
    return recorded(work, stay, to, happening, by, left)


def check_in(work: UnitOfWork, order: commands.CheckIn, by: By) -> Change:
    """The guest of a stay is in the house: from now on no feed and no decision moves or ends it (R12, R23).

    Raises `StillContested` (R21), `NoGuest`, `NotYet`, `NightsLeft` or `AlreadyIn`.
    """
    stay = holding.stay_of(work, order.stay_id, order.revision)
    room = holding.room_of(work, stay.room_id, removed=True)
    today = holding.today_at(work, room)
    if stay.checked_in_at is not None:
        raise errors.AlreadyIn(stay_id=stay.id, at=stay.checked_in_at)
    if not Reason(stay.reason).sells and stay.guest is None:
        raise errors.NoGuest(stay_id=stay.id)
    if stay.arrival > today:
        raise errors.NotYet(stay_id=stay.id, arrival=stay.arrival)
    if stay.departure <= today:
        raise errors.NightsLeft(stay_id=stay.id)
    holding.lock(work, stay, [(room.type_id, night) for night in Nights(today, stay.departure)])
    if holding.state_of(work, stay) == StayState.CONTESTED:
        raise errors.StillContested(stay_id=stay.id, conflict_id=cases.of_stay(work.session, stay.id))
    stay.checked_in_at = stay.changed_at = work.now
    for part in chains.after(work, stay):
        # Who is to change the room is in the house all the same.
        part.checked_in_at = part.changed_at = work.now
    happening = happening_of(happenings.GuestCheckedIn, work, stay, room)
    return told(work, stay, room, happening, by, stay.nights)


def restore(work: UnitOfWork, stay: Stay, nights: Nights, gave_up: Collection[date], by: By) -> Change:
    """Give a stay back `nights` in its room, those it does not hold any more. Raises `NightTaken`.

    `gave_up` are the nights it held before; for others, which it had lost to a fact, it waits again when they are
    still taken.
    """
    room = holding.room_of(work, stay.room_id)
    before, released = stay.nights, stay.state == StayState.RELEASED
    lacking = holding.lacking(work, stay, nights)
    holding.lock(work, stay, ((room.type_id, night) for night in lacking))
    free = inventory.free_of(work, room.id, lacking, stay)
    waiting = [night for night in lacking if night not in free]
    if must := [night for night in waiting if night in gave_up]:
        inventory.refuse_taken(work, room, must, stay)
    if free:
        inventory.take(work, stay, room, free)
        feeds.close(work, room.id, free, stay.id)
    inventory.contest(work, room.type_id, [night for night in waiting if released or night not in before], 1)
    stay.arrival, stay.departure = nights.arrival, nights.departure
    stay.state, stay.changed_at = holding.state_of(work, stay), work.now
    if released or nights.arrival != before.arrival:
        happening = happening_of(happenings.RoomBlocked, work, stay, room, reason=stay.reason)
        return told(work, stay, room, happening, by, nights)
    longer = happening_of(happenings.StayExtended, work, stay, room, before_departure=before.departure)
    return told(work, stay, room, longer, by, Nights(before.departure, nights.departure))
