"""Cases open, widen and close by themselves: what follows from who holds which night, after every change.

The rows of the nights are the truth; a case is what people are told about it. So a case is never kept up to date by the
verb that changed something, but found anew in the rooms it touched, and matched to the open ones by the stays in it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import BindParameter, bindparam, exists, or_, select, update
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import flag_modified

from core.clock import business_day
from core.conflicts import events as happenings
from core.conflicts import keeping, loading, reminding, rules
from core.conflicts.models import Conflict, ConflictParty
from core.conflicts.rules import Group
from core.conflicts.views import CaseState
from core.db.prepared import Prepared, run
from core.db.work import UnitOfWork
from core.events import service as events
from core.events.service import By
from core.feeds import service as feeds
from core.inventory import service as inventory
from core.outbox import service as outbox
from core.outbox.effects import TellConflict
from core.properties.models import Property, Room
from core.stays import holding, provisional
from core.stays.models import Stay
from core.stays.reasons import StayState

_NOBODY = By()
_ROOMS: BindParameter[int] = bindparam("rooms", expanding=True)
_CONCERNED = Prepared(
    select(
        or_(
            exists().where(Stay.room_id.in_(_ROOMS), loading.IS_CONTESTED, Stay.departure > bindparam("since")),
            exists().where(Conflict.room_id.in_(_ROOMS), Conflict.state == CaseState.OPEN),
        )
    )
)


@dataclass(slots=True)
class _Open:
    """An open case and the stays in it."""

    case: Conflict
    stays: frozenset[int]


def review(work: UnitOfWork, room_ids: Iterable[int], by: By = _NOBODY) -> list[int]:
    """Bring the cases of these rooms up to date with their nights; the open ones there, by id.

    To be called after every change of nights, with the rooms that it touched. Costs one indexed query where nobody is
    contested and nothing is open.
    """
    rooms = sorted(set(room_ids))
    if not rooms or not _concerned(work, rooms):
        return []
    work.session.flush()
    found: list[int] = []
    for place, of_place in _by_property(work, rooms).items():
        found += _review(work, place, of_place, by.also())
    return found


def sweep(work: UnitOfWork) -> list[int]:
    """Review the cases whose nights may be over by now; the open ones among them and beside them, by id."""
    soon = work.now.date() + timedelta(days=1)
    query = select(Conflict.room_id).where(Conflict.state == CaseState.OPEN, Conflict.departure <= soon)
    return review(work, work.session.scalars(query.distinct()).all())


def put_off(work: UnitOfWork, conflict_id: int, reminded: int, remind_at: datetime | None) -> None:
    """Set when people are reminded next, without a new revision: cards that were shown stay good."""
    work.session.execute(
        update(Conflict).where(Conflict.id == conflict_id).values(reminded=reminded, remind_at=remind_at)
    )


def of_stay(session: Session, stay_id: int) -> int | None:
    """The open case that a stay is in."""
    query = (
        select(Conflict.id)
        .join(ConflictParty, ConflictParty.conflict_id == Conflict.id)
        .where(ConflictParty.stay_id == stay_id, ConflictParty.left_at.is_(None), Conflict.state == CaseState.OPEN)
        .order_by(Conflict.id)
        .limit(1)
    )
    return session.scalar(query)


def parties_of(work: UnitOfWork, conflict_id: int) -> list[Stay]:
    """The stays that are in a case, as they are in the database, the oldest first."""
    query = (
        select(Stay)
        .join(ConflictParty, ConflictParty.stay_id == Stay.id)
        .where(ConflictParty.conflict_id == conflict_id, ConflictParty.left_at.is_(None))
        .order_by(Stay.id)
        .execution_options(populate_existing=True)
    )
    return list(work.session.scalars(query))


_Facts = tuple[str, date, date, tuple[int, ...]]


def happening_facts(work: UnitOfWork, case: Conflict, stays: Collection[int]) -> _Facts:
    """What every event about a case begins with."""
    room = work.session.get_one(Room, case.room_id).name
    return room, case.arrival, case.departure, tuple(sorted(stays))


def _concerned(work: UnitOfWork, rooms: list[int]) -> bool:
    since = work.now.date() - timedelta(days=2)
    return bool(run(work.session, _CONCERNED, {"rooms": rooms, "since": since}).scalar())


def _by_property(work: UnitOfWork, rooms: list[int]) -> dict[Property, list[int]]:
    found: dict[Property, list[int]] = {}
    query = select(Room).where(Room.id.in_(rooms)).options(joinedload(Room.property)).order_by(Room.id)
    for room in work.session.scalars(query):
        found.setdefault(room.property, []).append(room.id)
    return found


def _review(work: UnitOfWork, place: Property, rooms: list[int], by: By) -> list[int]:
    today = business_day(work.now, place.timezone)
    waiting = _still_waiting(work, rooms, today)
    groups = rules.groups(loading.parties(work.session, waiting, today), today)
    left = _open_cases(work, rooms)
    found: list[int] = []
    for group in groups:
        stays = {party.stay_id for party in group.parties}
        same = [known for known in left if known.stays & stays]
        left = [known for known in left if not known.stays & stays]
        found.append(_opened(work, place, group, by) if not same else _followed(work, place, group, same, by))
    for known in left:
        _close(work, known, by)
    return found


def _still_waiting(work: UnitOfWork, rooms: list[int], today: date) -> list[Stay]:
    """The contested stays, after those were served that wait for nothing any more or for what nobody needs.

    One whose room nobody chose goes into another one of its type that is free by now (R3).
    """
    found: list[Stay] = []
    for stay in loading.contested(work.session, rooms, today):
        room = holding.room_of(work, stay.room_id, removed=True)
        holding.inherit(work, stay, room)
        if stay.state == StayState.CONTESTED and holding.state_of(work, stay) == StayState.HOLDING:
            # What it lacked is over: that can be mended no more.
            stay.state = StayState.HOLDING
            holding.touch(work, stay)
        if not provisional.find_room(work, stay) and stay.state == StayState.CONTESTED:
            found.append(stay)
    work.session.flush()
    if work.touched_rooms or work.touched_types:
        feeds.changed(work, inventory.touched_rooms(work))
    return found


def _open_cases(work: UnitOfWork, rooms: list[int]) -> list[_Open]:
    query = (
        select(Conflict)
        .where(Conflict.room_id.in_(rooms), Conflict.state == CaseState.OPEN)
        .order_by(Conflict.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    cases = work.session.scalars(query).all()
    stays: dict[int, set[int]] = {case.id: set() for case in cases}
    inside = select(ConflictParty.conflict_id, ConflictParty.stay_id).where(
        ConflictParty.conflict_id.in_(stays), ConflictParty.left_at.is_(None)
    )
    for conflict_id, stay_id in work.session.execute(inside):
        stays[conflict_id].add(stay_id)
    return [_Open(case, frozenset(stays[case.id])) for case in cases]


def _opened(work: UnitOfWork, place: Property, group: Group, by: By) -> int:
    today = business_day(work.now, place.timezone)
    severity = rules.severity(group, today)
    case = Conflict(
        property_id=place.id, room_id=group.room_id, state=CaseState.OPEN, severity=severity,
        arrival=group.nights.arrival, departure=group.nights.departure, opened_at=work.now, changed_at=work.now,
        remind_at=reminding.first_at(severity, work.now),
    )  # fmt: skip
    work.session.add(case)
    work.session.flush()
    stays = {party.stay_id for party in group.parties}
    _seat(work, case, stays, frozenset())
    happening = happenings.ConflictOpened(*happening_facts(work, case, stays), severity)
    events.record(work, happening, case.id, property_id=place.id, by=by)
    outbox.add(work, TellConflict(case.id))
    keeping.keep(work, case, group, place)
    return case.id


def _followed(work: UnitOfWork, place: Property, group: Group, same: list[_Open], by: By) -> int:
    """Let the oldest of the cases that share a stay with `group` be the case of it; the others become part of it."""
    known, *others = same
    case, stays = known.case, frozenset(party.stay_id for party in group.parties)
    merged = tuple(other.case.id for other in others)
    for other in others:
        _close(work, other, by, merged_into=case.id)
    was = (known.stays, case.room_id, case.arrival, case.departure)
    if was == (stays, group.room_id, group.nights.arrival, group.nights.departure) and not merged:
        keeping.look_again(work, case, group, place)
        return case.id
    severity = rules.severity(group, business_day(work.now, place.timezone))
    _seat(work, case, stays, known.stays)
    case.room_id, case.severity, case.changed_at = group.room_id, severity, work.now
    case.arrival, case.departure = group.nights.arrival, group.nights.departure
    # Who is in it is no column of the case, and within one tick of the clock nothing else may differ.
    flag_modified(case, "changed_at")
    work.session.flush()
    happening = happenings.ConflictChanged(*happening_facts(work, case, stays), severity, merged)
    events.record(work, happening, case.id, property_id=place.id, by=by)
    outbox.add(work, TellConflict(case.id))
    keeping.keep(work, case, group, place)
    return case.id


def _close(work: UnitOfWork, known: _Open, by: By, *, merged_into: int | None = None) -> None:
    case = known.case
    happening = happenings.ConflictClosed(*happening_facts(work, case, known.stays), merged_into)
    case.state, case.ended_at, case.changed_at = CaseState.CLOSED, work.now, work.now
    keeping.let_go(work, case)
    work.session.flush()
    events.record(work, happening, case.id, property_id=case.property_id, by=by)
    outbox.add(work, TellConflict(case.id))


def _seat(work: UnitOfWork, case: Conflict, stays: Collection[int], before: Collection[int]) -> None:
    for stay_id in sorted(set(stays) - set(before)):
        # Who left the case and is back has its row already.
        party = ConflictParty(conflict_id=case.id, stay_id=stay_id, joined_at=work.now, left_at=None)
        work.session.merge(party)
    for stay_id in sorted(set(before) - set(stays)):
        work.session.get_one(ConflictParty, (case.id, stay_id)).left_at = work.now
