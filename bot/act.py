"""The one door from conversation into the core: permission, use case, outcome.

A refusal is an outcome, not an exception: it runs in a savepoint, so that the reply commits and the change does not.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from bot import gather
from bot.conversation.actions import Command, SetLanguage
from bot.conversation.facts import Done, Facts, Outcome, Refusal, Told
from core.channels import knows
from core.db.work import UnitOfWork
from core.errors import DaudaError, Invalid, NotAllowed, NotFound, Refused
from core.events.models import Event
from core.events.service import By
from core.platforms.registry import PLATFORMS
from core.properties.models import Room
from core.staff import rules as staff_rules
from core.staff.models import Person
from core.staff.roles import Role
from core.stays import queries, rules, service, undo
from core.stays.commands import BlockRoom, ExtendStay, MoveStay, ShortenStay, UnblockRoom, UndoChanges
from core.stays.errors import NoSuchRoom, NoSuchStay, NothingToUndo
from core.stays.models import Stay
from core.stays.telling import Change
from core.stays.views import StayView
from core.values.nights import Nights

_Reads = tuple[tuple[str, datetime], ...]


def act(work: UnitOfWork, facts: Facts, commands: Sequence[Command], by: By) -> Outcome:
    """Carry out `commands` for the person of `facts`, all or none."""
    try:
        with work.session.begin_nested():
            staff_rules.must_be_at_least(facts.place.role, Role.STAFF)
            told = [each for command in commands for each in _one(work, facts, command, by)]
    except (Refused, Invalid, NotFound, NotAllowed) as error:
        work.session.expire_all()
        work.touched_rooms.clear()
        work.touched_types.clear()
        return _refusal(work, facts, commands, error)
    language = next((command.language for command in commands if isinstance(command, SetLanguage)), None)
    return Done(tuple(told), knows.channels_of(work.session, facts.place.property_id, _versions(told)), language)


def _one(work: UnitOfWork, facts: Facts, command: Command, by: By) -> list[Told]:
    match command:
        case BlockRoom():
            _room_here(facts, command.room_id)
            return [_told(work, "stays.blocked", service.block(work, command, by))]
        case UnblockRoom():
            _stay_here(work, facts, command.stay_id)
            return [_told(work, "stays.unblocked", service.unblock(work, command, by))]
        case ExtendStay():
            _stay_here(work, facts, command.stay_id)
            return [_told(work, "stays.extended", service.extend(work, command, by))]
        case ShortenStay():
            _stay_here(work, facts, command.stay_id)
            return [_told(work, "stays.shortened", service.shorten(work, command, by))]
        case MoveStay():
            _room_here(facts, command.to_room_id)
            before = _stay_here(work, facts, command.stay_id).room_id
            room = work.session.get_one(Room, before).name
            return [_told(work, "stays.moved", service.move(work, command, by), before=room)]
        case UndoChanges():
            _changes_here(work, facts, command)
            return [
                _told(work, undone.what, undone.change, reads=_reads(undone.read_by))
                for undone in undo.undo(work, command, by)
            ]
        case SetLanguage():
            work.session.get_one(Person, facts.who.person_id).language = command.language
            return []
        case _:
            assert_never(command)


def _told(work: UnitOfWork, kind: str, change: Change, before: str | None = None, reads: _Reads = ()) -> Told:
    stay = _view(work, change.stay.id)
    nights = (change.nights.arrival, change.nights.departure)
    displaced = tuple(_view(work, loser.id) for loser in change.displaced)
    return Told(kind, change.event_id, stay, change.room.type.name, nights, change.versions, displaced, before, reads)


def _view(work: UnitOfWork, stay_id: int) -> StayView:
    view = queries.stay(work.session, stay_id)
    if view is None:
        raise NoSuchStay(stay_id=stay_id)
    return view


def _stay_here(work: UnitOfWork, facts: Facts, stay_id: int) -> Stay:
    """The stay, if it is this property's: ids in old buttons prove nothing."""
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


def _refusal(work: UnitOfWork, facts: Facts, commands: Sequence[Command], error: DaudaError) -> Refusal:
    holder_id = error.facts.get("stay_id")
    holder = queries.stay(work.session, int(holder_id)) if holder_id else None
    wanted = _wanted(work, commands)
    free = gather.free_rooms(work.session, facts, wanted) if wanted else ()
    asked = next((room for room in facts.rooms if room.room_id == error.facts.get("room_id")), None)
    if asked is not None:
        free = tuple(rules.rooms_instead(asked, free))
    return Refusal(error.code, dict(error.facts), holder, free)


def _wanted(work: UnitOfWork, commands: Sequence[Command]) -> Nights | None:
    match list(commands):
        case [BlockRoom(nights=nights)]:
            return nights
        case [MoveStay(stay_id=stay_id)]:
            stay = work.session.get(Stay, stay_id)
            return stay.nights if stay is not None else None
        case _:
            return None


def _reads(read_by: tuple[undo.WrongRead, ...]) -> _Reads:
    return tuple((PLATFORMS[read.platform].name, read.at) for read in read_by)


def _versions(told: Sequence[Told]) -> dict[int, int]:
    return {room_id: version for each in told for room_id, version in each.versions.items()}
