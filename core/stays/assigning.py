"""A room for a stay that is sold as a type: chosen so that nothing fragments, others whose room nobody chose put aside.

What is full is refused, unless the type may be oversold; then a stay gets the room in which it has most of its nights,
and waits there, contested, for the others. Rooms are looked at alone: what is kept back or stopped is for the channels.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select

from core.clock import business_day
from core.conflicts.models import Conflict, ConflictParty
from core.conflicts.views import CaseState
from core.db.work import UnitOfWork
from core.events.service import By
from core.feeds import service as feeds
from core.inventory import availability, marks, parts
from core.inventory import service as inventory
from core.inventory.models import RoomNight
from core.inventory.rows import TypeOversold
from core.properties.models import Property, Room, RoomType
from core.stays import events as happenings
from core.stays import fitting, holding
from core.stays.errors import NoRoomFits
from core.stays.models import Stay
from core.stays.reasons import StayState
from core.stays.telling import happening_of, recorded
from core.values.nights import ONE_NIGHT, Nights

AROUND = timedelta(days=30)
"""How far from the nights the rooms are looked at; a stay that lasts longer stays where it is."""
_NOBODY = By()


def place(
    work: UnitOfWork, type_id: int, nights: Nights, quantity: int = 1, *, insist: bool = False, by: By = _NOBODY
) -> list[Room]:
    """Rooms for `quantity` new stays of a type, locked; others are moved aside now, the fewest that do (R1).

    Who takes the rooms uses `holding.claim` where the type may be oversold, or with `insist` (what a channel sold is
    sold): then a room may be taken on some of the nights. Raises `TypeOversold` (facts `type_id`, `night`,
    `available`) or `NoRoomFits` (facts `splits`), never with `insist`, and `Busy`.
    """
    board = _look(work, type_id, nights)
    span = nights if board.plan(quantity).moves == () else board.span
    inventory.lock(work, ((type_id, night) for night in span))
    board = _look(work, type_id, nights)
    fitting_now = quantity if insist else _refuse_full(work, board, quantity)
    plan = board.plan(fitting_now)
    if not plan.rooms and fitting_now:
        if not insist:
            facts = [[_slept(board, segment) for segment in way] for way in board.splits()]
            raise NoRoomFits(type_id=type_id, quantity=quantity, splits=facts)
        plan = board.as_many(quantity)
    if plan.moves:
        _move(work, board, plan.moves, by)
        board = _look(work, type_id, nights)
    waiting = board.best()
    rooms = [*plan.rooms, *([waiting] * (quantity - len(plan.rooms)) if waiting is not None else [])]
    return [holding.room_of(work, room_id) for room_id in rooms]


@dataclass(frozen=True, slots=True)
class _Board:
    """The rooms of a type around some nights."""

    type_id: int
    nights: Nights
    span: Nights
    places: list[fitting.Place]
    loose: list[fitting.Loose]

    def plan(self, quantity: int) -> fitting.Plan:
        """Rooms for so many, or none."""
        return fitting.plan(self.places, self.loose, self.wants, quantity) or fitting.Plan(())

    def as_many(self, quantity: int) -> fitting.Plan:
        """Rooms for as many of them as can be."""
        found = (self.plan(fewer) for fewer in range(quantity - 1, 0, -1))
        return next((plan for plan in found if plan.rooms), fitting.Plan(()))

    def best(self) -> int | None:
        """Where one waits that finds no room."""
        return fitting.best(self.places, self.loose, self.wants)

    def splits(self) -> list[tuple[fitting.Segment, ...]]:
        """The ways with changes of room."""
        return fitting.splits(self.places, self.loose, self.wants)

    @property
    def wants(self) -> int:
        """The nights as bits."""
        return _bits(self.nights, self.span)


def _look(work: UnitOfWork, type_id: int, nights: Nights) -> _Board:
    """The rooms of a type as they are now."""
    type_ = work.session.get_one(RoomType, type_id)
    today = business_day(work.now, work.session.get_one(Property, type_.property_id).timezone)
    span = Nights(max(min(today, nights.arrival), nights.arrival - AROUND), nights.departure + AROUND)
    query = select(Room.id).where(Room.type_id == type_id, Room.removed_at.is_(None))
    rooms = work.session.scalars(query.order_by(Room.position, Room.id)).all()
    made = parts.of_type(work.session, type_id)
    held = _held(work, {each for room_id in rooms for each in made.taken_with(room_id)}, span)
    loose = _loose(work, type_id, rooms, span, today)
    moving = {one.stay_id for one in loose}
    walls = {
        room_id: sum(
            {
                1 << (night - span.arrival).days
                for each in made.taken_with(room_id)
                for night, stay_id in held.get(each, ())
                if stay_id not in moving
            }
        )
        for room_id in rooms
    }
    last = marks.out_of_service(work.session, rooms, nights) | _kept(work, rooms, nights)
    places = [fitting.Place(room_id, walls[room_id], room_id in last) for room_id in rooms]
    return _Board(type_id, nights, span, places, loose)


def _held(work: UnitOfWork, room_ids: Collection[int], span: Nights) -> dict[int, list[tuple[date, int]]]:
    query = select(RoomNight.room_id, RoomNight.night, RoomNight.stay_id).where(
        RoomNight.room_id.in_(room_ids), RoomNight.night >= span.arrival, RoomNight.night < span.departure
    )
    found: dict[int, list[tuple[date, int]]] = {}
    for room_id, night, stay_id in work.session.execute(query):
        found.setdefault(room_id, []).append((night, stay_id))
    return found


def _loose(work: UnitOfWork, type_id: int, rooms: Collection[int], span: Nights, today: date) -> list[fitting.Loose]:
    """The stays that the house may put elsewhere: sold as this type, not begun, all within what is looked at."""
    query = (
        select(Stay.id, Stay.room_id, Stay.arrival, Stay.departure, Stay.state, Stay.assigned, Stay.type_id)
        .where(Stay.room_id.in_(rooms), Stay.departure > span.arrival, Stay.arrival < span.departure)
        .where(or_(Stay.state == StayState.SHADOWED, Stay.state == StayState.HOLDING), Stay.checked_in_at.is_(None))
        .order_by(Stay.id)
    )
    in_cases = set(
        work.session.scalars(
            select(ConflictParty.stay_id)
            .join(Conflict, Conflict.id == ConflictParty.conflict_id)
            .where(Conflict.room_id.in_(rooms), Conflict.state == CaseState.OPEN, ConflictParty.left_at.is_(None))
        )
    )
    found: list[fitting.Loose] = []
    lost: dict[int, list[Nights]] = {}
    for stay_id, room_id, arrival, departure, state, assigned, sold_as in work.session.execute(query):
        of_stay = Nights(arrival, departure)
        if state == StayState.SHADOWED:
            lost.setdefault(room_id, []).append(of_stay)
            continue
        seen = arrival >= max(today, span.arrival) and departure <= span.departure
        if seen and not assigned and sold_as == type_id and stay_id not in in_cases:
            found.append(fitting.Loose(stay_id, room_id, _bits(of_stay, span)))
    # What somebody leaves goes to who has lost it there first (R20): nobody else would have the room.
    return [
        one for one in found
        if not any(one.nights & _bits(nights, span) for nights in lost.get(one.room_id, ()))
    ]  # fmt: skip


def _kept(work: UnitOfWork, rooms: Collection[int], nights: Nights) -> set[int]:
    """The rooms that are kept for cases (R21)."""
    query = select(Conflict.kept_room_id).where(
        Conflict.kept_room_id.in_(rooms),
        Conflict.kept_arrival < nights.departure,
        Conflict.kept_departure > nights.arrival,
    )
    return {room_id for room_id in work.session.scalars(query) if room_id is not None}


def _refuse_full(work: UnitOfWork, board: _Board, quantity: int) -> int:
    """How many can have a room by the numbers; raises `TypeOversold` where the allowance is not enough for the rest."""
    room_for = quantity
    for day in availability.of_type(work.session, board.type_id, board.nights):
        free = day.free - day.contested
        if free + day.allowance < quantity:
            raise TypeOversold(type_id=board.type_id, night=day.night, available=max(0, free + day.allowance))
        room_for = min(room_for, max(0, free))
    return room_for


def _move(work: UnitOfWork, board: _Board, moves: Iterable[tuple[int, int]], by: By) -> None:
    """Put stays into other rooms: all leave before any comes, so that they may change places."""
    moving = [(work.session.get_one(Stay, stay_id, populate_existing=True), to) for stay_id, to in moves]
    inventory.lock(work, ((board.type_id, night) for stay, _ in moving for night in stay.nights))
    opened = {stay.id: inventory.release(work, stay, list(stay.nights)) for stay, _ in moving}
    left = {stay.id: holding.room_of(work, stay.room_id) for stay, _ in moving}
    for stay, to in moving:
        room = holding.room_of(work, to)
        inventory.take(work, stay, room, list(stay.nights))
        stay.room_id = room.id
        holding.touch(work, stay)
    work.session.flush()
    for stay, to in moving:
        room, before = holding.room_of(work, to), left[stay.id]
        feeds.close(work, room.id, list(stay.nights), stay.id)
        holding.open_late(work, stay, opened[stay.id])
        happening = happening_of(
            happenings.StayMoved, work, stay, room, before_room=before.name, before_room_id=before.id
        )
        recorded(work, stay, room, happening, by, stay.nights)


def _slept(board: _Board, segment: fitting.Segment) -> dict[str, object]:
    room_id, first, end = segment
    start = board.span.arrival
    return {
        "room_id": room_id,
        "arrival": (start + first * ONE_NIGHT).isoformat(),
        "departure": (start + end * ONE_NIGHT).isoformat(),
    }


def _bits(nights: Nights, span: Nights) -> int:
    """The nights within `span` as bits."""
    first = max((nights.arrival - span.arrival).days, 0)
    end = min(max((nights.departure - span.arrival).days, 0), len(span))
    return (1 << end) - (1 << first) if first < end else 0
