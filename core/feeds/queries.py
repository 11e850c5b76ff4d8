"""Reading all that one feed shows, from one snapshot."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.channels.models import ChannelBooking, ChannelLink
from core.channels.taken import CLOSURE, PREVIEW, REGISTERED, STAY
from core.clock import local_date
from core.conflicts.models import Conflict
from core.feeds import ics, rules
from core.feeds.models import FeedVersion, LateOpening
from core.feeds.rules import RoomFacts, Shown, StayNight, TypeDay
from core.feeds.told.values import State
from core.inventory.models import InventoryDay, RoomNight
from core.platforms.dialect import Kind
from core.properties.models import Property, Room
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
    """The room of a link, where it stands, and its feeds' version."""

    room_id: int
    type_id: int
    room_name: str
    removed: bool
    property_name: str
    timezone: str
    version: int
    changed_at: datetime


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
    harmless = [rules.harmless(place.room_id, today, place.changed_at)]
    body = ics.write(f"{place.room_name} · {place.property_name}", events or harmless)
    return Feed(link_id, place.version, place.changed_at, today, place.timezone, body, nights)


def shown(session: Session, link_id: int, now: datetime) -> list[Shown]:
    """What the feed of a link shows busy at `now`; nothing when there is no such link."""
    place = _place(session, link_id)
    return [] if place is None else _shown(session, link_id, place, local_date(now, place.timezone))


def _shown(session: Session, link_id: int, place: _Place, today: date) -> list[Shown]:
    within = rules.horizon(today)
    facts = RoomFacts(
        room_id=place.room_id,
        removed=place.removed,
        changed_at=place.changed_at,
        held=list(_held(session, place.room_id, within)),
        late=list(_late(session, place.room_id)),
        contested=_contested(session, place.room_id, within) | _closures(session, link_id, place.room_id, within),
        kept=_kept(session, place.room_id),
        days=list(_days(session, place.type_id, within)),
        told=_told(session, link_id, within),
    )
    return rules.shown(facts, within)


def _place(session: Session, link_id: int) -> _Place | None:
    query = (
        select(
            Room.id,
            Room.type_id,
            Room.name,
            Room.removed_at.is_not(None),
            Property.name,
            Property.timezone,
            func.coalesce(FeedVersion.version, 0),
            func.coalesce(FeedVersion.changed_at, ChannelLink.made_at),
        )
        .join_from(ChannelLink, Room, Room.id == ChannelLink.room_id)
        .join(Property, Property.id == Room.property_id)
        .outerjoin(FeedVersion, FeedVersion.room_id == Room.id)
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
    query = _believed(within).where(
        ChannelBooking.link_id == link_id,
        ChannelBooking.kind == Kind.RESERVATION,
        ChannelBooking.taken_as.in_((STAY, PREVIEW)),
    )
    return _nights(session, query)


def _closures(session: Session, link_id: int, room_id: int, within: Nights) -> set[date]:
    """The nights that other channels of the room closed themselves on fixed dates: closed everywhere (R11)."""
    query = (
        _believed(within)
        .join(ChannelLink, ChannelLink.id == ChannelBooking.link_id)
        .where(
            ChannelLink.room_id == room_id,
            ChannelBooking.link_id != link_id,
            ChannelBooking.taken_as == CLOSURE,
        )
    )
    return _nights(session, query)


def _believed(within: Nights) -> Select[date, date]:
    return select(ChannelBooking.arrival, ChannelBooking.departure).where(
        ChannelBooking.forgotten_at.is_(None),
        ChannelBooking.state.in_([*(state for state in State if state.holds), REGISTERED]),
        ChannelBooking.departure > within.arrival,
        ChannelBooking.arrival < within.departure,
    )


def _nights(session: Session, query: Select[date, date]) -> set[date]:
    return {night for arrival, departure in session.execute(query) for night in Nights(arrival, departure)}


def _days(session: Session, type_id: int, within: Nights) -> Iterable[TypeDay]:
    query = (
        select(
            InventoryDay.night,
            InventoryDay.stop_sell,
            InventoryDay.total - InventoryDay.sold - InventoryDay.blocked,
            InventoryDay.keep_back,
            InventoryDay.contested,
        )
        .where(
            InventoryDay.type_id == type_id,
            InventoryDay.night >= within.arrival,
            InventoryDay.night < within.departure,
        )
        .order_by(InventoryDay.night)
    )
    for row in session.execute(query):
        yield TypeDay(*row)
