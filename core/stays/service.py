"""Stays: the verbs of the front desk.

Every verb works in the same order: load and judge, then the nights (`inventory`, which locks), then the stay's row
(whose revision is the second guard), then the feeds' versions, then the event. Callers wrap a verb in a savepoint when
they want to go on after a refusal.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.clock import business_day
from core.db.work import UnitOfWork
from core.events import service as events
from core.events.service import By
from core.feeds import service as feeds
from core.inventory import service as inventory
from core.properties.models import Room
from core.stays import commands, errors, rules
from core.stays import events as happenings
from core.stays.models import Stay
from core.stays.reasons import Reason, StayState
from core.values.nights import Nights

UID_BYTES = 10


@dataclass(frozen=True, slots=True)
class Change:
    """What a verb did: the stay as it is now, the event that tells of it, and whom it displaced."""

    stay: Stay
    event_id: int
    room: Room
    nights: Nights
    """The nights the change is about: blocked, given up, added or moved."""
    versions: Mapping[int, int]
    """The feeds' versions that show it, by room."""
    displaced: tuple[Stay, ...] = ()


def block(work: UnitOfWork, order: commands.BlockRoom, by: By) -> Change:
    """Hold `order.nights` of one room for a reason other than a reservation.

    Out of order (maintenance) is a fact: it takes the nights whoever holds them, and the displaced stays become
    contested (R23). Raises `NightTaken` (with the holder of the first taken night) and what `rules.may_hold` raises.
    """
    room = _room(work, order.room_id)
    rules.may_hold(order.nights, _today(work, room))
    stay = Stay(
        uid=secrets.token_hex(UID_BYTES), property_id=room.property_id, room_id=room.id,
        arrival=order.nights.arrival, departure=order.nights.departure, reason=order.reason, state=StayState.HOLDING,
        guest=order.guest, phone=order.phone, price=order.price, currency=order.currency, note=order.note,
        made_by=by.person_id, made_at=work.now, changed_at=work.now,
    )  # fmt: skip
    displaced: list[Stay] = []
    nights = list(order.nights)
    if order.reason is Reason.MAINTENANCE:
        work.session.add(stay)
        work.session.flush()
        displaced = inventory.seize(work, stay, room, nights)
        for loser in displaced:
            loser.changed_at = work.now
    else:
        inventory.refuse_taken(work, room, nights)
        work.session.add(stay)
        work.session.flush()
        inventory.take(work, stay, room, nights)
    feeds.close(work, room.id, nights)
    happening = _happening(
        happenings.RoomBlocked,
        work,
        stay,
        room,
        reason=order.reason,
        displaced=tuple(s.id for s in displaced),
    )
    return _told(work, stay, room, happening, by, order.nights, tuple(displaced))


def unblock(work: UnitOfWork, order: commands.UnblockRoom, by: By, *, at_once: bool = False) -> Change:
    """Give up a stay's nights: all that are left, or those of `order.nights` at an end of it.

    The feeds open when the undo time is over, unless `at_once` (R4).
    """
    stay = _stay(work, order.stay_id, order.revision)
    room = _room(work, stay.room_id)
    before = stay.nights
    kept, given_up = rules.what_remains(before, order.nights, _today(work, room), stay.id)
    opened = _give_up(work, stay, given_up, at_once=at_once)
    if kept is None:
        stay.state = StayState.RELEASED
    else:
        stay.arrival, stay.departure = kept.arrival, kept.departure
    stay.changed_at = work.now
    happening = _happening(
        happenings.RoomUnblocked, work, stay, room,
        before_arrival=before.arrival, before_departure=before.departure,
        opened={str(room_id): [night.isoformat() for night in nights] for room_id, nights in opened.items()},
    )  # fmt: skip
    return _told(work, stay, room, happening, by, given_up)


def extend(work: UnitOfWork, order: commands.ExtendStay, by: By) -> Change:
    """Let a stay end later in its room. Raises `NightTaken` when somebody holds one of the added nights."""
    stay = _stay(work, order.stay_id, order.revision)
    room = _room(work, stay.room_id)
    if order.departure <= stay.departure:
        raise errors.NothingToChange(stay_id=stay.id)
    today = _today(work, room)
    added = Nights(stay.departure, order.departure)
    if added.arrival < today:
        raise errors.NightsLeft(stay_id=stay.id)
    rules.may_last(Nights(stay.arrival, order.departure), today)
    before = stay.departure
    inventory.take(work, stay, room, list(added))
    stay.departure, stay.changed_at = order.departure, work.now
    feeds.close(work, room.id, list(added))
    happening = _happening(happenings.StayExtended, work, stay, room, before_departure=before)
    return _told(work, stay, room, happening, by, added)


def shorten(work: UnitOfWork, order: commands.ShortenStay, by: By, *, at_once: bool = False) -> Change:
    """Let a stay end earlier; nights that are over stay with it."""
    stay = _stay(work, order.stay_id, order.revision)
    room = _room(work, stay.room_id)
    if order.departure >= stay.departure or order.departure <= stay.arrival:
        raise errors.NothingToChange(stay_id=stay.id)
    if order.departure < _today(work, room):
        raise errors.InThePast(arrival=order.departure, today=_today(work, room))
    before, given_up = stay.departure, Nights(order.departure, stay.departure)
    opened = _give_up(work, stay, given_up, at_once=at_once)
    stay.departure, stay.changed_at = order.departure, work.now
    happening = _happening(
        happenings.StayShortened, work, stay, room, before_departure=before
    )  # fmt: skip
    return _told(work, stay, room, happening, by, given_up)


def move(work: UnitOfWork, order: commands.MoveStay, by: By, *, at_once: bool = False) -> Change:
    """Put a stay's remaining nights into another room; nights that are over stay where they were spent."""
    stay = _stay(work, order.stay_id, order.revision)
    room, to = _room(work, stay.room_id, removed=True), _room(work, order.to_room_id)
    if to.id == room.id:
        raise errors.NothingToChange(stay_id=stay.id)
    today = _today(work, to)
    if stay.departure <= today:
        raise errors.NightsLeft(stay_id=stay.id)
    left = Nights(max(stay.arrival, today), stay.departure)
    lacking = _lacking(work, stay, left)
    inventory.lock(
        work, [(room.type_id, night) for night in lacking] + [(to.type_id, night) for night in left]
    )
    inventory.contest(work, room.type_id, lacking, -1)
    opened = inventory.move(work, stay, to, list(left))
    stay.room_id, stay.state, stay.changed_at = to.id, StayState.HOLDING, work.now
    _settle(work, opened)
    feeds.close(work, to.id, list(left))
    if not at_once:
        _open_late(work, stay, opened)
    happening = _happening(
        happenings.StayMoved, work, stay, to, before_room=room.name, before_room_id=room.id
    )  # fmt: skip
    return _told(work, stay, to, happening, by, left)


def restore(work: UnitOfWork, stay: Stay, nights: Nights, by: By) -> Change:
    """Give a stay back `nights` in its room, those it does not hold any more. Raises `NightTaken`."""
    room = _room(work, stay.room_id)
    lacking = _lacking(work, stay, nights)
    if lacking:
        inventory.take(work, stay, room, lacking)
        feeds.close(work, room.id, lacking)
    stay.arrival, stay.departure = nights.arrival, nights.departure
    stay.state, stay.changed_at = StayState.HOLDING, work.now
    happening = _happening(happenings.RoomBlocked, work, stay, room, reason=stay.reason)
    return _told(work, stay, room, happening, by, nights)


def _give_up(work: UnitOfWork, stay: Stay, nights: Nights, *, at_once: bool) -> dict[int, list[date]]:
    if stay.state == StayState.CONTESTED:
        room = _room(work, stay.room_id, removed=True)
        lacking = _lacking(work, stay, nights)
        inventory.lock(work, ((room.type_id, night) for night in lacking))
        inventory.contest(work, room.type_id, lacking, -1)
    opened = inventory.release(work, stay, list(nights))
    _settle(work, opened)
    if at_once:
        for room_id, freed in opened.items():
            feeds.close(work, room_id, freed)
    else:
        _open_late(work, stay, opened)
    return opened


def _settle(work: UnitOfWork, opened: Mapping[int, list[date]]) -> None:
    """Give opened nights to the contested stays that wait for them, the oldest first."""
    for room_id, freed in opened.items():
        waiting = (
            select(Stay)
            .where(Stay.room_id == room_id, Stay.state == StayState.CONTESTED, Stay.departure > min(freed))
            .where(Stay.arrival <= max(freed))
            .order_by(Stay.id)
        )
        room = _room(work, room_id, removed=True)
        for stay in work.session.scalars(waiting).all():
            lacking = _lacking(work, stay, stay.nights)
            if inventory.retake(work, stay, room, lacking):
                stay.changed_at = work.now
                feeds.close(work, room_id, lacking)


def _open_late(work: UnitOfWork, stay: Stay, opened: Mapping[int, list[date]]) -> None:
    for room_id, freed in opened.items():
        still = inventory.free_of(work, room_id, freed)
        if still:
            feeds.open_late(work, room_id, still, stay.id)


def _lacking(work: UnitOfWork, stay: Stay, nights: Nights) -> list[date]:
    held = {
        night for room_nights in inventory.held_by(work, stay, list(nights)).values() for night in room_nights
    }
    return [night for night in nights if night not in held]


_H = TypeVar("_H", bound=happenings.StayHappening)


def _happening(kind: type[_H], work: UnitOfWork, stay: Stay, room: Room, **more: object) -> _H:
    work.session.flush()
    versions = feeds.changed(work, inventory.touched_rooms(work))
    told: dict[str, object] = {
        "room": room.name, "arrival": stay.arrival, "departure": stay.departure, "revision": stay.revision,
        "versions": {str(room_id): version for room_id, version in versions.items()},
    }  # fmt: skip
    return kind(**told, **more)  # type: ignore[arg-type] # the fields are checked where the event is made.


def _told(
    work: UnitOfWork,
    stay: Stay,
    room: Room,
    happening: happenings.StayHappening,
    by: By,
    nights: Nights,
    displaced: tuple[Stay, ...] = (),
) -> Change:
    event = events.record(work, happening, stay.id, property_id=stay.property_id, by=by)
    versions = {int(room_id): version for room_id, version in happening.versions.items()}
    return Change(stay, event.id, room, nights, versions, displaced)


def _stay(work: UnitOfWork, stay_id: int, revision: int) -> Stay:
    stay = work.session.get(Stay, stay_id, populate_existing=True)
    if stay is None:
        raise errors.NoSuchStay(stay_id=stay_id)
    if stay.state == StayState.RELEASED:
        raise errors.AlreadyEnded(stay_id=stay_id)
    if stay.revision != revision:
        raise errors.ChangedMeanwhile(stay_id=stay_id)
    return stay


def _room(work: UnitOfWork, room_id: int, *, removed: bool = False) -> Room:
    room = work.session.scalar(
        select(Room).where(Room.id == room_id).options(joinedload(Room.property), joinedload(Room.type))
    )
    if room is None or (room.removed_at is not None and not removed):
        raise errors.NoSuchRoom(room_id=room_id)
    return room


def _today(work: UnitOfWork, room: Room) -> date:
    return business_day(work.now, room.property.timezone)
