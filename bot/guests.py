"""Loading who is in the house and who is expected, as the dialogue knows them."""

from datetime import timedelta

from sqlalchemy.orm import Session

from bot.conversation.drafts import Draft
from bot.conversation.facts import Facts
from bot.understanding import Intent
from core.stays import asked
from core.stays import queries as stays
from core.stays.overdue import LOOKS_BACK
from core.stays.questions import Answer
from core.stays.views import StayView
from core.values.nights import ONE_NIGHT

STILL_ABSENT = timedelta(days=2)
"""How long after the departure somebody is told of who never came: platforms take the report two days long."""


def needed(session: Session, known: Facts, draft: Draft) -> dict[str, object]:
    """Who leaves or is in; the guests whom a check-out or a no-show may mean, and who else has the rooms."""
    place, today = known.place.property_id, known.today
    match draft.intent:
        case Intent.CHECK_OUT:
            found = stays.inside(session, place, today - LOOKS_BACK)
        case Intent.NO_SHOW:
            found = stays.expected(session, place, today, today - STILL_ABSENT)
        case Intent.DEPARTURES | Intent.IN_HOUSE:
            return _listed(session, known, draft)
        case _:
            return {}
    return {"stays": _named(found, draft), "listed": _others(session, known, draft)}


def _listed(session: Session, known: Facts, draft: Draft) -> dict[str, object]:
    """Who leaves or is in on a day; today with those who were to leave and have not."""
    place, day = known.place.property_id, draft.start or known.today
    list_of = stays.departures if draft.intent is Intent.DEPARTURES else stays.in_house
    listed, late = list_of(session, place, day), _late(session, known) if day == known.today else ()
    there = {stay.stay_id for stay in listed}
    more = tuple(stay for stay in late if stay.stay_id not in there)
    return {"listed": (*listed, *more), "late": frozenset(stay.stay_id for stay in late)}


def _late(session: Session, known: Facts) -> tuple[StayView, ...]:
    """The guests who were to leave and are in, as far as anybody has said."""
    inside = stays.inside(session, known.place.property_id, known.today - LOOKS_BACK)
    about = (stay for stay in inside if stay.departure <= known.today + ONE_NIGHT)
    asked_of = ((stay, asked.standing(session, stay.stay_id, known.now)) for stay in about)
    return tuple(stay for stay, how in asked_of if how is not None and how.due and how.answer is Answer.OPEN)


def _named(found: tuple[StayView, ...], draft: Draft) -> tuple[StayView, ...]:
    name = (draft.guest or "").casefold()
    return tuple(
        stay
        for stay in found
        if (not draft.rooms or stay.room in draft.rooms) and (not name or name in (stay.guest or "").casefold())
    )


def _others(session: Session, known: Facts, draft: Draft) -> tuple[StayView, ...]:
    """The guests of these rooms or of this name, wherever they are."""
    rooms = {room.room_id for room in known.rooms if room.name in draft.rooms}
    found: tuple[StayView, ...] = ()
    if rooms:
        found = stays.in_rooms(session, rooms, known.today - timedelta(days=1))
    elif draft.guest:
        found = stays.of_guest(session, known.place.property_id, draft.guest, known.today)
    return tuple(stay for stay in found if stay.guest or stay.reason in stays.GUESTS)
