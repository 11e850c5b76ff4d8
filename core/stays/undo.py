"""Taking changes back: each undo is a new command under today's rules, never a rollback (R25)."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from core.channels.models import Channel, ChannelLink
from core.conflicts import cases
from core.db.work import UnitOfWork
from core.events.models import Event
from core.events.service import By
from core.feeds.service import UNDO_TIME
from core.properties.models import Room
from core.stays import cancelling, commands, errors, events, overdue, rules, service, splitting
from core.stays.models import Stay
from core.stays.reasons import StayState
from core.stays.telling import Change
from core.values.nights import Nights, from_pairs

UNDOABLE = tuple(
    kind.kind
    for kind in (
        events.RoomBlocked, events.RoomUnblocked, events.StayExtended, events.StayShortened, events.StayMoved,
        events.CancelledHere, events.StayDivided, events.GuestCheckedOut, events.GuestNeverCame,
    )
)  # fmt: skip

CLOSINGS = (events.RoomBlocked.kind, events.StayExtended.kind, events.StayMoved.kind)
"""Changes that feeds show at once; the others open late, so no channel can have read them while they can be undone."""


@dataclass(frozen=True, slots=True)
class WrongRead:
    """A channel that has read the state which is now taken back."""

    platform: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Undone:
    """One change taken back: its kind, how things stand now, and which channels had read it."""

    what: str
    change: Change
    read_by: tuple[WrongRead, ...]


def undo(work: UnitOfWork, order: commands.UndoChanges, by: By) -> list[Undone]:
    """Take back the changes of `order`, the newest first.

    Raises `TooLateToUndo`, `AlreadyUndone`, `ChangedMeanwhile`, or what the reverse verb raises (`NightTaken` …).
    """
    return [_undo_one(work, event_id, by) for event_id in sorted(order.event_ids, reverse=True)]


def last_undoable(session: Session, property_id: int, person_id: int, now: datetime) -> tuple[int, ...]:
    """The events of this person's last message that changed something here; empty when it is too late for all."""
    later = aliased(Event)
    query = (
        select(Event)
        .where(Event.property_id == property_id, Event.person_id == person_id, Event.kind.in_(UNDOABLE))
        .where(Event.undoes.is_(None), ~exists().where(later.undoes == Event.id), Event.at >= now - UNDO_TIME)
        .order_by(Event.id.desc())
        .limit(20)
    )
    found = session.scalars(query).all()
    same = [event for event in found if event.correlation and event.correlation == found[0].correlation]
    return tuple(event.id for event in (same or found[:1]))


def _undo_one(work: UnitOfWork, event_id: int, by: By) -> Undone:
    event = work.session.get(Event, event_id)
    if event is None or event.kind not in UNDOABLE or event.undoes is not None:
        raise errors.NothingToUndo(event_id=event_id)
    _refuse_undone(work, event_id)
    if not rules.undo_is_open(event.at, work.now, UNDO_TIME):
        raise errors.TooLateToUndo(minutes=int(UNDO_TIME.total_seconds() // 60))
    facts: dict[str, Any] = dict(event.facts)
    stay = work.session.get(Stay, event.subject_id, populate_existing=True)
    if stay is None or stay.revision != _undisturbed(work, event):
        raise errors.ChangedMeanwhile(stay_id=event.subject_id)
    read_by = _read_by(work, stay, event) if event.kind in CLOSINGS else ()
    try:
        change = _REVERSES[event.kind](work, stay, facts, replace(by, undoes=event_id))
    except (errors.AlreadyEnded, errors.ChangedMeanwhile):
        # Somebody was faster: if it was the same undo, that is what there is to say.
        _refuse_undone(work, event_id)
        raise
    return Undone(event.kind, change, read_by)


def _refuse_undone(work: UnitOfWork, event_id: int) -> None:
    earlier = work.session.scalar(select(Event).where(Event.undoes == event_id))
    if earlier is not None:
        raise errors.AlreadyUndone(at=earlier.at, person_id=earlier.person_id)


def _undisturbed(work: UnitOfWork, event: Event) -> object:
    """The revision its stay has if everything after `event` was taken back; None when something still stands."""
    undoing = aliased(Event)
    since = select(Event).where(
        Event.subject == event.subject, Event.subject_id == event.subject_id, Event.id >= event.id
    )
    stands = since.where(Event.id > event.id, Event.undoes.is_(None), ~exists().where(undoing.undoes == Event.id))
    if work.session.scalars(stands.limit(1)).first() is not None:
        return None
    return work.session.scalars(since.order_by(Event.id.desc()).limit(1)).one().facts["revision"]


def read_since(session: Session, versions: Mapping[int, int]) -> tuple[WrongRead, ...]:
    """The channels that have read what a change with these feeds' versions, by room, showed them."""
    query = (
        select(ChannelLink.room_id, ChannelLink.read_version, ChannelLink.read_at, Channel.platform)
        .join(Channel, Channel.id == ChannelLink.channel_id)
        .where(ChannelLink.room_id.in_(list(versions)), ChannelLink.read_at.is_not(None))
        .order_by(ChannelLink.id)
    )
    return tuple(
        WrongRead(platform, read_at)
        for room_id, version, read_at, platform in session.execute(query)
        if read_at is not None and room_id is not None and version >= versions[room_id]
    )


def _read_by(work: UnitOfWork, stay: Stay, event: Event) -> tuple[WrongRead, ...]:
    """The channels that have read what a closing showed them, alone or as a type with nothing left."""
    facts: dict[str, Any] = dict(event.facts)
    read = read_since(work.session, {stay.room_id: facts["versions"][str(stay.room_id)]})
    before = facts.get("before_departure")
    first = date.fromisoformat(before if before is not None else facts["arrival"])
    nights = Nights(first, date.fromisoformat(facts["departure"]))
    rooms = [room_id for room_id in (stay.room_id, facts.get("before_room_id")) if room_id is not None]
    kinds = {work.session.get_one(Room, room_id).type_id for room_id in rooms}
    if event.kind == events.StayMoved.kind and len(kinds) == 1:
        # Within its type a move closes nothing.
        return read
    return (*read, *_types_read_since(work, kinds, event.at, nights))


def _types_read_since(work: UnitOfWork, kinds: Collection[int], at: datetime, nights: Nights) -> tuple[WrongRead, ...]:
    """The channels that sell one of these types as a whole and have read some of `nights` busy since `at` (R3)."""
    query = (
        select(ChannelLink.read_nights, ChannelLink.read_at, Channel.platform)
        .join(Channel, Channel.id == ChannelLink.channel_id)
        .where(ChannelLink.type_id.in_(kinds), ChannelLink.read_at >= at)
        .order_by(ChannelLink.id)
    )
    return tuple(
        WrongRead(platform, read_at)
        for read_nights, read_at, platform in work.session.execute(query)
        if read_at is not None and any(run.overlaps(nights) for run in from_pairs(read_nights or []))
    )


def _block_back(work: UnitOfWork, stay: Stay, _facts: dict[str, Any], by: By) -> Change:
    return service.unblock(work, commands.UnblockRoom(stay.id, stay.revision), by, at_once=True)


def _unblock_back(work: UnitOfWork, stay: Stay, facts: dict[str, Any], by: By) -> Change:
    nights = Nights(date.fromisoformat(facts["before_arrival"]), date.fromisoformat(facts["before_departure"]))
    return service.restore(work, stay, nights, _opened(facts), by)


def _extend_back(work: UnitOfWork, stay: Stay, facts: dict[str, Any], by: By) -> Change:
    departure = date.fromisoformat(facts["before_departure"])
    return service.shorten(work, commands.ShortenStay(stay.id, stay.revision, departure), by, at_once=True)


def _shorten_back(work: UnitOfWork, stay: Stay, facts: dict[str, Any], by: By) -> Change:
    nights = Nights(stay.arrival, date.fromisoformat(facts["before_departure"]))
    return service.restore(work, stay, nights, _opened(facts), by)


def _move_back(work: UnitOfWork, stay: Stay, facts: dict[str, Any], by: By) -> Change:
    order = commands.MoveStay(stay.id, stay.revision, facts["before_room_id"])
    return service.move(work, order, by, at_once=True)


def _cancel_back(work: UnitOfWork, stay: Stay, _facts: dict[str, Any], by: By) -> Change:
    if stay.state != StayState.SHADOWED:
        raise errors.ChangedMeanwhile(stay_id=stay.id)
    return cancelling.take_back(work, stay, by)


def _divide_back(work: UnitOfWork, stay: Stay, _facts: dict[str, Any], by: By) -> Change:
    change = splitting.join(work, stay, by)
    cases.review(work, [stay.room_id], by)
    return change


def _check_out_back(work: UnitOfWork, stay: Stay, facts: dict[str, Any], by: By) -> Change:
    return overdue.back_in(work, stay, date.fromisoformat(facts["before_departure"]), _opened(facts), by)


def _no_show_back(work: UnitOfWork, stay: Stay, facts: dict[str, Any], by: By) -> Change:
    if not facts["opened"]:
        raise errors.NothingToUndo(event_id=by.undoes)
    nights = Nights(stay.arrival, date.fromisoformat(facts["before_departure"]))
    return service.restore(work, stay, nights, _opened(facts), by)


def _opened(facts: dict[str, Any]) -> set[date]:
    return {date.fromisoformat(night) for nights in facts["opened"].values() for night in nights}


_REVERSES: dict[str, Callable[[UnitOfWork, Stay, dict[str, Any], By], Change]] = {
    events.RoomBlocked.kind: _block_back,
    events.RoomUnblocked.kind: _unblock_back,
    events.StayExtended.kind: _extend_back,
    events.StayShortened.kind: _shorten_back,
    events.StayMoved.kind: _move_back,
    events.CancelledHere.kind: _cancel_back,
    events.StayDivided.kind: _divide_back,
    events.GuestCheckedOut.kind: _check_out_back,
    events.GuestNeverCame.kind: _no_show_back,
}
