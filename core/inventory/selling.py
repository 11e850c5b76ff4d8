"""What is held back of the channels, by type and night: keep-back, stop-sell, allowance; and days made ahead (R5).

What closes reaches the feeds with its commit. What opens is shown when it can no longer be undone (R4): until then a
late day stands for what was held back before.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Table, delete, select, update

from core.channels.models import Channel
from core.clock import business_day
from core.db.prepared import run
from core.db.upsert import insert_new
from core.db.work import UnitOfWork
from core.events import service as events
from core.events.service import By
from core.feeds import service as feeds
from core.inventory import errors
from core.inventory import events as happenings
from core.inventory.commands import SetAllowance, SetKeepBack, SetStopSell
from core.inventory.models import ChannelDay, InventoryDay, LateDay
from core.inventory.rows import chunks, lock, make_days
from core.outbox import service as outbox
from core.outbox.effects import OpenDays
from core.properties.models import Property, Room, RoomType
from core.stays.rules import horizon
from core.values.nights import Nights, runs

MOST = 999
"""The largest number of rooms that is kept back, and of stays that are oversold."""
_DAYS: Table = InventoryDay.__table__  # type: ignore[assignment]
_CHANNEL_DAYS: Table = ChannelDay.__table__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class DaysChanged:
    """What a verb did: the event that tells of it, and the feeds' versions that show what it closed, by room."""

    event_id: int
    versions: dict[int, int]


def set_keep_back(work: UnitOfWork, order: SetKeepBack, by: By, *, at_once: bool = False) -> DaysChanged:
    """Keep rooms of a type from the channels (or one), whatever is free; what is given back opens late (R4).

    Nights must be within the horizon. Raises `NoSuchRoomType`, `NotItsChannel`, `NotACount`, `NotInThePast` or
    `BeyondTheHorizon`.
    """
    _refuse_count(order.rooms)
    change = _Change(order.type_id, order.channel_id, order.nights, "keep_back", order.rooms)
    return _set(work, change, happenings.KeepBackSet, by, at_once=at_once)


def set_stop_sell(work: UnitOfWork, order: SetStopSell, by: By, *, at_once: bool = False) -> DaysChanged:
    """Close a type to the channels (or one), or open it late (R4). Raises as `set_keep_back`."""
    change = _Change(order.type_id, order.channel_id, order.nights, "stop_sell", int(order.stop))
    return _set(work, change, happenings.StopSellSet, by, at_once=at_once)


def set_allowance(work: UnitOfWork, order: SetAllowance, by: By) -> DaysChanged:
    """Let a type be oversold on purpose. Those who find no room wait for one, contested. Raises as `set_keep_back`."""
    _refuse_count(order.stays)
    change = _Change(order.type_id, None, order.nights, "allowance", order.stays)
    return _set(work, change, happenings.AllowanceSet, by, at_once=True)


def preload(work: UnitOfWork, property_id: int, days: int | None = None) -> int:
    """Make the days of every type of a property from today on, `days` of them or up to the horizon; how many were new.

    Days also come by themselves when somebody first needs them: made ahead, they can be listed.
    """
    place = work.session.get_one(Property, property_id)
    today = business_day(work.now, place.timezone)
    last = horizon(today) if days is None else min(today + timedelta(days), horizon(today))
    made = 0
    types = select(RoomType.id).where(RoomType.property_id == property_id).order_by(RoomType.id)
    for type_id in work.session.scalars(types).all():
        there = set(
            work.session.scalars(
                select(InventoryDay.night).where(
                    InventoryDay.type_id == type_id, InventoryDay.night >= today, InventoryDay.night < last
                )
            )
        )
        missing = [night for n in range((last - today).days) if (night := today + timedelta(n)) not in there]
        if missing:
            make_days(work, type_id, missing)
            made += len(missing)
    return made


def open_due(work: UnitOfWork, type_id: int) -> bool:
    """Let the feeds of a type show what was lifted and can no longer be undone; whether there was anything."""
    opened = work.session.execute(
        delete(LateDay)
        .where(LateDay.type_id == type_id, LateDay.opens_at <= work.now)
        .execution_options(synchronize_session=False)
    )
    if not opened.rowcount:  # type: ignore[attr-defined]
        return False
    feeds.changed(work, _rooms(work, type_id))
    return True


@dataclass(frozen=True, slots=True)
class _Change:
    """A value for a column of the days of a type, or of a channel's days of it."""

    type_id: int
    channel_id: int | None
    nights: Nights
    column: str
    value: int


def _set(
    work: UnitOfWork, change: _Change, happening: Callable[..., happenings.DaysSet], by: By, *, at_once: bool
) -> DaysChanged:
    place = _place(work, change)
    nights = list(change.nights)
    lock(work, ((change.type_id, night) for night in nights))
    before = _values(work, change)
    changing = [night for night in nights if before.get(night, 0) != change.value]
    _write(work, change, changing)
    lifted = [night for night in changing if before.get(night, 0) > change.value]
    if lifted and not at_once and change.column != "allowance":
        _open_late(work, change, {night: before[night] for night in lifted})
    versions = feeds.changed(work, _rooms(work, change.type_id)) if changing else {}
    told = happening(
        arrival=change.nights.arrival, departure=change.nights.departure, channel_id=change.channel_id,
        value=change.value, before=_runs(before, nights),
        versions={str(room_id): version for room_id, version in versions.items()},
    )  # fmt: skip
    event_id = events.record(work, told, change.type_id, property_id=place.id, by=by)
    return DaysChanged(event_id, versions)


def _place(work: UnitOfWork, change: _Change) -> Property:
    """The property of the type, after everything that can be refused was."""
    type_ = work.session.get(RoomType, change.type_id)
    if type_ is None:
        raise errors.NoSuchRoomType(type_id=change.type_id)
    if change.channel_id is not None:
        channel = work.session.get(Channel, change.channel_id)
        if channel is None or channel.property_id != type_.property_id:
            raise errors.NotItsChannel(channel_id=change.channel_id)
    place = work.session.get_one(Property, type_.property_id)
    today = business_day(work.now, place.timezone)
    if change.nights.arrival < today:
        raise errors.NotInThePast(arrival=change.nights.arrival, today=today)
    if change.nights.departure > horizon(today):
        raise errors.BeyondTheHorizon(departure=change.nights.departure, last=horizon(today))
    return place


def _refuse_count(value: int) -> None:
    if not 0 <= value <= MOST:
        raise errors.NotACount(value=value, most=MOST)


def _values(work: UnitOfWork, change: _Change) -> dict[date, int]:
    """What the column says now; a channel's day that is not there holds nothing back."""
    table = _DAYS if change.channel_id is None else _CHANNEL_DAYS
    query = select(table.c.night, table.c[change.column]).where(
        table.c.type_id == change.type_id,
        table.c.night >= change.nights.arrival, table.c.night < change.nights.departure,
    )  # fmt: skip
    if change.channel_id is not None:
        query = query.where(table.c.channel_id == change.channel_id)
    return {night: int(value) for night, value in work.session.execute(query)}


def _write(work: UnitOfWork, change: _Change, nights: Sequence[date]) -> None:
    value = bool(change.value) if change.column == "stop_sell" else change.value
    for chunk in chunks(nights):
        table = _DAYS
        where = [_DAYS.c.type_id == change.type_id, _DAYS.c.night.in_(chunk)]
        if change.channel_id is not None:
            table = _CHANNEL_DAYS
            key = {"channel_id": change.channel_id, "type_id": change.type_id, "keep_back": 0, "stop_sell": False}
            run(work.session, insert_new(work.session, table), [{**key, "night": night} for night in chunk])
            where = [table.c.type_id == change.type_id, table.c.night.in_(chunk)]
            where.append(table.c.channel_id == change.channel_id)
        work.session.execute(update(table).where(*where).values({change.column: value}))


def _open_late(work: UnitOfWork, change: _Change, before: dict[date, int]) -> None:
    opens_at = work.now + feeds.UNDO_TIME
    stop = change.column == "stop_sell"
    work.session.add_all(
        LateDay(
            type_id=change.type_id, channel_id=change.channel_id, night=night, opens_at=opens_at,
            keep_back=0 if stop else value, stop_sell=stop,
        )
        for night, value in before.items()
    )  # fmt: skip
    outbox.add(work, OpenDays(change.type_id), at=opens_at)


def _rooms(work: UnitOfWork, type_id: int) -> Sequence[int]:
    return work.session.scalars(select(Room.id).where(Room.type_id == type_id)).all()


def _runs(before: dict[date, int], nights: Collection[date]) -> tuple[happenings.Run, ...]:
    """The values before, as runs of nights that had the same one."""
    by_value: dict[int, list[date]] = {}
    for night in nights:
        by_value.setdefault(before.get(night, 0), []).append(night)
    found = [
        (run.arrival.isoformat(), run.departure.isoformat(), value)
        for value, same in by_value.items()
        for run in runs(same)
    ]
    return tuple(sorted(found))
