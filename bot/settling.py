"""Saying how a question ended, in every chat that has an open card of it."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.addressees import Addressee
from bot.conversation.says import Say
from bot.models import Conversation, OutgoingMessage, Tap
from bot.outbound import Reply, cards, write_alert
from core.db.work import UnitOfWork


def settle(work: UnitOfWork, people: Iterable[Addressee], said: Say) -> None:
    """Say `said` where a card of what it ends (`Say.over`) is open, if the chat is still that of one of `people`."""
    facts = {each.facts.who.person_id: each.facts for each in people}
    for card in [card for subject in said.over for card in cards(work.session, subject)]:
        known = facts.get(whose(work.session, card))
        if known is not None:
            conversation = work.session.get_one(Conversation, card.conversation_id)
            write_alert(work, conversation, Reply(said, known))
        card.subject = card.subject_revision = None


def whose(session: Session, card: OutgoingMessage) -> int:
    """The person that a card with choices was sent to; 0 when it has none."""
    return session.scalar(select(Tap.person_id).where(Tap.message_id == card.id).limit(1)) or 0
