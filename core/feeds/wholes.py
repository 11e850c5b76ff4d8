"""What closes a room because it is made of parts, or is a part: read from the nights of the rooms around it."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.conflicts.models import Conflict
from core.feeds.models import LateOpening
from core.inventory import parts
from core.inventory.models import RoomNight
from core.stays.models import Stay
from core.stays.reasons import StayState
from core.values.nights import Nights


def closed(session: Session, room_id: int, type_id: int, within: Nights) -> set[date]:
    """The nights on which a room is busy for the sake of others.

    A whole: a part of it is held, or opens late (R4). Both ways: somebody waits there for a room (R21), or it is kept
    for a case.
    """
    made = parts.of_type(session, type_id)
    around = made.around([room_id]) - {room_id}
    if not around:
        return set()
    of_whole = made.of.get(room_id, ())
    held = select(RoomNight.night).where(
        RoomNight.room_id.in_(of_whole), RoomNight.night >= within.arrival, RoomNight.night < within.departure
    )
    late = select(LateOpening.night).where(LateOpening.room_id.in_(of_whole))
    waiting = select(Stay.arrival, Stay.departure).where(
        Stay.room_id.in_(around), Stay.state == StayState.CONTESTED, Stay.departure > within.arrival
    )
    kept = select(Conflict.kept_arrival, Conflict.kept_departure).where(Conflict.kept_room_id.in_(around))
    spans = [*session.execute(waiting), *session.execute(kept)]
    wanted = {
        night
        for arrival, departure in spans
        if arrival is not None and departure is not None
        for night in Nights(arrival, departure)
    }
    return {*session.scalars(held), *session.scalars(late), *wanted}
