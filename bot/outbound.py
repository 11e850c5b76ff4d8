"""Replies: written in the transaction that decided them, sent afterwards."""

from dataclasses import dataclass

from bot import choices
from bot.conversation.facts import Facts
from bot.conversation.says import Say
from bot.models import Conversation, InboundMessage, OutgoingMessage
from bot.replies.formats import Voice
from bot.replies.render import render
from core.db.work import UnitOfWork
from core.outbox import effects
from core.outbox import service as outbox
from core.outbox.service import Lease


@dataclass(frozen=True, slots=True)
class Reply:
    """What to say to the person of `facts`, in answer to `message` when there is one."""

    say: Say
    facts: Facts
    message: InboundMessage | None = None
    settles: tuple[str, ...] = ()


def write_alert(work: UnitOfWork, conversation: Conversation, reply: Reply) -> None:
    """Write a message nobody is waiting for; the relay sends it."""
    facts = reply.facts
    rendered = render(reply.say, Voice(facts.language, facts.place.timezone, facts.now))
    message = write(work, conversation, rendered.text, None, reply.settles)
    choices.offer(work, message, reply.say.offers, rendered.labels, facts.who.person_id, facts.place.property_id)
    outbox.add(work, effects.Say(message.id, conversation.id))


def say(work: UnitOfWork, conversation: Conversation, reply: Reply) -> Lease | None:
    """Write a reply and its effect; the lease to send it with at once, unless an earlier one is still on its way."""
    facts = reply.facts
    rendered = render(reply.say, Voice(facts.language, facts.place.timezone, facts.now))
    if not rendered.text:
        return None
    message = write(work, conversation, rendered.text, reply.message, reply.settles)
    choices.offer(work, message, reply.say.offers, rendered.labels, facts.who.person_id, facts.place.property_id)
    return outbox.add_leased(work, effects.Say(message.id, conversation.id))


def write(
    work: UnitOfWork,
    conversation: Conversation,
    text: str,
    answers: InboundMessage | None,
    settles: tuple[str, ...] = (),
) -> OutgoingMessage:
    """Store one outgoing message.

    It counts as being sent from now on: after a crash nobody knows whether it was, and its next sender looks first.
    """
    message = OutgoingMessage(
        conversation_id=conversation.id, text=text, choices=[], settles=list(settles), message_ids=[],
        answers_tap=answers.tap_id if answers else None, made_at=work.now, sending_at=work.now,
    )  # fmt: skip
    work.session.add(message)
    work.session.flush()
    return message
