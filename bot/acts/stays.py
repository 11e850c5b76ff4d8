"""The verbs of the front desk, carried out for one property."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot import cases
from bot.conversation.actions import StayCommand
from bot.conversation.facts import Facts, Told
from core.db.work import UnitOfWork
from core.events.models import Event
from core.events.service import By
from core.platforms.registry import PLATFORMS
from core.properties.models import Room
from core.stays import queries, service, undo
from core.stays.commands import BlockRoom, CheckIn, ExtendStay, MoveStay, ShortenStay, UnblockRoom, UndoChanges
from core.stays.errors import NoSuchRoom, NoSuchStay, NothingToUndo
from core.stays.models import Stay
from core.stays.reasons import StayState
from core.stays.telling import Change
from core.stays.views import StayView

_Reads = tuple[tuple[str, datetime], ...]


def carry_out(work: UnitOfWork, facts: Facts, command: StayCommand, by: By) -> list[Told]:
    """Carry out one command for the property of `facts`: ids in old buttons prove nothing."""
    match command:
        case BlockRoom():
            _room_here(facts, command.room_id)
            return [told_of(work, "stays.blocked", service.block(work, command, by))]
        case UnblockRoom():
            stay_here(work, facts, command.stay_id)
            change = service.unblock(work, command, by)
            if change.stay.state != StayState.SHADOWED:
                return [told_of(work, "stays.unblocked", change)]
            task = cases.task_of(work.session, change.stay.id)
            return [replace(told_of(work, "stays.cancelled_here", change), task=task)]
        case ExtendStay():
            stay_here(work, facts, command.stay_id)
            return [told_of(work, "stays.extended", service.extend(work, command, by))]
        case ShortenStay():
            stay_here(work, facts, command.stay_id)
            return [told_of(work, "stays.shortened", service.shorten(work, command, by))]
        case MoveStay():
            _room_here(facts, command.to_room_id)
            before = stay_here(work, facts, command.stay_id).room_id
            room = work.session.get_one(Room, before).name
            return [told_of(work, "stays.moved", service.move(work, command, by), before=room)]
        case CheckIn():
            stay_here(work, facts, command.stay_id)
            return [told_of(work, "stays.checked_in", service.check_in(work, command, by))]
        case UndoChanges():
            _changes_here(work, facts, command)
            return [
                told_of(work, undone.what, undone.change, reads=_reads(undone.read_by))
                for undone in undo.undo(work, command, by)
            ]
        case _:
            assert_never(command)


def told_of(work: UnitOfWork, kind: str, change: Change, before: str | None = None, reads: _Reads = ()) -> Told:
    """A change as its receipt needs it."""
    stay = view_of(work, change.stay.id)
    nights = (change.nights.arrival, change.nights.departure)
    displaced = tuple(view_of(work, loser.id) for loser in change.displaced)
    return Told(kind, change.event_id, stay, change.room.type.name, nights, change.versions, displaced, before, reads)


def view_of(work: UnitOfWork, stay_id: int) -> StayView:
    """One stay as it is told. Raises `NoSuchStay`."""
    view = queries.stay(work.session, stay_id)
    if view is None:
        raise NoSuchStay(stay_id=stay_id)
    return view


def stay_here(work: UnitOfWork, facts: Facts, stay_id: int) -> Stay:
    """The stay, if it is of this property. Raises `NoSuchStay`."""
    stay = work.session.get(Stay, stay_id)
    if stay is None or stay.property_id != facts.place.property_id:
        raise NoSuchStay(stay_id=stay_id)
    return stay


def _changes_here(work: UnitOfWork, facts: Facts, command: UndoChanges) -> None:
    for event_id in command.event_ids:
        event = work.session.get(Event, event_id)
        if event is None or event.property_id != facts.place.property_id:
            raise NothingToUndo(event_id=event_id)


def _room_here(facts: Facts, room_id: int) -> None:
    if room_id not in {room.room_id for room in facts.rooms}:
        raise NoSuchRoom(room_id=room_id)


def _reads(read_by: tuple[undo.WrongRead, ...]) -> _Reads:
    return tuple((PLATFORMS[read.platform].name, read.at) for read in read_by)
