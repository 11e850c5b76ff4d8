"""The statements that every block runs, built once: to build one takes longer than to run it."""

from datetime import date
from functools import cache

from sqlalchemy import BindParameter, Executable, Table, bindparam, insert, select, update

from core.inventory.models import InventoryDay, RoomNight
from core.properties.models import Room

_DAYS: Table = InventoryDay.__table__  # type: ignore[assignment]
_NIGHTS: Table = RoomNight.__table__  # type: ignore[assignment]
_SOME: BindParameter[date] = bindparam("nights", expanding=True)

LOCK = (
    select(_DAYS.c.night)
    .where(_DAYS.c.type_id == bindparam("type_id"), _DAYS.c.night.in_(_SOME))
    .order_by(_DAYS.c.night)
    .with_for_update()
)
"""Locks days in date order and tells which exist."""
HELD = (
    select(Room.type_id, Room.removed_at, RoomNight.night, RoomNight.stay_id)
    .outerjoin(
        RoomNight,
        (RoomNight.room_id == Room.id)
        & (RoomNight.night >= bindparam("first"))
        & (RoomNight.night <= bindparam("last")),
    )
    .where(Room.id == bindparam("room_id"))
    .order_by(RoomNight.night)
)
"""The room as it is now with the nights that are held in it: one row at least."""
TIGHT = (
    select(InventoryDay.type_id)
    .where(
        InventoryDay.type_id.in_(select(Room.type_id).where(Room.id.in_(bindparam("rooms", expanding=True)))),
        InventoryDay.night >= bindparam("since"),
        InventoryDay.keep_back + InventoryDay.contested > 0,
    )
    .distinct()
)
"""The types of some rooms in which whether a room is shown free depends on the others (R1)."""
HOLD = insert(_NIGHTS)


@cache
def counting(keys: tuple[str, ...]) -> Executable:
    """The statement that adds to these counters of a type's nights."""
    sums = {key: _DAYS.c[key] + bindparam(f"by_{key}") for key in keys}
    return update(_DAYS).where(_DAYS.c.type_id == bindparam("of_type"), _DAYS.c.night.in_(_SOME)).values(sums)
