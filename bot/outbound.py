"""Replies: written in the transaction that decided them, sent afterwards."""

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from bot import choices, outgoing
from bot.conversation.facts import Facts
from bot.conversation.says import Say, Subject
from bot.inbox import Opened, Received
from bot.models import OURS, OutgoingMessage
from bot.outgoing import Written
from bot.replies.render import Rendered, render
from bot.replies.voices import Voice
from core.db.prepared import Prepared, run
from core.db.work import UnitOfWork
from core.outbox import effects
from core.outbox import service as outbox
from core.outbox.service import Lease

_MESSAGES: Table = OutgoingMessage.__table__  # type: ignore[assignment]
_WRITE = Prepared(insert(_MESSAGES).returning(_MESSAGES.c.id))


@dataclass(frozen=True, slots=True)
class Reply:
    """What to say to the person of `facts`, in answer to `message` when there is one."""

    say: Say
    facts: Facts
    message: Received | None = None
    settles: tuple[str, ...] = ()


class Known(Protocol):
    """A conversation that somebody holds the lock of, in whatever form."""

    @property
    def id(self) -> int:
        """Its row's number."""
        ...


def write_alert(work: UnitOfWork, conversation: Known, reply: Reply) -> None:
    """Write a message nobody is waiting for; the relay sends it."""
    facts = reply.facts
    rendered = render(reply.say, Voice(facts.language, facts.place.timezone, facts.now))
    message = _written(work, conversation, reply, rendered)
    outbox.add(work, effects.Say(message.id, conversation.id))


def say(work: UnitOfWork, conversation: Opened, reply: Reply) -> Lease | None:
    """Write a reply and its effect; the lease to send it with at once, unless an earlier one is still on its way."""
    facts = reply.facts
    rendered = render(reply.say, Voice(facts.language, facts.place.timezone, facts.now))
    if not rendered.text:
        return None
    return send(work, conversation, _written(work, conversation, reply, rendered))


def send(work: UnitOfWork, conversation: Opened, message: Written) -> Lease | None:
    """The lease to send a message with that was written just now; see `say`."""
    ready = outgoing.at_hand(message, conversation.transport, conversation.chat)
    return outbox.add_leased(work, effects.Say(message.id, conversation.id), ready)


def _written(work: UnitOfWork, conversation: Known, reply: Reply, rendered: Rendered) -> Written:
    """The row of a message with its choices, as the open card of its subject when it has one."""
    settles = (*reply.settles, *_over(work, conversation, reply.say))
    message = write(work, conversation, rendered, reply.message, settles, reply.say.card)
    choices.offer(work, message, reply.say.offers, reply.facts.who.person_id, reply.facts.place.property_id)
    return message


def cards(session: Session, subject: str, conversation_id: int | None = None) -> list[OutgoingMessage]:
    """The open cards of a subject, in one chat or everywhere, oldest first."""
    query = select(OutgoingMessage).where(OutgoingMessage.subject == subject).order_by(OutgoingMessage.id)
    if conversation_id is not None:
        query = query.where(OutgoingMessage.conversation_id == conversation_id)
    return list(session.scalars(query))


def _over(work: UnitOfWork, conversation: Known, said: Say) -> tuple[str, ...]:
    """Take down the cards that a message replaces or ends; the names under which it settles them."""
    subjects = (*said.over, *((said.card.name,) if said.card else ()))
    old = [card for subject in subjects for card in cards(work.session, subject, conversation.id)]
    for card in old:
        card.subject = card.subject_revision = None
    return tuple(f"{OURS}{card.id}" for card in old)


def write(
    work: UnitOfWork,
    conversation: Known,
    said: Rendered,
    answers: Received | None = None,
    settles: tuple[str, ...] = (),
    card: Subject | None = None,
) -> Written:
    """Store one outgoing message.

    It counts as being sent from now on: after a crash nobody knows whether it was, and its next sender looks first.
    """
    offered = choices.with_tokens(said.labels)
    answers_tap = answers.tap_id if answers else None
    row = {
        "conversation_id": conversation.id, "text": said.text, "choices": offered, "settles": list(settles),
        "message_ids": [], "subject": card.name if card else None, "subject_revision": card.revision if card else None,
        "answers_tap": answers_tap, "made_at": work.now, "sending_at": work.now,
    }  # fmt: skip
    written = run(work.session, _WRITE, row).scalar_one()
    return Written(written, conversation.id, said.text, offered, answers_tap, settles)
