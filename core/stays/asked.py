"""The question whether a guest who was to leave has left (R23): asked once a business day, and what it came to."""

from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from core.clock import CHECK_IN_TIME, CHECK_OUT_TIME, business_day, instant_of
from core.db.work import UnitOfWork
from core.events.models import Event
from core.outbox import service as outbox
from core.outbox.effects import TellDeparture
from core.outbox.models import Due
from core.properties.models import Property
from core.stays import events as happenings
from core.stays.models import Stay
from core.stays.questions import Answer, Standing
from core.stays.reasons import StayState
from core.values.nights import ONE_NIGHT

_ANSWERS = tuple(
    kind.kind
    for kind in (
        happenings.GuestCheckedOut, happenings.GuestOverstayed, happenings.StayExtended, happenings.StayChanged,
        happenings.StayRedated,
    )
)  # fmt: skip


def is_in(stay: Stay) -> bool:
    """Whether its guest is in the house."""
    return stay.checked_in_at is not None and stay.checked_out_at is None and stay.state != StayState.RELEASED


def standing(session: Session, stay_id: int, now: datetime) -> Standing | None:
    """How the question about a guest stands now; None where there is no such stay.

    It is open while the guest is in the house past the departure, and after the night was kept by itself
    (`stays.overstayed` by nobody) until somebody confirms that, moves the departure on, or says that the guest left.
    """
    stay = session.get(Stay, stay_id, populate_existing=True)
    if stay is None:
        return None
    zone = session.get_one(Property, stay.property_id).timezone
    today = business_day(now, zone)
    due = stay.departure < today or now >= instant_of(today, CHECK_OUT_TIME, zone)
    case_from = instant_of(today, CHECK_IN_TIME, zone)
    if stay.checked_out_at is None and not is_in(stay):
        return Standing(Answer.OVER, today, due, stay.departure, case_from)
    if is_in(stay) and stay.departure <= today:
        return Standing(Answer.OPEN, today, due, stay.departure, case_from)
    last = _last_word(session, stay.id)
    if is_in(stay) and stay.departure == today + ONE_NIGHT and last is not None and _by_itself(last):
        before = date.fromisoformat(str(last.facts["before_departure"]))
        return Standing(Answer.OPEN, today, due, before, case_from)
    said = (last.person_id, last.at) if last is not None else ()
    return Standing(Answer.STAYS if is_in(stay) else Answer.LEFT, today, due, stay.departure, case_from, *said)


def ask(work: UnitOfWork, stay_id: int, day: date) -> None:
    """Have staff asked about a guest, once a business day however often this is called."""
    outbox.add_once(work, TellDeparture(stay_id), _key(stay_id, day))


def follow(work: UnitOfWork, stay_id: int, day: date) -> None:
    """Bring the cards about a guest up to date after a word on it, where staff were asked."""
    if _was_asked(work, stay_id, day) or _was_asked(work, stay_id, day - ONE_NIGHT):
        outbox.add(work, TellDeparture(stay_id))


def _key(stay_id: int, day: date) -> str:
    return f"departure:{stay_id}:{day.isoformat()}"


def _was_asked(work: UnitOfWork, stay_id: int, day: date) -> bool:
    return work.session.scalar(select(exists().where(Due.key == _key(stay_id, day)))) or False


def _last_word(session: Session, stay_id: int) -> Event | None:
    """What last happened to the departure and still stands."""
    undoing = aliased(Event)
    query = (
        select(Event)
        .where(Event.subject == "stay", Event.subject_id == stay_id, Event.kind.in_(_ANSWERS))
        .where(Event.undoes.is_(None), ~exists().where(undoing.undoes == Event.id))
        .order_by(Event.id.desc())
        .limit(1)
    )
    return session.scalars(query).first()


def _by_itself(event: Event) -> bool:
    """Whether the night was kept without anybody's word."""
    return event.kind == happenings.GuestOverstayed.kind and event.person_id is None and event.key_id is None
