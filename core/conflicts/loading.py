"""Stays as the rules of cases must know them, read in a few indexed queries."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from itertools import groupby

from sqlalchemy import ColumnElement, literal, select
from sqlalchemy.orm import Session

from core.channels.models import ChannelBooking
from core.conflicts.models import Conflict, ConflictParty
from core.conflicts.occupancy import Held, House
from core.conflicts.rules import Group, Party
from core.conflicts.views import CaseState
from core.inventory import parts
from core.inventory.models import RoomNight
from core.properties import queries as properties
from core.stays.models import Stay
from core.stays.reasons import Reason, StayState
from core.values.nights import Nights, runs

IS_CONTESTED: ColumnElement[bool] = Stay.state == literal(StayState.CONTESTED.value, literal_execute=True)
"""Written out, so that both engines see that the partial index `ix_stays_contested` answers it."""
AROUND = timedelta(days=30)
"""How far beyond a case the rooms are looked at: a stay that lasts longer is left where it is."""
_SOLD = "stay"
_NOBODY = 0
"""No stay has this number."""


def contested(session: Session, room_ids: Collection[int], since: date) -> list[Stay]:
    """The contested stays of these rooms that end after `since`, the oldest first, as they are in the database."""
    query = (
        select(Stay)
        .where(Stay.room_id.in_(room_ids), IS_CONTESTED, Stay.departure > since)
        .order_by(Stay.id)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(query))


def parties(session: Session, waiting: Iterable[Stay], today: date) -> list[Party]:
    """The stays in `waiting`, which are contested, and whoever holds what they lack from `today` on."""
    found: dict[tuple[int, int], Stay] = {}
    for stay in waiting:
        found[stay.id, stay.room_id] = stay
        for holder in _holders(session, stay, today):
            found.setdefault((holder.id, stay.room_id), holder)
    told = _told(session, {stay.id for stay in found.values()})
    return [party(stay, room_id, *told.get(stay.id, (None, None))) for (_, room_id), stay in found.items()]


def party(stay: Stay, room_id: int, link_id: int | None = None, code: str | None = None) -> Party:
    """A stay as a party of a case about `room_id`."""
    return Party(
        stay_id=stay.id, room_id=room_id, nights=stay.nights, reason=Reason(stay.reason), made_at=stay.made_at,
        contested=stay.state == StayState.CONTESTED, source=stay.source, link_id=link_id, code=code,
        checked_in=stay.checked_in_at is not None,
    )  # fmt: skip


def group(session: Session, room_id: int, stays: Iterable[Stay], nights: Nights) -> Group:
    """A case as it is on record: its stays, and the nights in dispute without gaps."""
    stays = list(stays)
    told = _told(session, {stay.id for stay in stays})
    found = [party(stay, room_id, *told.get(stay.id, (None, None))) for stay in stays]
    found.sort(key=lambda one: (one.contested, one.made_at, one.stay_id))
    return Group(room_id, tuple(found), tuple(nights))


def house(session: Session, property_id: int, about: Group, today: date, conflict_id: int | None = None) -> House:
    """The rooms of a property and who holds them, as the advice on a case must know them."""
    until = max(party.nights.departure for party in about.parties) + AROUND
    rooms = properties.rooms(session, property_id)
    room = (
        next((one for one in rooms if one.room_id == about.room_id), None)
        or (properties.rooms_by_id(session, [about.room_id])[0])
    )
    made = parts.of_property(session, property_id)
    watched = {one.room_id for one in rooms} | {room.room_id}
    fixed = _in_other_cases(session, property_id, conflict_id)
    query = (
        select(
            RoomNight.room_id, RoomNight.stay_id, RoomNight.night,
            Stay.reason, Stay.state, Stay.checked_in_at, Stay.arrival,
        )
        .join(Stay, Stay.id == RoomNight.stay_id)
        .where(RoomNight.room_id.in_(watched), RoomNight.night >= today, RoomNight.night < until)
        .order_by(RoomNight.room_id, RoomNight.stay_id, RoomNight.night)
    )  # fmt: skip
    held: list[Held] = []
    for (room_id, stay_id), rows in groupby(session.execute(query), key=lambda row: (row[0], row[1])):
        of_stay = list(rows)
        _, _, _, reason, state, checked_in_at, arrival = of_stay[0]
        lost = state == StayState.SHADOWED
        movable = not (lost or checked_in_at is not None or reason == Reason.MAINTENANCE or stay_id in fixed)
        nights = runs(row[2] for row in of_stay)
        held += [Held(stay_id, room_id, run, movable, arrival < today) for run in nights]
        # A taken part closes the whole, whoever could leave it.
        wholes = made.within.get(room_id, ())
        held += [Held(_NOBODY, whole, run, movable=False) for whole in wholes for run in nights]
    return House(today, until, room, rooms, [*held, *_kept(session, property_id, conflict_id)])


def _in_other_cases(session: Session, property_id: int, conflict_id: int | None) -> set[int]:
    query = (
        select(ConflictParty.stay_id)
        .join(Conflict, Conflict.id == ConflictParty.conflict_id)
        .where(Conflict.property_id == property_id, Conflict.state == CaseState.OPEN)
        .where(Conflict.id != (conflict_id or 0), ConflictParty.left_at.is_(None))
    )
    return set(session.scalars(query))


def _kept(session: Session, property_id: int, conflict_id: int | None) -> list[Held]:
    """The rooms kept for other cases: nobody is advised to go there."""
    query = select(Conflict.id, Conflict.kept_room_id, Conflict.kept_arrival, Conflict.kept_departure).where(
        Conflict.property_id == property_id, Conflict.state == CaseState.OPEN,
        Conflict.kept_room_id.is_not(None), Conflict.id != (conflict_id or 0),
    )  # fmt: skip
    return [
        Held(-case_id, room_id, Nights(arrival, departure), movable=False)
        for case_id, room_id, arrival, departure in session.execute(query)
        if room_id is not None and arrival is not None and departure is not None
    ]


def _holders(session: Session, stay: Stay, today: date) -> list[Stay]:
    """Who holds nights of a stay's room, or of a part of it, that it lacks. The others it holds itself."""
    rooms = parts.of_room(session, stay.room_id).taken_with(stay.room_id)
    query = (
        select(Stay)
        .join(RoomNight, RoomNight.stay_id == Stay.id)
        .where(RoomNight.room_id.in_(rooms), RoomNight.stay_id != stay.id)
        .where(RoomNight.night >= max(stay.arrival, today), RoomNight.night < stay.departure)
        .order_by(Stay.id)
        .distinct()
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(query))


def _told(session: Session, stay_ids: Collection[int]) -> dict[int, tuple[int, str | None]]:
    """By stay, the link that told of it and the code of the reservation there."""
    query = (
        select(ChannelBooking.stay_id, ChannelBooking.link_id, ChannelBooking.code)
        .where(ChannelBooking.stay_id.in_(stay_ids), ChannelBooking.taken_as == _SOLD)
        .order_by(ChannelBooking.id.desc())
    )
    return {stay_id: (link_id, code) for stay_id, link_id, code in session.execute(query) if stay_id is not None}
