"""Reads about stays for the chat and screens, as frozen rows."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from core.db.prepared import Prepared, run
from core.inventory import parts
from core.inventory.models import RoomNight
from core.properties.models import Room, RoomType
from core.staff.models import Person
from core.stays.models import Stay
from core.stays.reasons import Reason, StayState
from core.stays.views import StayView
from core.values.money import Money
from core.values.nights import Nights

_Stays = Select[*tuple[Any, ...]]

GUESTS = (Reason.GUEST, Reason.WALK_IN)
_OPEN = (StayState.HOLDING, StayState.CONTESTED)
_GUEST = or_(Stay.reason.in_(GUESTS), Stay.guest.is_not(None))
_WITHOUT_ROOM = (StayState.CONTESTED, StayState.SHADOWED)
"""Their guests stay somebody's task (R20)."""


def stay(session: Session, stay_id: int) -> StayView | None:
    """One stay, whatever its state."""
    return next(iter(_views(session, _ONE, {"stay_id": stay_id})), None)


def in_rooms(session: Session, room_ids: Collection[int], since: date) -> tuple[StayView, ...]:
    """The open stays of these rooms that end after `since`, by arrival."""
    return _views(session, _IN_ROOMS, {"room_ids": list(room_ids), "since": since})


def of_guest(session: Session, property_id: int, name: str, since: date) -> tuple[StayView, ...]:
    """The open stays whose guest's name contains `name`, that end on `since` or later."""
    query = _open().where(Stay.property_id == property_id, Stay.departure >= since, Stay.guest.is_not(None))
    wanted = name.casefold()
    return tuple(view for view in _views(session, query) if wanted in (view.guest or "").casefold())


def inside(session: Session, property_id: int, since: date) -> tuple[StayView, ...]:
    """The guests who are in the house and were to leave after `since`."""
    return _views(session, _INSIDE, {"property_id": property_id, "since": since})


def expected(session: Session, property_id: int, today: date, since: date) -> tuple[StayView, ...]:
    """The guests who were to come by `today`, leave after `since`, and have not come."""
    return _views(session, _EXPECTED, {"property_id": property_id, "today": today, "since": since})


def arrivals(session: Session, property_id: int, day: date) -> tuple[StayView, ...]:
    """Guests whose first night is `day`, those without a room included."""
    return _views(session, _guests(property_id).where(Stay.arrival == day))


def departures(session: Session, property_id: int, day: date) -> tuple[StayView, ...]:
    """Guests who leave on `day`."""
    guests = _guests(property_id).where(Stay.departure == day, Stay.state.in_(_OPEN))
    return _views(session, guests)


def in_house(session: Session, property_id: int, night: date) -> tuple[StayView, ...]:
    """Guests who are in for `night`, and rooms held for another reason; guests who lost their room included (R20)."""
    query = _known().where(Stay.property_id == property_id, Stay.arrival <= night, Stay.departure > night)
    return _views(session, query)


def contested(session: Session, property_id: int, since: date) -> tuple[StayView, ...]:
    """Stays that lack a room on some night from `since` on, those that lost or were cancelled here included (R20)."""
    query = _query().where(Stay.property_id == property_id, Stay.state.in_(_WITHOUT_ROOM), Stay.departure > since)
    return _views(session, query)


def busy_rooms(session: Session, property_id: int, nights: Nights) -> set[int]:
    """Rooms of which some of `nights` is held, or for which a stay waits; the wholes of such parts, too."""
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
    busy = set(session.scalars(held.distinct())) | set(session.scalars(waiting))
    return parts.of_property(session, property_id).around(busy) if busy else busy


def _query() -> _Stays:
    return (
        select(
            Stay.id, Stay.revision, Stay.room_id, Room.name.label("room"), Stay.arrival, Stay.departure, Stay.reason,
            Stay.state, Stay.guest, Stay.phone, Stay.price, Stay.currency, Stay.note, Person.name.label("made_by"),
            Stay.made_at, Stay.source, Stay.reference, Stay.checked_in_at, RoomType.name.label("sold_as"),
        )
        .join(Room, Room.id == Stay.room_id)
        .outerjoin(RoomType, RoomType.id == Stay.type_id)
        .outerjoin(Person, Person.id == Stay.made_by)
        .order_by(Stay.arrival, Room.position, Stay.id)
    )  # fmt: skip


def _open() -> _Stays:
    return _query().where(Stay.state.in_(_OPEN))


def _known() -> _Stays:
    return _query().where(Stay.state != StayState.RELEASED)


def _guests(property_id: int) -> _Stays:
    return _known().where(Stay.property_id == property_id, _GUEST)


def _views(
    session: Session, query: _Stays | Prepared, asked: Mapping[str, object] | None = None
) -> tuple[StayView, ...]:
    return tuple(
        StayView(
            s.id, s.revision, s.room_id, s.room, s.arrival, s.departure, s.reason, s.state,
            s.guest, s.phone, Money.of(s.price, s.currency) if s.price is not None and s.currency else None,
            s.note, s.made_by, s.made_at, s.source, s.reference, s.checked_in_at is not None, s.sold_as,
        )
        for s in run(session, query, asked)
    )  # fmt: skip


# What every message runs is built once: to build a statement takes longer than to run it.
_OF_PROPERTY = (Stay.property_id == bindparam("property_id"), Stay.departure > bindparam("since"))
_INSIDE = Prepared(
    _known().where(*_OF_PROPERTY, Stay.checked_in_at.is_not(None), Stay.checked_out_at.is_(None)),
)
_EXPECTED = Prepared(
    _open().where(*_OF_PROPERTY, Stay.arrival <= bindparam("today"), Stay.checked_in_at.is_(None), _GUEST)
)
_ONE = Prepared(_query().where(Stay.id == bindparam("stay_id")))
_IN_ROOMS = Prepared(
    _open().where(Stay.room_id.in_(bindparam("room_ids", expanding=True)), Stay.departure > bindparam("since"))
)
