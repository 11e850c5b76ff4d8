"""Reading all that one feed shows, from one snapshot."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.channels.models import ChannelBooking, ChannelLink
from core.channels.taken import PREVIEW, STAY
from core.clock import local_date
from core.conflicts.models import Conflict
from core.feeds import believed, ics, rules, sold_out, types, wholes
from core.feeds.models import LateOpening
from core.feeds.rules import RoomFacts, Shown, StayNight
from core.feeds.versions import changed_at_of, version_of
from core.inventory.models import RoomNight
from core.platforms.dialect import Kind
from core.properties.models import Property, Room, RoomType
from core.stays.models import Stay
from core.stays.reasons import Reason, StayState
from core.values.nights import Nights, runs


@dataclass(frozen=True, slots=True)
class Feed:
    """One link's calendar as it stands: its bytes, and the version and property-local day they belong to."""

    link_id: int
    version: int
    changed_at: datetime
    day: date
    timezone: str
    body: bytes
    nights: tuple[Nights, ...] = ()
    """The nights it shows busy, as runs."""


@dataclass(frozen=True, slots=True)
class _Place:
    """What a link joins, where it stands, and its feed's version."""

    room_id: int | None
    """None: the whole type."""
    type_id: int
    name: str
    """The room's or the type's."""
    removed: bool
    property_name: str
    timezone: str
    version: int
    changed_at: datetime
    channel_id: int

    @property
    def mark(self) -> int | str:
        """What stands for it in the UIDs of its feed."""
        return self.room_id if self.room_id is not None else f"t{self.type_id}"


def load(session: Session, link_id: int, now: datetime) -> Feed | None:
    """The feed of a link at `now`, written; None when there is no such link.

    `session` must be one snapshot (`Store.reading`): the version read in it is the version of the body.
    """
    place = _place(session, link_id)
    if place is None:
        return None
    today = local_date(now, place.timezone)
    events = _shown(session, link_id, place, today)
    nights = tuple(runs(night for event in events for night in event.nights))
    harmless = [rules.harmless(place.mark, today, place.changed_at)]
    body = ics.write(f"{place.name} · {place.property_name}", events or harmless)
    return Feed(link_id, place.version, place.changed_at, today, place.timezone, body, nights)


def shown(session: Session, link_id: int, now: datetime) -> list[Shown]:
    """What the feed of a link shows busy at `now`; nothing when there is no such link."""
    place = _place(session, link_id)
    return [] if place is None else _shown(session, link_id, place, local_date(now, place.timezone))


def _shown(session: Session, link_id: int, place: _Place, today: date) -> list[Shown]:
    within = rules.horizon(today)
    if place.room_id is None:
        return sold_out.shown(types.facts(session, place.type_id, within, place.changed_at, link_id), within)
    facts = RoomFacts(
        room_id=place.room_id,
        removed=place.removed,
        changed_at=place.changed_at,
        held=list(_held(session, place.room_id, within)),
        late=list(_late(session, place.room_id)),
        contested=(
            _contested(session, place.room_id, within)
            | _closures(session, link_id, place.room_id, within)
            | wholes.closed(session, place.room_id, place.type_id, within)
        ),
        kept=_kept(session, place.room_id),
        days=list(types.days(session, place.type_id, within, place.channel_id)),
        told=_told(session, link_id, within),
    )
    return rules.shown(facts, within)


def _place(session: Session, link_id: int) -> _Place | None:
    query = (
        select(
            Room.id,
            RoomType.id,
            func.coalesce(Room.name, RoomType.name),
            Room.removed_at.is_not(None),
            Property.name,
            Property.timezone,
            func.coalesce(version_of(), 0),
            func.coalesce(changed_at_of(), ChannelLink.made_at),
            ChannelLink.channel_id,
        )
        .select_from(ChannelLink)
        .outerjoin(Room, Room.id == ChannelLink.room_id)
        .join(RoomType, RoomType.id == func.coalesce(ChannelLink.type_id, Room.type_id))
        .join(Property, Property.id == RoomType.property_id)
        .where(ChannelLink.id == link_id)
    )
    row = session.execute(query).one_or_none()
    return None if row is None else _Place(*row)


def _held(session: Session, room_id: int, within: Nights) -> Iterable[StayNight]:
    in_view = select(RoomNight.stay_id).where(
        RoomNight.room_id == room_id, RoomNight.night >= within.arrival, RoomNight.night < within.departure
    )
    query = (
        select(RoomNight.night, Stay.uid, Stay.reason, Stay.changed_at)
        .join(Stay, Stay.id == RoomNight.stay_id)
        .where(RoomNight.stay_id.in_(in_view), RoomNight.room_id == room_id)
        .order_by(RoomNight.night)
    )
    for night, uid, reason, changed_at in session.execute(query):
        yield StayNight(night, uid, Reason(reason).sells, changed_at)


def _late(session: Session, room_id: int) -> Iterable[StayNight]:
    """Late openings stand while their rows stand: `opens_at` alone changes no feed without a new version."""
    query = (
        select(LateOpening.night, Stay.uid, Stay.reason, Stay.changed_at)
        .join(Stay, Stay.id == LateOpening.stay_id)
        .where(LateOpening.room_id == room_id)
        .order_by(LateOpening.night)
    )
    for night, uid, reason, changed_at in session.execute(query):
        yield StayNight(night, uid, Reason(reason).sells, changed_at)


def _contested(session: Session, room_id: int, within: Nights) -> set[date]:
    query = select(Stay.arrival, Stay.departure).where(
        Stay.room_id == room_id, Stay.state == StayState.CONTESTED, Stay.departure > within.arrival
    )
    return {night for arrival, departure in session.execute(query) for night in Nights(arrival, departure)}


def _kept(session: Session, room_id: int) -> set[date]:
    """The nights a room is kept closed for cases (R21): as long as the rows say so, like late openings."""
    query = select(Conflict.kept_arrival, Conflict.kept_departure).where(Conflict.kept_room_id == room_id)
    return {
        night
        for arrival, departure in session.execute(query)
        if arrival is not None and departure is not None
        for night in Nights(arrival, departure)
    }


def _told(session: Session, link_id: int, within: Nights) -> set[date]:
    """The nights that the link told us are sold on this room and that we still believe (R2)."""
    query = believed.nights(within).where(
        ChannelBooking.link_id == link_id,
        ChannelBooking.kind == Kind.RESERVATION,
        ChannelBooking.taken_as.in_((STAY, PREVIEW)),
    )
    return believed.of(session, query)


def _closures(session: Session, link_id: int, room_id: int, within: Nights) -> set[date]:
    """The nights that other channels of the room closed on fixed dates (R11), or had sold before we read them (R16)."""
    return {night for _, night in wholes.closures(session, [room_id], within, link_id)}
