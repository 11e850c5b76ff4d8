"""Reading what decides the feed of a type, from one snapshot."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from core.channels.models import ChannelLink
from core.conflicts.models import Conflict
from core.feeds import sold_out, unplaced, wholes
from core.feeds.models import LateOpening
from core.feeds.rules import TypeDay
from core.feeds.sold_out import TypeFacts
from core.inventory import availability, parts
from core.inventory.models import RoomNight
from core.properties.models import Room
from core.values.nights import ONE_NIGHT, Nights

_NEVER = datetime.min.replace(tzinfo=UTC)
"""Stands for the version's moment where no event is written."""
_Cell = tuple[int, date]
"""A room and a night."""


def facts(
    session: Session, type_id: int, within: Nights, changed_at: datetime, link_id: int | None = None
) -> TypeFacts:
    """What decides the feed of a type over `within`, for its link `link_id`."""
    closed = {*_late(session, type_id), *_closures(session, type_id, link_id, within)}
    own, foreign = _kept(session, type_id)
    closed |= foreign
    held = _held(session, type_id, closed | own)
    channel_id = session.scalar(select(ChannelLink.channel_id).where(ChannelLink.id == link_id))
    return TypeFacts(
        type_id=type_id,
        changed_at=changed_at,
        rooms=_let(session, type_id),
        days={
            day.night: day
            for day in days(session, type_id, Nights(within.arrival - sold_out.BACK, within.departure), channel_id)
        },
        closed=Counter(night for _, night in closed - held),
        kept=Counter(night for _, night in own - held - closed),
    )


def left(session: Session, type_id: int, nights: Collection[date], link_id: int | None = None) -> dict[date, int]:
    """How many rooms of a type its feed lets be sold on each of `nights`; none or fewer: it shows the night busy."""
    if not nights:
        return {}
    known = facts(session, type_id, Nights(min(nights), max(nights) + ONE_NIGHT), _NEVER, link_id)
    return {night: sold_out.left(known, night) for night in nights}


def days(session: Session, type_id: int, nights: Nights, channel_id: int | None = None) -> Iterable[TypeDay]:
    """What the type counts on each of `nights` that is counted, and what is held back of a channel."""
    waiting = unplaced.previews(session, type_id, nights)
    for day in availability.shown_days(session, type_id, channel_id, nights):
        contested = day.contested + waiting.pop(day.night, 0)
        yield TypeDay(day.night, day.stop_sell, day.free, day.keep_back, contested, day.allowance)
    if waiting:
        let = _let(session, type_id)
        yield from (TypeDay(night, stop_sell=False, free=let, keep_back=0, contested=n) for night, n in waiting.items())


def _let(session: Session, type_id: int) -> int:
    """How many rooms of a type there are to let."""
    rooms = select(func.count()).select_from(Room).where(Room.type_id == type_id, Room.removed_at.is_(None))
    return session.scalar(rooms) or 0


def _late(session: Session, type_id: int) -> set[_Cell]:
    """Late openings (R4), but for those of a stay that has the night in another room of the type by now."""
    elsewhere = aliased(Room)
    has_it = (
        exists()
        .where(RoomNight.stay_id == LateOpening.stay_id, RoomNight.night == LateOpening.night)
        .where(elsewhere.id == RoomNight.room_id, elsewhere.type_id == type_id)
    )
    query = (
        select(LateOpening.room_id, LateOpening.night)
        .join(Room, Room.id == LateOpening.room_id)
        .where(Room.type_id == type_id, Room.removed_at.is_(None), ~has_it)
    )
    return {(room_id, night) for room_id, night in session.execute(query)}


def _closures(session: Session, type_id: int, link_id: int | None, within: Nights) -> set[_Cell]:
    """The nights of its rooms that other channels closed themselves on fixed dates: closed everywhere (R11).

    Of rooms that are made of others, or are parts, those as well that are closed with another.
    """
    made = parts.of_type(session, type_id)
    query = select(Room.id).where(Room.type_id == type_id, Room.removed_at.is_(None))
    of_type = set(session.scalars(query))
    told = wholes.closures(session, made.reached(of_type), within, link_id)
    return {(near, night) for room_id, night in told for near in made.reached([room_id]) & of_type}


def _kept(session: Session, type_id: int) -> tuple[set[_Cell], set[_Cell]]:
    """The nights for which rooms of the type are kept (R21): for cases of the type itself, and for those of others."""
    disputed = aliased(Room)
    query = (
        select(Room.id, Conflict.kept_arrival, Conflict.kept_departure, disputed.type_id)
        .join(Room, Room.id == Conflict.kept_room_id)
        .join(disputed, disputed.id == Conflict.room_id)
        .where(Room.type_id == type_id, Room.removed_at.is_(None))
    )
    own: set[_Cell] = set()
    foreign: set[_Cell] = set()
    for room_id, arrival, departure, of_type in session.execute(query):
        if arrival is not None and departure is not None:
            cells = {(room_id, night) for night in Nights(arrival, departure)}
            if of_type == type_id:
                own |= cells
            else:
                foreign |= cells
    return own, foreign


def _held(session: Session, type_id: int, cells: set[_Cell]) -> set[_Cell]:
    """Those of `cells` that somebody holds, so that they count as sold, blocked or closed by parts already."""
    if not cells:
        return set()
    made = parts.of_type(session, type_id)
    rooms = {of for room_id, _ in cells for of in made.taken_with(room_id)}
    nights = [night for _, night in cells]
    query = select(RoomNight.room_id, RoomNight.night).where(
        RoomNight.room_id.in_(rooms),
        RoomNight.night >= min(nights),
        RoomNight.night <= max(nights),
    )
    held = {(room_id, night) for room_id, night in session.execute(query)}
    return {(room_id, night) for room_id, night in cells if any((of, night) in held for of in made.taken_with(room_id))}
