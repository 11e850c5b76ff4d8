"""Reads about cases and the tasks they leave, for cards and lists, as frozen rows."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import business_day
from core.conflicts import advice, keeping, loading, rules, taught
from core.conflicts.events import ConflictClosed
from core.conflicts.models import Conflict, ConflictParty, FollowUp
from core.conflicts.rules import Group
from core.conflicts.same import echoes
from core.conflicts.views import Advice, CaseState, ConflictView, FollowUpView, PartyView, Severity
from core.events.models import Event
from core.inventory.models import RoomNight
from core.properties import queries as properties
from core.properties.models import Property, Room
from core.properties.views import RoomView
from core.staff.models import Person
from core.stays import queries as stays
from core.stays.models import Stay
from core.stays.reasons import StayState
from core.values.nights import Nights


def case(session: Session, conflict_id: int, now: datetime) -> ConflictView | None:
    """One case, whatever its state; advice only while it is open."""
    found = session.get(Conflict, conflict_id, populate_existing=True)
    return _view(session, found, now) if found is not None else None


def open_cases(session: Session, property_id: int, now: datetime) -> tuple[ConflictView, ...]:
    """The open cases of a property, the worst first, then the nearest."""
    query = select(Conflict).where(Conflict.property_id == property_id, Conflict.state == CaseState.OPEN)
    views = [_view(session, found, now) for found in session.scalars(query.order_by(Conflict.id)).all()]
    order = list(Severity)
    return tuple(sorted(views, key=lambda view: (-order.index(view.severity), view.nights.arrival, view.conflict_id)))


def follow_ups(session: Session, property_id: int) -> tuple[FollowUpView, ...]:
    """What is left to be done at channels and with guests of a property, the nearest arrival first."""
    query = (
        select(FollowUp)
        .where(FollowUp.property_id == property_id, FollowUp.done_at.is_(None))
        .join(Stay, Stay.id == FollowUp.stay_id)
        .order_by(Stay.arrival, FollowUp.id)
    )
    views = ((task, stays.stay(session, task.stay_id)) for task in session.scalars(query).all())
    return tuple(FollowUpView(task.id, task.kind, stay, task.made_at) for task, stay in views if stay is not None)


def _view(session: Session, found: Conflict, now: datetime) -> ConflictView:
    place = session.get_one(Property, found.property_id)
    today = business_day(now, place.timezone)
    is_open = found.state == CaseState.OPEN
    nights = Nights(found.arrival, found.departure)
    members = _members(session, found.id)
    group = loading.group(session, found.room_id, members, nights)
    ways = _ways(session, found, place, group, today) if is_open else ()
    kept = keeping.kept_room(found, now)
    named = {move.room_id for way in ways for move in way.moves} | ({kept} if kept is not None else set())
    rooms = _rooms(session, {found.room_id, *named})
    decision = found.decision or {}
    return ConflictView(
        conflict_id=found.id, revision=found.revision, property_id=found.property_id, state=CaseState(found.state),
        severity=_severity(found, group, today), room=rooms[found.room_id], nights=nights,
        parties=_parties(session, found, members), advice=ways,
        rooms=tuple(rooms[room_id] for room_id in rooms if room_id in named),
        kept_room=rooms[kept] if kept is not None else None, opened_at=found.opened_at,
        decided_by=_name(session, found.decided_by), decided_at=found.ended_at,
        decision=_text(decision.get("command")), winner_id=_number(decision.get("winner")),
        kept_until=found.kept_until if kept is not None else None, merged_into=_merged_into(session, found),
    )  # fmt: skip


def _members(session: Session, conflict_id: int) -> list[Stay]:
    query = (
        select(Stay)
        .join(ConflictParty, ConflictParty.stay_id == Stay.id)
        .where(ConflictParty.conflict_id == conflict_id, ConflictParty.left_at.is_(None))
        .order_by(Stay.made_at, Stay.id)
    )
    return list(session.scalars(query))


def _ways(session: Session, found: Conflict, place: Property, group: Group, today: date) -> tuple[Advice, ...]:
    if found.departure <= today or not group.parties:
        return ()
    house = loading.house(session, place.id, group, today, found.id)
    return advice.ways(group, place.conflict_preference, house)


def _severity(found: Conflict, group: Group, today: date) -> Severity:
    """How much the case hurries by now; of a settled one how much it did."""
    if found.state != CaseState.OPEN or not group.parties:
        return Severity(found.severity)
    return rules.severity(group, today)


def _parties(session: Session, found: Conflict, members: list[Stay]) -> tuple[PartyView, ...]:
    held = select(RoomNight.stay_id).where(
        RoomNight.room_id == found.room_id, RoomNight.night >= found.arrival, RoomNight.night < found.departure
    )
    holders = set(session.scalars(held.distinct()))
    possible = echoes(session, [stay.id for stay in members]) - holders if len(members) > 1 else set()
    before = taught.only_our_block(session, found.property_id, possible) if possible else set()
    together = _together(session, members)
    views = [(stays.stay(session, stay.id), stay.id) for stay in sorted(members, key=lambda one: one.id not in holders)]
    return tuple(
        PartyView(
            view, holds=stay_id in holders, echo_possible=stay_id in possible, echo_before=stay_id in before,
            with_rooms=together.get(stay_id, ()),
        )
        for view, stay_id in views
        if view is not None
    )  # fmt: skip


def _together(session: Session, members: list[Stay]) -> dict[int, tuple[str, ...]]:
    """By party, the other rooms that are booked with it (R31); the parts of a stay that changes rooms among them."""
    found: dict[int, tuple[str, ...]] = {}
    for stay in members:
        if stay.reservation_id is not None:
            query = (
                select(Room.name)
                .join(Stay, Stay.room_id == Room.id)
                .where(Stay.reservation_id == stay.reservation_id, Stay.state != StayState.RELEASED)
                .where(Stay.id != stay.id, Room.id != stay.room_id)
                .order_by(Room.position, Room.id)
            )
            found[stay.id] = tuple(dict.fromkeys(session.scalars(query)))
    return found


def _rooms(session: Session, room_ids: set[int]) -> dict[int, RoomView]:
    """Views of these rooms, removed ones too, in the order people know."""
    return {room.room_id: room for room in properties.rooms_by_id(session, room_ids)}


def _merged_into(session: Session, found: Conflict) -> int | None:
    """The case that a closed one became part of: its last event says so."""
    if found.state != CaseState.CLOSED:
        return None
    closed = select(Event.facts).where(
        Event.subject == ConflictClosed.subject, Event.subject_id == found.id, Event.kind == ConflictClosed.kind
    )
    facts = session.scalar(closed.order_by(Event.id.desc()).limit(1))
    return _number(facts.get("merged_into")) if facts is not None else None


def _name(session: Session, person_id: int | None) -> str | None:
    return session.get_one(Person, person_id).name if person_id is not None else None


def _text(value: object) -> str | None:
    return str(value) if value is not None else None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None
