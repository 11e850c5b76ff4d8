"""Cards of cases and tasks on people's phones: shown to everybody who may decide, settled when somebody has."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot import addressees, cases, settling
from bot.addressees import Addressee
from bot.conversation import conflict_cards, conflict_receipts, conflict_tasks
from bot.conversation.cases import Case
from bot.conversation.says import line
from bot.models import Conversation, OutgoingMessage
from bot.outbound import Reply, cards, write_alert
from core.conflicts import cases as conflicts
from core.conflicts import reminding
from core.conflicts.models import Conflict, FollowUp
from core.conflicts.views import CaseState, FollowUpView, Severity
from core.db.work import UnitOfWork
from core.staff import queries as staff
from core.staff.roles import Role
from core.stays import queries as stays


def tell(work: UnitOfWork, conflict_id: int) -> None:
    """Bring the cards of a case up to date: shown while it is open, settled with who decided what once it is not."""
    property_id = work.session.scalar(select(Conflict.property_id).where(Conflict.id == conflict_id))
    if property_id is None:
        return
    people = addressees.of_property(work, property_id, Role.STAFF)
    # Read behind the locks on the chats, so that a decision made in one of them is seen.
    case = cases.case(work.session, conflict_id, work.now)
    if case is None:
        return
    if case.view.state is not CaseState.OPEN:
        settling.settle(work, people, conflict_receipts.settled(case))
        return
    for each in people:
        _show(work, each, case)
    _replace(work, people, case)


def remind(work: UnitOfWork) -> int:
    """Ask again about every case that has waited long enough, and remind of tasks; how many cases and tasks."""
    return _remind_of_cases(work) + _remind_of_tasks(work)


def _show(work: UnitOfWork, to: Addressee, case: Case) -> None:
    """One card a person and case: what shows the case as it is already is left alone."""
    subject = conflict_cards.subject_of(case.view)
    shown = cards(work.session, subject.name, to.conversation.id)
    if any(card.subject_revision == subject.revision for card in shown):
        return
    write_alert(work, to.conversation, Reply(conflict_cards.card(case, to.facts), to.facts))


def _replace(work: UnitOfWork, people: list[Addressee], case: Case) -> None:
    """Show the case as it is now wherever an older card of it still lies: people write from more than one phone.

    One that belongs to nobody on the staff any more is over: its buttons do nothing.
    """
    subject = conflict_cards.subject_of(case.view)
    facts = {each.facts.who.person_id: each.facts for each in people}
    for card in cards(work.session, subject.name):
        if card.subject_revision == subject.revision:
            continue
        known = facts.get(settling.whose(work.session, card))
        if known is None:
            card.subject = card.subject_revision = None
            continue
        conversation = work.session.get_one(Conversation, card.conversation_id)
        write_alert(work, conversation, Reply(conflict_cards.card(case, known), known))


def _remind_of_cases(work: UnitOfWork) -> int:
    waiting = select(
        Conflict.id, Conflict.property_id, Conflict.severity, Conflict.opened_at, Conflict.reminded, Conflict.remind_at
    ).where(Conflict.state == CaseState.OPEN, or_(Conflict.remind_at.is_(None), Conflict.remind_at <= work.now))
    asked = 0
    for row in work.session.execute(waiting.order_by(Conflict.id)).all():
        severity = Severity(row.severity)
        if (row.remind_at or reminding.first_at(severity, row.opened_at)) > work.now:
            continue
        to = reminding.audience(severity, row.reminded)
        _ask_again(work, row.id, addressees.of_property(work, row.property_id, to), row.opened_at)
        next_at = reminding.next_at(severity, row.reminded + 1, work.now)
        conflicts.put_off(work, row.id, row.reminded + 1, next_at)
        asked += 1
    return asked


def _ask_again(work: UnitOfWork, conflict_id: int, people: list[Addressee], since: datetime) -> None:
    case = cases.case(work.session, conflict_id, work.now)
    if case is None or case.view.state is not CaseState.OPEN:
        return
    for each in people:
        say = conflict_cards.card(case, each.facts, line("conflict.again", at=since))
        write_alert(work, each.conversation, Reply(say, each.facts))


def _remind_of_tasks(work: UnitOfWork) -> int:
    """Tasks at channels and with guests: their reminders are cards too, and settled when the task is done."""
    shown = _shown_tasks(work.session)
    open_ = select(FollowUp).where(FollowUp.done_at.is_(None)).order_by(FollowUp.id)
    waiting = {task.id: task for task in work.session.scalars(open_)}
    due = [t for t in waiting.values() if reminding.task_is_due(t.made_at, shown.get(t.id), work.now)]
    over = sorted(set(shown) - set(waiting))
    if not due and not over:
        return 0
    for task in work.session.scalars(select(FollowUp).where(FollowUp.id.in_([*over, *(t.id for t in due)]))).all():
        _tell_task(work, task)
    return len(due)


def _tell_task(work: UnitOfWork, task: FollowUp) -> None:
    stay = stays.stay(work.session, task.stay_id)
    if stay is None:
        return
    view = FollowUpView(task.id, task.kind, stay, task.made_at)
    people = addressees.of_property(work, task.property_id, Role.STAFF)
    if task.done_at is not None:
        by = staff.names(work.session, [task.done_by]).get(task.done_by) if task.done_by else None
        settling.settle(work, people, conflict_tasks.done(view, by, task.done_at))
        return
    for each in people:
        write_alert(work, each.conversation, Reply(conflict_tasks.reminder(view), each.facts))


def _shown_tasks(session: Session) -> dict[int, datetime]:
    """When each task that has open cards was last told of."""
    query = select(OutgoingMessage.subject, OutgoingMessage.made_at).where(OutgoingMessage.subject.is_not(None))
    found: dict[int, datetime] = {}
    for subject, made_at in session.execute(query):
        kind, _, number = (subject or "").partition(":")
        if kind == conflict_tasks.KIND:
            found[int(number)] = max(made_at, found.get(int(number), made_at))
    return found
