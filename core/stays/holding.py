"""What a stay has of its nights: how it gives them up, loses them to a fact and gets them back."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import flag_modified

from core.clock import business_day
from core.db.work import UnitOfWork
from core.feeds import service as feeds
from core.inventory import handing, parts
from core.inventory import service as inventory
from core.inventory.models import RoomNight
from core.properties.models import Room
from core.stays import errors
from core.stays.models import Stay
from core.stays.reasons import StayState
from core.stays.storing import store
from core.values.nights import Nights

_ROOM = (
    select(Room)
    .where(Room.id == bindparam("room_id"))
    .options(joinedload(Room.property, innerjoin=True), joinedload(Room.type, innerjoin=True))
)
UID_BYTES = 10


def give_up(
    work: UnitOfWork, stay: Stay, kept: Nights | None, given_up: Nights, *, at_once: bool
) -> dict[int, list[date]]:
    """Leave `kept` to a stay and open `given_up`; the nights it held of them, by room."""
    room = room_of(work, stay.room_id, removed=True)
    lost = lacking(work, stay, given_up) if stay.state == StayState.CONTESTED else []
    held = inventory.held_by(work, stay, list(given_up))
    lock(work, stay, [*((room.type_id, night) for night in lost), *inventory.cells(work, held)])
    inventory.contest(work, room.type_id, lost, -1)
    opened = inventory.release(work, stay, list(given_up))
    if kept is None:
        stay.state = StayState.RELEASED
    else:
        stay.arrival, stay.departure = kept.arrival, kept.departure
        stay.state = state_of(work, stay)
    stay.changed_at = work.now
    settle(work, opened)
    if at_once:
        for room_id, freed in opened.items():
            feeds.close(work, room_id, freed, stay.id)
    else:
        open_late(work, stay, opened)
    return opened


def settle(work: UnitOfWork, opened: Mapping[int, list[date]]) -> None:
    """Give opened nights to the contested stays that wait for them, the oldest first.

    A stay takes what it can get of them, so that nobody else is given a night that somebody waits for. Only nights
    that this unit of work has just opened are looked at: their days are locked already.
    """
    for room_id, freed in opened.items():
        for stay in work.session.scalars(_in_state(work, StayState.CONTESTED, room_id, freed)).all():
            wanted = [night for night in lacking(work, stay, stay.nights) if night in freed]
            if got := inventory.retake(work, stay, room_of(work, stay.room_id, removed=True), wanted):
                stay.state = state_of(work, stay)
                touch(work, stay)
                feeds.close(work, stay.room_id, got, stay.id)
        _keep_closed(work, room_of(work, room_id, removed=True), freed)


def _keep_closed(work: UnitOfWork, room: Room, freed: list[date]) -> None:
    """Give the rest to stays that had lost them: their channels still sell them, so that nobody else may (R20)."""
    if room.removed_at is not None:
        return
    for stay in work.session.scalars(_in_state(work, StayState.SHADOWED, room.id, freed)).all():
        of_stay = room_of(work, stay.room_id, removed=True)
        free = set(inventory.free_of(work, of_stay.id, freed, stay)) if of_stay.removed_at is None else set()
        if wanted := [night for night in lacking(work, stay, stay.nights) if night in free]:
            inventory.take(work, stay, of_stay, wanted)
            touch(work, stay)
            feeds.close(work, of_stay.id, wanted, stay.id)


def _in_state(work: UnitOfWork, state: StayState, room_id: int, nights: list[date]) -> Select[Stay]:
    """The stays in one state that may lack some of `nights` of a room, the oldest first: in it, or a whole it is in."""
    wholes = parts.of_room(work.session, room_id).within.get(room_id, ())
    return (
        select(Stay)
        .where(Stay.room_id.in_((room_id, *wholes)), Stay.state == state, Stay.departure > min(nights))
        .where(Stay.arrival <= max(nights))
        .order_by(Stay.id)
    )


def seize(work: UnitOfWork, stay: Stay, room: Room, nights: list[date]) -> list[Stay]:
    """Let `stay`, which states a fact, hold `nights` whoever held them (R23); the stays that lost nights."""
    displaced = handing.seize(work, stay, room, nights)
    for loser in displaced:
        touch(work, loser)
    return displaced


def claim(work: UnitOfWork, stay: Stay, room: Room, nights: Iterable[date]) -> None:
    """Let `stay` hold those of `nights` that are free and wait for the others; it wants them, and has not waited yet.

    What a stay still holds that has lost its room is as good as free to somebody who needs it.
    """
    wanted = sorted(nights)
    inventory.lock(work, [(room.type_id, night) for night in wanted])
    free = inventory.free_of(work, room.id, wanted, stay)
    if free:
        inventory.take(work, stay, room, free)
        feeds.close(work, room.id, free, stay.id)
    inventory.contest(work, room.type_id, sorted(set(wanted) - set(free)), 1)
    stay.state = state_of(work, stay)
    inherit(work, stay, room)


def inherit(work: UnitOfWork, stay: Stay, room: Room) -> bool:
    """Give a contested stay the nights it waits for that a shadowed one still holds; whether there were any.

    They stay closed to everybody, which is all that the shadowed one needs of them (R20).
    """
    if stay.state != StayState.CONTESTED:
        return False
    today = today_at(work, room)
    waits = [night for night in lacking(work, stay, stay.nights) if night >= today]
    if not waits:
        return False
    query = (
        select(RoomNight.night, Stay)
        .join(Stay, Stay.id == RoomNight.stay_id)
        .where(RoomNight.room_id.in_(parts.of_room(work.session, room.id).taken_with(room.id)))
        .where(RoomNight.night >= waits[0], RoomNight.night <= waits[-1], RoomNight.stay_id != stay.id)
    )
    holders: dict[date, set[Stay]] = {}
    for night, holder in work.session.execute(query):
        holders.setdefault(night, set()).add(holder)
    # Of a room that is made of parts each must be free or a shadowed one's.
    spare = {
        night: of_night
        for night, of_night in holders.items()
        if night in waits and all(holder.state == StayState.SHADOWED for holder in of_night)
    }
    if not spare:
        return False
    handing.hand_over(work, stay, room, sorted(spare))
    for holder in set().union(*spare.values()):
        touch(work, holder)
    stay.state = state_of(work, stay)
    touch(work, stay)
    feeds.close(work, room.id, sorted(spare), stay.id)
    return True


def shadow(work: UnitOfWork, stay: Stay) -> None:
    """Let a stay lose: it waits for its nights no more, and keeps what it holds until its channel drops it (R20)."""
    room = room_of(work, stay.room_id, removed=True)
    if stay.state == StayState.CONTESTED:
        today = today_at(work, room)
        waits = [night for night in lacking(work, stay, stay.nights) if night >= today]
        lock(work, stay, [(room.type_id, night) for night in waits])
        inventory.contest(work, room.type_id, waits, -1)
    stay.state = StayState.SHADOWED
    touch(work, stay)


def stand_again(work: UnitOfWork, stay: Stay) -> None:
    """Let a shadowed stay want its nights again: it takes those it lacks that are free, and waits for the others."""
    room = room_of(work, stay.room_id, removed=True)
    today = today_at(work, room)
    wanted = [night for night in stay.nights if night >= today]
    inventory.lock(work, [(room.type_id, night) for night in wanted])
    lacks = [night for night in lacking(work, stay, stay.nights) if night >= today]
    stay.state = StayState.HOLDING
    claim(work, stay, room, lacks)
    touch(work, stay)


def part(work: UnitOfWork, stay: Stay, nights: Nights) -> Stay:
    """A stay of its own like `stay`, with what that held of `nights`; it does not wait for the others yet."""
    made = Stay(
        uid=secrets.token_hex(UID_BYTES), property_id=stay.property_id, room_id=stay.room_id,
        arrival=nights.arrival, departure=nights.departure, reason=stay.reason, state=StayState.SHADOWED,
        guest=stay.guest, phone=stay.phone, price=stay.price, currency=stay.currency, note=stay.note,
        source=stay.source, reference=stay.reference,
        made_by=stay.made_by, made_at=work.now, changed_at=work.now,
    )  # fmt: skip
    store(work, made)
    handing.pass_on(work, stay, made, list(nights))
    return made


def bequeath(work: UnitOfWork, stay: Stay) -> None:
    """Give what a shadowed stay still holds to those who wait for it, the oldest first."""
    today = today_at(work, room_of(work, stay.room_id, removed=True))
    held = inventory.held_by(work, stay, [night for night in stay.nights if night >= today])
    for room_id, nights in held.items():
        for waiting in work.session.scalars(_in_state(work, StayState.CONTESTED, room_id, nights)).all():
            inherit(work, waiting, room_of(work, waiting.room_id, removed=True))


def touch(work: UnitOfWork, stay: Stay) -> None:
    """Give a stay a new revision even when its columns stay the same: its nights are not."""
    stay.changed_at = work.now
    flag_modified(stay, "changed_at")


def state_of(work: UnitOfWork, stay: Stay) -> StayState:
    """What a stay has of its nights from the business day on; what it lacked before can be mended no more."""
    today = today_at(work, room_of(work, stay.room_id, removed=True))
    lacks = lacking(work, stay, stay.nights)
    return StayState.CONTESTED if any(night >= today for night in lacks) else StayState.HOLDING


def lock(work: UnitOfWork, stay: Stay, cells: Iterable[inventory.Cell]) -> None:
    """Lock days and make sure that nobody changed the stay while we waited for them.

    Without the second look the change would still be refused, by the stay's revision, but at the end and as `Busy`.
    """
    inventory.lock(work, cells)
    if work.session.scalar(select(Stay.revision).where(Stay.id == stay.id)) != stay.revision:
        raise errors.ChangedMeanwhile(stay_id=stay.id)


def as_facts(opened: Mapping[int, list[date]]) -> dict[str, list[str]]:
    """Nights by room as an event keeps them."""
    return {str(room_id): [night.isoformat() for night in nights] for room_id, nights in opened.items()}


def open_late(work: UnitOfWork, stay: Stay, opened: Mapping[int, list[date]]) -> None:
    """Let the feeds show later what of `opened` is free (R4)."""
    for room_id, freed in opened.items():
        still = inventory.free_of(work, room_id, freed)
        if still:
            feeds.open_late(work, room_id, still, stay.id)


def lacking(work: UnitOfWork, stay: Stay, nights: Nights) -> list[date]:
    """Those of `nights` that the stay does not hold, in date order."""
    return inventory.lacking(work, stay, list(nights))


def stay_of(work: UnitOfWork, stay_id: int, revision: int, *, lost: bool = False) -> Stay:
    """The stay as it was decided upon; one that lost its nights only where `lost` says that it may be.

    Raises `NoSuchStay`, `AlreadyEnded`, `ChangedMeanwhile` or `WaitsForChannel`.
    """
    stay = work.session.get(Stay, stay_id, populate_existing=True)
    if stay is None:
        raise errors.NoSuchStay(stay_id=stay_id)
    if stay.state == StayState.RELEASED:
        raise errors.AlreadyEnded(stay_id=stay_id)
    if stay.revision != revision:
        raise errors.ChangedMeanwhile(stay_id=stay_id)
    if stay.state == StayState.SHADOWED and not lost:
        raise errors.WaitsForChannel(stay_id=stay_id)
    return stay


def room_of(work: UnitOfWork, room_id: int, *, removed: bool = False) -> Room:
    """The room with its property and type. Raises `NoSuchRoom`, for removed ones too unless `removed`."""
    room = work.session.scalar(_ROOM, {"room_id": room_id})
    if room is None or (room.removed_at is not None and not removed):
        raise errors.NoSuchRoom(room_id=room_id)
    return room


def today_at(work: UnitOfWork, room: Room) -> date:
    """The business day at the room's property (R29)."""
    return business_day(work.now, room.property.timezone)
