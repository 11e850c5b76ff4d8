"""Loading what the dialogue needs to know for the draft at hand: a handful of reads, as frozen facts."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from bot import calendars, cases, guests, rates
from bot.conversation.drafts import Draft
from bot.conversation.facts import Deed, Facts, Feed
from bot.conversation.nights import nights_of
from bot.understanding import Intent
from core.channels.models import Channel, ChannelLink
from core.clock import business_day
from core.conflicts import queries as conflicts
from core.db.work import UnitOfWork
from core.events.models import Event
from core.imports import timetable
from core.platforms.base import Mode
from core.platforms.registry import PLATFORMS
from core.properties import queries as properties
from core.properties.models import Room, RoomType
from core.properties.views import RoomView
from core.staff.models import Person
from core.staff.views import Place, Who
from core.stays import queries as stays
from core.stays import undo
from core.stays.views import StayView
from core.values.nights import ONE_NIGHT, Nights

DEEDS_TOLD = 3


def basics(work: UnitOfWork, who: Who, place: Place) -> Facts:
    """The person, the property, the day and the rooms: enough to read a message."""
    today = business_day(work.now, place.timezone)
    language = who.language or place.language
    return Facts(who, place, language, work.now, today, properties.rooms(work.session, place.property_id))


def needed(work: UnitOfWork, known: Facts, draft: Draft) -> dict[str, object]:
    """The further facts that `draft` needs, by the names of `Facts`' fields."""
    session, place, today = work.session, known.place, known.today
    match draft.intent:
        case Intent.BLOCK | Intent.WALK_IN:
            return {"stays": _stays(session, known, draft)} if draft.rooms else {"free": _free(session, known, draft)}
        case Intent.UNBLOCK | Intent.EXTEND | Intent.SHORTEN | Intent.STATUS | Intent.CHECK_IN:
            return {
                "stays": _stays(session, known, draft),
                "listed": stays.in_house(session, place.property_id, today),
            }
        case Intent.MOVE:
            found = _stays(session, known, draft)
            return {"stays": found, "free": _free_for(session, known, found)}
        case Intent.AVAILABILITY:
            return {"stays": _stays(session, known, draft), "free": _free(session, known, draft)}
        case Intent.ARRIVALS:
            return {"listed": stays.arrivals(session, place.property_id, draft.start or today)}
        case Intent.CONFLICTS:
            return {
                "cases": cases.open_cases(session, place.property_id, work.now),
                "case": cases.here(session, place.property_id, draft.number, work.now),
                "follow_ups": conflicts.follow_ups(session, place.property_id),
            }
        case Intent.WHO_DID:
            return {"deeds": _deeds(session, known, draft)}
        case Intent.UNDO:
            return _undoable(work, known)
        case Intent.FEED_LINK:
            return {"feeds": _feeds(session, known, draft)}
        case _:
            areas = (rates, calendars, guests)
            return next((more for area in areas if (more := area.needed(session, known, draft))), {})


def _undoable(work: UnitOfWork, known: Facts) -> dict[str, object]:
    """This person's last change or, where it is newer, their last decision: what it moved goes back with it."""
    place, person = known.place.property_id, known.who.person_id
    command = rates.last_undoable(work.session, place, person, work.now)
    if command is not None:
        return {"undoable_rates": command}
    case = cases.last_decided(work.session, place, person, work.now)
    if case is not None:
        return {"undoable_case": case}
    return {"undoable": undo.last_undoable(work.session, place, person, work.now)}


def free_rooms(session: Session, known: Facts, nights: Nights) -> tuple[RoomView, ...]:
    """The rooms nobody holds on any of `nights`, in the order of the setup."""
    busy = stays.busy_rooms(session, known.place.property_id, nights)
    return tuple(room for room in known.rooms if room.room_id not in busy)


def _free(session: Session, known: Facts, draft: Draft) -> tuple[RoomView, ...]:
    nights = nights_of(draft, known.today, from_today=True) or _tonight(known.today)
    return free_rooms(session, known, nights)


def _free_for(session: Session, known: Facts, found: tuple[StayView, ...]) -> tuple[RoomView, ...]:
    if len(found) != 1 or found[0].departure <= known.today:
        return ()
    return free_rooms(session, known, Nights(max(found[0].arrival, known.today), found[0].departure))


def _stays(session: Session, known: Facts, draft: Draft) -> tuple[StayView, ...]:
    if draft.stay_id is not None:
        one = stays.stay(session, draft.stay_id)
        return (one,) if one is not None else ()
    # A stay that ended this morning can still be extended, so the day of departure counts for those.
    since = known.today - timedelta(days=1) if draft.intent in (Intent.EXTEND, Intent.SHORTEN) else known.today
    wanted = {room.room_id for room in known.rooms if room.name in draft.rooms}
    if wanted:
        return stays.in_rooms(session, wanted, since)
    if draft.guest:
        return stays.of_guest(session, known.place.property_id, draft.guest, known.today)
    return ()


def _tonight(today: date) -> Nights:
    return Nights(today, today + ONE_NIGHT)


def _deeds(session: Session, known: Facts, draft: Draft) -> tuple[Deed, ...]:
    """The newest changes, each with who took it back; the taking back is no change of its own here."""
    undoing, undoer = aliased(Event), aliased(Person)
    query = (
        select(Event, Person.name, undoing.at, undoer.name)
        .outerjoin(Person, Person.id == Event.person_id)
        .outerjoin(undoing, undoing.undoes == Event.id)
        .outerjoin(undoer, undoer.id == undoing.person_id)
        .where(Event.property_id == known.place.property_id, Event.kind.in_(undo.UNDOABLE), Event.undoes.is_(None))
        .order_by(Event.id.desc())
        .limit(DEEDS_TOLD)
    )
    if draft.rooms:
        query = query.where(Event.facts["room"].as_string().in_(draft.rooms))
    return tuple(
        Deed(
            event.kind, str(event.facts["room"]), date.fromisoformat(str(event.facts["arrival"])),
            date.fromisoformat(str(event.facts["departure"])), name, event.transport, event.at, undone_by, undone_at,
        )
        for event, name, undone_at, undone_by in session.execute(query)
    )  # fmt: skip


def _feeds(session: Session, known: Facts, draft: Draft) -> tuple[Feed, ...]:
    query = (
        select(ChannelLink.id, Channel.platform, Room.name, RoomType.name)
        .join(Channel, Channel.id == ChannelLink.channel_id)
        .outerjoin(Room, Room.id == ChannelLink.room_id)
        .outerjoin(RoomType, RoomType.id == ChannelLink.type_id)
        .where(Channel.property_id == known.place.property_id, Channel.mode == Mode.ICAL)
        .order_by(RoomType.id.is_not(None), RoomType.id, Room.position, Channel.id)
    )
    if named := known.meant(draft.rooms, draft.types):
        asked = [room.room_id for room in known.rooms if room.name in named]
        query = query.where(timetable.sells_any(asked))
    if draft.platform:
        query = query.where(Channel.platform == draft.platform)
    # Of an outer join any may be missing, which the types of a query do not tell.
    rows: list[tuple[int, str, str | None, str | None]] = [(*row,) for row in session.execute(query)]
    return tuple(Feed(link_id, PLATFORMS[code].name, room, kind) for link_id, code, room, kind in rows)
