"""Asking staff whether a guest who was to leave has left: a card each, settled when somebody has said so (R23)."""

from sqlalchemy import select

from bot import addressees, settling
from bot.addressees import Addressee
from bot.conversation import departures
from bot.conversation.departures import KIND, Departure
from bot.models import OutgoingMessage
from bot.outbound import Reply, cards, write_alert
from core.db.work import UnitOfWork
from core.outbox import service as outbox
from core.outbox.effects import TellDeparture
from core.staff import queries as staff
from core.staff.roles import Role
from core.stays import asked, overdue
from core.stays import queries as stays
from core.stays.models import Stay
from core.stays.questions import Answer


def tell(work: UnitOfWork, stay_id: int) -> None:
    """Bring the cards about a guest up to date: shown once a business day while nobody has answered, else settled."""
    property_id = work.session.scalar(select(Stay.property_id).where(Stay.id == stay_id))
    if property_id is None:
        return
    people = addressees.of_property(work, property_id, Role.STAFF)
    # Read behind the locks on the chats, so that an answer given in one of them is seen.
    departure = _departure(work, stay_id)
    if departure is None:
        return
    if departure.how.answer is not Answer.OPEN:
        settling.settle(work, people, departures.settled(departure))
    elif departure.how.due:
        for each in people:
            _show(work, each, departure)


def sweep(work: UnitOfWork) -> int:
    """Have the cards settled that were answered in another way: by words, over the API, by a calendar; how many."""
    begins = f"{KIND}:"
    query = (
        select(OutgoingMessage.subject)
        .where(OutgoingMessage.subject.is_not(None), OutgoingMessage.subject.startswith(begins))
        .distinct()
    )
    over = 0
    for stay_id in sorted(int((subject or "").removeprefix(begins)) for subject in work.session.scalars(query)):
        how = asked.standing(work.session, stay_id, work.now)
        if how is None or how.answer is not Answer.OPEN:
            outbox.add(work, TellDeparture(stay_id))
            over += 1
    return over


def _departure(work: UnitOfWork, stay_id: int) -> Departure | None:
    how, view = asked.standing(work.session, stay_id, work.now), stays.stay(work.session, stay_id)
    if how is None or view is None:
        return None
    person = staff.names(work.session, [how.person_id]).get(how.person_id) if how.person_id is not None else None
    others = (stays.stay(work.session, other) for other in overdue.others_tonight(work, stay_id))
    return Departure(view, how, person, tuple(other for other in others if other is not None))


def _show(work: UnitOfWork, to: Addressee, departure: Departure) -> None:
    say = departures.card(departure)
    assert say.card is not None  # noqa: S101 - a question is always a card.
    shown = cards(work.session, say.card.name, to.conversation.id)
    if any(card.subject_revision == say.card.revision for card in shown):
        return
    write_alert(work, to.conversation, Reply(say, to.facts))
