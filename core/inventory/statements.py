"""The statements that every block runs, built once: to build one takes longer than to run it."""

from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Integer, Select, Table, and_, bindparam, func, insert, select, update

from core.db.prepared import Prepared
from core.inventory.models import ChannelDay, InventoryDay, RoomNight, RoomPart
from core.properties.models import Room, RoomType

_DAYS: Table = InventoryDay.__table__  # type: ignore[assignment]
_NIGHTS: Table = RoomNight.__table__  # type: ignore[assignment]
_SOME: BindParameter[date] = bindparam("nights", expanding=True)

LOCK = Prepared(
    select(_DAYS.c.night)
    .where(_DAYS.c.type_id == bindparam("type_id"), _DAYS.c.night.in_(_SOME))
    .order_by(_DAYS.c.night)
    .with_for_update()
)
"""Locks days in date order and tells which exist."""
_PARTS = (
    select(func.count())
    .select_from(RoomPart)
    .join(Room, Room.id == RoomPart.part_id)
    .where(RoomPart.whole_id == bindparam("room_id"), Room.removed_at.is_(None))
    .scalar_subquery()
)
HELD = Prepared(
    select(Room.type_id, Room.removed_at, _PARTS, RoomNight.night, RoomNight.stay_id)
    .outerjoin(
        RoomNight,
        (RoomNight.room_id == Room.id)
        & (RoomNight.night >= bindparam("first"))
        & (RoomNight.night <= bindparam("last")),
    )
    .where(Room.id == bindparam("room_id"))
    .order_by(RoomNight.night)
)
"""The room as it is now, of how many parts it is made, and the nights that are held in it: one row at least."""
TIGHT = Prepared(
    select(InventoryDay.type_id)
    .where(
        InventoryDay.type_id.in_(select(Room.type_id).where(Room.id.in_(bindparam("rooms", expanding=True)))),
        InventoryDay.night >= bindparam("since"),
        InventoryDay.keep_back + InventoryDay.contested > 0,
    )
    .distinct()
)
"""The types of some rooms in which whether a room is shown free depends on the others (R1)."""
HOLD = Prepared(insert(_NIGHTS))


def _days() -> Select[*tuple[Any, ...]]:
    """Counted days with what the channel `channel_id` (None: none) keeps back of them, by type and night."""
    own = and_(
        ChannelDay.type_id == InventoryDay.type_id,
        ChannelDay.night == InventoryDay.night,
        ChannelDay.channel_id == bindparam("channel_id", type_=Integer),
    )
    return (
        select(
            InventoryDay.type_id, InventoryDay.night, InventoryDay.total, InventoryDay.sold, InventoryDay.blocked,
            InventoryDay.contested, InventoryDay.keep_back, InventoryDay.stop_sell, InventoryDay.allowance,
            ChannelDay.keep_back.label("own_keep_back"), ChannelDay.stop_sell.label("own_stop_sell"),
        )
        .outerjoin(ChannelDay, own)
        .where(InventoryDay.night >= bindparam("first"), InventoryDay.night < bindparam("end"))
        .order_by(InventoryDay.type_id, InventoryDay.night)
    )  # fmt: skip


DAYS = Prepared(
    _days().where(InventoryDay.type_id.in_(select(RoomType.id).where(RoomType.property_id == bindparam("property_id"))))
)
DAYS_OF_TYPE = Prepared(_days().where(InventoryDay.type_id == bindparam("type_id")))


@cache
def counting(keys: tuple[str, ...]) -> Prepared:
    """The statement that adds to these counters of a type's nights."""
    sums = {key: _DAYS.c[key] + bindparam(f"by_{key}") for key in keys}
    return Prepared(update(_DAYS).where(_DAYS.c.type_id == bindparam("of_type"), _DAYS.c.night.in_(_SOME)).values(sums))
