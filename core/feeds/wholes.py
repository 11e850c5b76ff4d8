"""What closes a room because it is made of parts, or is a part: read from the nights of the rooms around it."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.channels.models import ChannelBooking, ChannelLink
from core.conflicts.models import Conflict
from core.feeds import believed
from core.feeds.models import LateOpening
from core.inventory import parts
from core.inventory.models import RoomNight
from core.stays.models import Stay
from core.stays.reasons import StayState
from core.values.nights import Nights


def closed(session: Session, room_id: int, type_id: int, within: Nights) -> set[date]:
    """The nights on which a room is busy for the sake of others.

    A whole: a part of it is held, or opens late (R4). Both ways: somebody waits there for a room (R21), it is kept for
    a case, or a channel closed it on fixed dates (R11).
    """
    made = parts.of_type(session, type_id)
    near = made.reached([room_id]) - {room_id}
    if not near:
        return set()
    of_whole = made.of.get(room_id, ())
    held = select(RoomNight.night).where(
        RoomNight.room_id.in_(of_whole), RoomNight.night >= within.arrival, RoomNight.night < within.departure
    )
    late = select(LateOpening.night).where(LateOpening.room_id.in_(of_whole))
    waiting = select(Stay.arrival, Stay.departure).where(
        Stay.room_id.in_(near), Stay.state == StayState.CONTESTED, Stay.departure > within.arrival
    )
    kept = select(Conflict.kept_arrival, Conflict.kept_departure).where(Conflict.kept_room_id.in_(near))
    spans = [*session.execute(waiting), *session.execute(kept)]
    wanted = {
        night
        for arrival, departure in spans
        if arrival is not None and departure is not None
        for night in Nights(arrival, departure)
    }
    told = closures(session, near, within)
    return {*session.scalars(held), *session.scalars(late), *wanted, *(night for _, night in told)}


def closures(
    session: Session, room_ids: Collection[int], within: Nights, link_id: int | None = None
) -> set[tuple[int, date]]:
    """The rooms and nights that channels closed on fixed dates (R11), or had sold before we read them (R16).

    The link `link_id` is left aside.
    """
    query = (
        believed.nights(within)
        .add_columns(ChannelLink.room_id)
        .join(ChannelLink, ChannelLink.id == ChannelBooking.link_id)
        .where(ChannelLink.room_id.in_(room_ids), ChannelBooking.taken_as.in_(believed.SHUT))
        .where(ChannelLink.id != (link_id or 0))
    )
    return {
        (room_id, night)
        for arrival, departure, room_id in session.execute(query)
        for night in Nights(arrival, departure)
    }
