"""Reads about stays for the chat and screens, as frozen rows."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from core.inventory.models import RoomNight
from core.properties.models import Room
from core.staff.models import Person
from core.stays.models import Stay
from core.stays.reasons import Reason, StayState
from core.stays.views import StayView
from core.values.money import Money
from core.values.nights import Nights

GUESTS = (Reason.GUEST, Reason.WALK_IN)
_OPEN = (StayState.HOLDING, StayState.CONTESTED)


def stay(session: Session, stay_id: int) -> StayView | None:
    """One stay, whatever its state."""
    return next(iter(_views(session, _query().where(Stay.id == stay_id))), None)


def in_rooms(session: Session, room_ids: Collection[int], since: date) -> tuple[StayView, ...]:
    """The open stays of these rooms that end after `since`, by arrival."""
    return _views(session, _open().where(Stay.room_id.in_(room_ids), Stay.departure > since))


def of_guest(session: Session, property_id: int, name: str, since: date) -> tuple[StayView, ...]:
    """The open stays whose guest's name contains `name`, that end on `since` or later."""
    query = _open().where(Stay.property_id == property_id, Stay.departure >= since, Stay.guest.is_not(None))
    wanted = name.casefold()
    return tuple(view for view in _views(session, query) if wanted in (view.guest or "").casefold())


def arrivals(session: Session, property_id: int, day: date) -> tuple[StayView, ...]:
    """Guests whose first night is `day`, those without a room included."""
    return _views(session, _guests(property_id).where(Stay.arrival == day))


def departures(session: Session, property_id: int, day: date) -> tuple[StayView, ...]:
    """Guests who leave on `day`."""
    return _views(session, _guests(property_id).where(Stay.departure == day))


def in_house(session: Session, property_id: int, night: date) -> tuple[StayView, ...]:
    """Guests who are in for `night`, and rooms held for another reason."""
    query = _open().where(Stay.property_id == property_id, Stay.arrival <= night, Stay.departure > night)
    return _views(session, query)


def contested(session: Session, property_id: int, since: date) -> tuple[StayView, ...]:
    """Stays that lack a room on some night from `since` on."""
    query = _query().where(Stay.property_id == property_id, Stay.state == StayState.CONTESTED, Stay.departure > since)
    return _views(session, query)


def busy_rooms(session: Session, property_id: int, nights: Nights) -> set[int]:
    """Rooms of which some of `nights` is held, or for which a stay without its room waits."""
    held = (
        select(RoomNight.room_id)
        .join(Room, Room.id == RoomNight.room_id)
        .where(Room.property_id == property_id)
        .where(RoomNight.night >= nights.arrival, RoomNight.night < nights.departure)
    )
    waiting = select(Stay.room_id).where(
        Stay.property_id == property_id, Stay.state == StayState.CONTESTED,
        and_(Stay.arrival < nights.departure, Stay.departure > nights.arrival),
    )  # fmt: skip
    return set(session.scalars(held.distinct())) | set(session.scalars(waiting))


def _query() -> Select[Stay, str, str]:
    return (
        select(Stay, Room.name, Person.name)
        .join(Room, Room.id == Stay.room_id)
        .outerjoin(Person, Person.id == Stay.made_by)
        .order_by(Stay.arrival, Room.position, Stay.id)
    )


def _open() -> Select[Stay, str, str]:
    return _query().where(Stay.state.in_(_OPEN))


def _guests(property_id: int) -> Select[Stay, str, str]:
    return _open().where(Stay.property_id == property_id, or_(Stay.reason.in_(GUESTS), Stay.guest.is_not(None)))


def _views(session: Session, query: Select[Stay, str, str]) -> tuple[StayView, ...]:
    return tuple(
        StayView(
            s.id, s.revision, s.room_id, room, s.arrival, s.departure, s.reason, s.state,
            s.guest, s.phone, Money.of(s.price, s.currency) if s.price is not None and s.currency else None,
            s.note, made_by, s.made_at,
        )
        for s, room, made_by in session.execute(query)
    )  # fmt: skip
