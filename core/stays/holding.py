"""What a stay has of its nights: how it gives them up, loses them to a fact and gets them back."""

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import flag_modified

from core.clock import business_day
from core.db.work import UnitOfWork
from core.feeds import service as feeds
from core.inventory import service as inventory
from core.properties.models import Room
from core.stays import errors
from core.stays.models import Stay
from core.stays.reasons import StayState
from core.values.nights import Nights


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
        waiting = (
            select(Stay)
            .where(Stay.room_id == room_id, Stay.state == StayState.CONTESTED, Stay.departure > min(freed))
            .where(Stay.arrival <= max(freed))
            .order_by(Stay.id)
        )
        room = room_of(work, room_id, removed=True)
        for stay in work.session.scalars(waiting).all():
            wanted = [night for night in lacking(work, stay, stay.nights) if night in freed]
            if got := inventory.retake(work, stay, room, wanted):
                stay.state = state_of(work, stay)
                _touch(work, stay)
                feeds.close(work, room_id, got, stay.id)


def seize(work: UnitOfWork, stay: Stay, room: Room, nights: list[date]) -> list[Stay]:
    """Let `stay`, which states a fact, hold `nights` whoever held them (R23); the stays that lost nights."""
    displaced = inventory.seize(work, stay, room, nights)
    for loser in displaced:
        _touch(work, loser)
    return displaced


def _touch(work: UnitOfWork, stay: Stay) -> None:
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
    held = {night for room_nights in inventory.held_by(work, stay, list(nights)).values() for night in room_nights}
    return [night for night in nights if night not in held]


def room_of(work: UnitOfWork, room_id: int, *, removed: bool = False) -> Room:
    """The room with its property and type. Raises `NoSuchRoom`, for removed ones too unless `removed`."""
    room = work.session.scalar(
        select(Room).where(Room.id == room_id).options(joinedload(Room.property), joinedload(Room.type))
    )
    if room is None or (room.removed_at is not None and not removed):
        raise errors.NoSuchRoom(room_id=room_id)
    return room


def today_at(work: UnitOfWork, room: Room) -> date:
    """The business day at the room's property (R29)."""
    return business_day(work.now, room.property.timezone)
