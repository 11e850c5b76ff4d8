"""People nobody has introduced: one polite line a day and nothing else, unless they bring an invitation."""

from datetime import timedelta

import regex

from bot import gather
from bot.conversation.says import Say, line
from bot.inbox import Opened, Received
from bot.outbound import Reply, say, send, write
from bot.replies.render import Rendered
from bot.replies.voices import Voice
from bot.replies.words import FALLBACK
from core.db.work import UnitOfWork
from core.errors import DaudaError
from core.outbox.service import Lease
from core.staff import queries as staff
from core.staff import service as staff_service

AGAIN_AFTER = timedelta(days=1)
_CODE = regex.compile(r"^\s*(?:/start|join)\s+([A-Za-z0-9_-][A-Za-z0-9_ -]{4,62}[A-Za-z0-9_-])\s*$", regex.IGNORECASE)


def answer_stranger(work: UnitOfWork, conversation: Opened, message: Received) -> Lease | None:
    """Link the sender when the message is a valid invitation code; else the polite line, once a day."""
    code = _CODE.match(message.text)
    if code is not None:
        try:
            staff_service.redeem(
                work,
                code[1],
                transport=message.transport,
                external_id=message.sender,
                also=tuple(message.also),
            )
        except DaudaError:
            return _polite_line(work, conversation, message)
        who = staff.identify(work.session, message.transport, (message.sender,))
        if who is not None:
            facts = gather.basics(work, who, who.place)
            welcome = Say((line("linked", name=who.name, property=who.place.name),))
            return say(work, conversation, Reply(welcome, facts, message))
    return _polite_line(work, conversation, message)


def _polite_line(work: UnitOfWork, conversation: Opened, message: Received) -> Lease | None:
    told = conversation.told_stranger_at
    if message.kind == "blocked" or (told is not None and work.now - told < AGAIN_AFTER):
        return None
    conversation.told_stranger_at = work.now
    text = Voice(FALLBACK, "UTC", work.now).text("stranger", {})
    written = write(work, conversation, Rendered(text), message)
    return send(work, conversation, written)
