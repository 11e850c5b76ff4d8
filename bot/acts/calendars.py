"""Commands about the calendars we read, carried out for one property."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import assert_never

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from bot.conversation.calendars import CalendarTold
from bot.conversation.facts import Facts
from bot.tools import Tools
from core.channels import service as channels
from core.channels.errors import NoSuchChannel
from core.channels.models import Channel, ChannelBooking, ChannelLink
from core.channels.views import Linked
from core.db.work import UnitOfWork
from core.events.service import By
from core.imports import answers, timetable
from core.imports.commands import (
    AnswerMass,
    CloseElsewhere,
    ConnectCalendar,
    ImportCommand,
    JoinPreviews,
    PauseChannel,
    PullNow,
    ResumeChannel,
    SetInterval,
    SettleClosure,
    SettleGuest,
    SettleLingering,
)
from core.imports.errors import NoSuchBooking, NothingAsked
from core.inventory.errors import NoSuchRoomType
from core.platforms.base import Mode
from core.stays.errors import NoSuchRoom
from core.stays.telling import Change


@dataclass(frozen=True, slots=True)
class Did:
    """What a command about calendars did; `changes`: the stays that it made."""

    told: CalendarTold
    changes: Sequence[Change] = ()


def carry_out(work: UnitOfWork, tools: Tools, facts: Facts, command: ImportCommand, by: By) -> Did:
    """Carry out one command for the property of `facts`: ids in old buttons prove nothing."""
    match command:
        case ConnectCalendar() | PullNow():
            return Did(_read(work, tools, facts, command, by))
        case SetInterval() | PauseChannel() | ResumeChannel():
            return Did(_set(work, facts, command, by))
        case AnswerMass() | JoinPreviews() | SettleClosure() | SettleLingering() | SettleGuest():
            return Did(_answer(work, facts, command, by))
        case CloseElsewhere():
            _channel_here(work, facts, command.platform)
            made = answers.close_elsewhere(work, facts.place.property_id, command, by)
            rooms = tuple(dict.fromkeys(change.room.name for change in made))
            return Did(CalendarTold("closed_elsewhere", command.platform, rooms, changed=bool(made)), made)
        case _:
            assert_never(command)


def _read(work: UnitOfWork, tools: Tools, facts: Facts, command: ConnectCalendar | PullNow, by: By) -> CalendarTold:
    if isinstance(command, PullNow):
        rooms, types = _named(facts, command.room_ids)
        read = timetable.pull_soon(work, _links(work, facts, command))
        return CalendarTold("pulled", command.platform, rooms, changed=bool(read), types=types)
    of_type = tuple(room.room_id for room in facts.rooms if room.type_id == command.type_id)
    if command.room_id is None and not of_type:
        raise NoSuchRoomType(type_id=command.type_id)
    rooms, types = _named(facts, (command.room_id,)) if command.room_id is not None else ((), _types(facts, of_type))
    revealed = replace(command, url=tools.reveal(command.url))
    answers.connect(work, tools.sealer, revealed, by, tools.public_url)
    return CalendarTold("connected", command.platform, rooms, types=types)


def _named(facts: Facts, room_ids: Sequence[int]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of rooms, and of the types of which all rooms are among them, if several. Raises `NoSuchRoom`."""
    rooms = {room.room_id: room for room in facts.rooms}
    for room_id in room_ids:
        if room_id not in rooms:
            raise NoSuchRoom(room_id=room_id)
    of_type = Counter(room.type_id for room in facts.rooms)
    asked = Counter(rooms[room_id].type_id for room_id in room_ids)
    whole = {type_id for type_id, count in asked.items() if count > 1 and count == of_type[type_id]}
    names = tuple(rooms[room_id].name for room_id in room_ids if rooms[room_id].type_id not in whole)
    return names, _types(facts, [room_id for room_id in room_ids if rooms[room_id].type_id in whole])


def _types(facts: Facts, room_ids: Collection[int]) -> tuple[str, ...]:
    """The names of the types of these rooms."""
    return tuple(dict.fromkeys(room.type_name for room in facts.rooms if room.room_id in room_ids))


def _links(work: UnitOfWork, facts: Facts, command: PullNow) -> list[int]:
    query = (
        select(ChannelLink.id)
        .join(Channel, Channel.id == ChannelLink.channel_id)
        .where(Channel.property_id == facts.place.property_id, Channel.mode == Mode.ICAL, Channel.active)
        .where(ChannelLink.import_url.is_not(None))
        .order_by(ChannelLink.id)
    )
    if command.platform is not None:
        query = query.where(Channel.platform == command.platform)
    if command.room_ids:
        query = query.where(timetable.sells_any(command.room_ids))
    return list(work.session.scalars(query))


def _set(work: UnitOfWork, facts: Facts, command: SetInterval | PauseChannel | ResumeChannel, by: By) -> CalendarTold:
    place, platform = facts.place.property_id, command.platform
    match command:
        case SetInterval():
            changed = channels.set_interval(work, place, platform, command.seconds, by)
            return CalendarTold("interval", platform, changed=changed, seconds=command.seconds)
        case PauseChannel():
            return CalendarTold("paused", platform, changed=channels.pause(work, place, platform, by))
        case ResumeChannel():
            return CalendarTold("resumed", platform, changed=channels.resume(work, place, platform, by))
        case _:
            assert_never(command)


def _answer(
    work: UnitOfWork,
    facts: Facts,
    command: AnswerMass | JoinPreviews | SettleClosure | SettleLingering | SettleGuest,
    by: By,
) -> CalendarTold:
    if isinstance(command, AnswerMass | JoinPreviews):
        platform, linked = _link_here(work, facts, command.link_id)
    else:
        platform, linked = _link_here(work, facts, _link_of(work, command.booking_id))
    types = (linked.type_name,) if linked.type_name is not None else ()
    of = partial(CalendarTold, platform=platform, rooms=linked.rooms, types=types)
    match command:
        case AnswerMass():
            count = answers.answer_mass(work, command, by)
            return of("mass_gone" if command.gone else "mass_kept", count=count)
        case JoinPreviews():
            count = answers.join_previews(work, command, by)
            return of("joined" if command.join else "not_joined", count=count)
        case SettleClosure():
            answers.settle_closure(work, command, by)
            return of("closed_everywhere" if command.everywhere else "closed_there")
        case SettleLingering():
            answers.settle_lingering(work, command, by)
            return of("new_booking" if command.new else "old_booking")
        case SettleGuest():
            answers.settle_guest(work, command, by)
            return of("same_guest" if command.same else "new_guest")
        case _:
            assert_never(command)


def _link_of(work: UnitOfWork, booking_id: int) -> int:
    row = work.session.get(ChannelBooking, booking_id)
    if row is None:
        raise NoSuchBooking(booking_id=booking_id)
    return row.link_id


def _link_here(work: UnitOfWork, facts: Facts, link_id: int) -> tuple[str, Linked]:
    """The platform's code and what a link sells, if it is this property's."""
    query = (
        select(ChannelLink)
        .join(Channel, Channel.id == ChannelLink.channel_id)
        .where(ChannelLink.id == link_id, Channel.property_id == facts.place.property_id)
        .options(joinedload(ChannelLink.channel), joinedload(ChannelLink.room), joinedload(ChannelLink.type))
        .execution_options(populate_existing=True)
    )
    link = work.session.scalar(query)
    if link is None:
        raise NothingAsked(link_id=link_id)
    return link.channel.platform, link.linked


def _channel_here(work: UnitOfWork, facts: Facts, platform: str) -> None:
    here = Channel.property_id == facts.place.property_id
    if work.session.scalar(select(Channel.id).where(here, Channel.platform == platform)) is None:
        raise NoSuchChannel(platform=platform)
