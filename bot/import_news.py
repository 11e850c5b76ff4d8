"""What looks at calendars brought, told to staff: questions as cards, bookings as lines."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from bot import addressees
from bot.conversation import calendars_said
from bot.conversation.says import Line, Say
from bot.outbound import Reply, write_alert
from core.channels import taken
from core.channels.models import ChannelBooking, ChannelLink, LinkImport
from core.db.work import UnitOfWork
from core.events.models import Event
from core.feeds.told.values import State
from core.imports import memory
from core.imports.news import About
from core.outbox.effects import TellImport
from core.platforms.dialect import Kind
from core.staff.roles import Role
from core.stays import chains
from core.stays import events as happenings
from core.stays import queries as stays
from core.stays.asked import is_in
from core.stays.models import Stay
from core.stays.reasons import StayState
from core.stays.views import StayView
from core.values.nights import Nights


def tell(work: UnitOfWork, effect: TellImport) -> int:
    """Tell the staff of the link's property what `effect` is about, as it stands now; how many were told."""
    link = work.session.scalar(
        select(ChannelLink)
        .where(ChannelLink.id == effect.link_id)
        .options(joinedload(ChannelLink.channel), joinedload(ChannelLink.room), joinedload(ChannelLink.type))
    )
    if link is None:
        return 0
    say = _said(work, link, effect)
    if say is None:
        return 0
    people = addressees.of_property(work, link.channel.property_id, Role.STAFF)
    for each in people:
        write_alert(work, each.conversation, Reply(say, each.facts))
    return len(people)


def _said(work: UnitOfWork, link: ChannelLink, effect: TellImport) -> Say | None:
    about, platform, linked = About(effect.about), link.channel.platform, link.linked
    rows = _rows(work, effect.bookings)
    match about:
        case About.FIRST_READ:
            return _first_read(work, link, rows)
        case About.REFUSED:
            kept = work.session.get(LinkImport, link.id)
            return calendars_said.refused_link(platform, linked, kept.trouble) if kept and kept.trouble else None
        case About.BOOKINGS:
            lines = _news(work, effect.events)
            return calendars_said.news(lines) if lines else None
        case About.MASS:
            return _mass(work, link)
        case About.MASS_SETTLED:
            return calendars_said.mass_settled(platform, linked, link.id)
        case About.UNANSWERED:
            return calendars_said.mass_freed(platform, linked, link.id, _views(work, rows))
        case About.STAYED:
            return calendars_said.news([calendars_said.booking_stayed(view) for view in _views(work, rows)])
        case About.SHORTER:
            lines = _shorter(work, rows)
            return calendars_said.news(lines) if lines else None
        case About.CLOSURE | About.LINGERING | About.GUEST:
            return _about_one(work, link, about, rows[0]) if rows and rows[0].forgotten_at is None else None


def _about_one(work: UnitOfWork, link: ChannelLink, about: About, row: ChannelBooking) -> Say | None:
    platform, linked, nights = link.channel.platform, link.linked, Nights(row.arrival, row.departure)
    if about is About.CLOSURE and linked.room is None:
        return calendars_said.type_closed(platform, linked, nights)
    if about is About.CLOSURE:
        return calendars_said.closure_question(platform, linked, row.id, nights)
    if about is About.LINGERING:
        return calendars_said.lingering_question(platform, linked, row.id, nights, row.code)
    view = stays.stay(work.session, row.stay_id) if row.stay_id is not None else None
    return calendars_said.guest_question(row.id, view, nights) if view is not None else None


def _first_read(work: UnitOfWork, link: ChannelLink, joinable: Iterable[ChannelBooking]) -> Say:
    known = memory.rows_of(work.session, link.id).values()
    sold = [row for row in known if row.kind == Kind.RESERVATION and State(row.state).holds]
    waiting = sum(view.state == StayState.CONTESTED for view in _views(work, sold))
    same = [Nights(row.arrival, row.departure) for row in joinable if row.taken_as == taken.PREVIEW]
    return calendars_said.first_read(link.channel.platform, link.linked, link.id, len(sold), same, without_room=waiting)


def _mass(work: UnitOfWork, link: ChannelLink) -> Say | None:
    """The question as it stands: more may have vanished since, or all be there again."""
    kept = work.session.get(LinkImport, link.id)
    asked = [row for row in memory.rows_of(work.session, link.id).values() if row.state == State.ASKED]
    if kept is None or kept.question_at is None or not asked:
        return None
    return calendars_said.mass_question(
        link.channel.platform, link.linked, link.id, _views(work, asked), kept.question_known or len(asked),
        gone=len(asked), frees_unanswered=link.channel.frees_unanswered,
    )  # fmt: skip


def _news(work: UnitOfWork, event_ids: Iterable[int]) -> list[Line]:
    lines: list[Line] = []
    for event in work.session.scalars(select(Event).where(Event.id.in_(list(event_ids))).order_by(Event.id)):
        view = stays.stay(work.session, event.subject_id)
        if view is None:
            continue
        match event.kind:
            case happenings.StayImported.kind:
                lines.append(calendars_said.booking_came(view))
            case happenings.StayRedated.kind:
                lines.append(calendars_said.booking_changed(view, _before(event)))
            case happenings.StayDropped.kind:
                lines.append(calendars_said.booking_gone(view))
            case _:
                pass
    return lines


def _before(event: Event) -> Nights:
    facts = event.facts
    return Nights(date.fromisoformat(str(facts["before_arrival"])), date.fromisoformat(str(facts["before_departure"])))


def _shorter(work: UnitOfWork, rows: Iterable[ChannelBooking]) -> list[Line]:
    """The guests who are in the house longer than their channel says, as both stand now."""
    lines: list[Line] = []
    for row in rows:
        first = work.session.get(Stay, row.stay_id) if row.stay_id is not None else None
        parts = chains.chain(work, first) if first is not None else []
        view = next((stays.stay(work.session, part.id) for part in reversed(parts) if is_in(part)), None)
        if view is not None and row.departure < view.departure:
            lines.append(calendars_said.booking_shorter(view, row.departure))
    return lines


def _rows(work: UnitOfWork, booking_ids: Iterable[int]) -> list[ChannelBooking]:
    query = select(ChannelBooking).where(ChannelBooking.id.in_(list(booking_ids))).order_by(ChannelBooking.arrival)
    return list(work.session.scalars(query))


def _views(work: UnitOfWork, rows: Iterable[ChannelBooking]) -> list[StayView]:
    found = (stays.stay(work.session, row.stay_id) for row in rows if row.stay_id is not None)
    return [view for view in found if view is not None]
