"""A stored message on its way out: claimed by one sender, recorded when the transport has it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.orm import Session

from bot.messages import Choice, Outgoing, Sent
from bot.models import OURS, Conversation, OutgoingMessage
from bot.replies.voices import MARK
from bot.tools import CODES_SEALED_FOR
from core.db.prepared import Prepared, run
from core.db.work import Store, UnitOfWork
from core.feeds import service as feeds
from core.outbox.effects import Say
from core.outbox.service import Lease
from core.sealing import BrokenSeal, Sealer

MOST_OTHERS = 100
"""More than any transport looks back at."""
_WAITING = Prepared(
    select(
        OutgoingMessage.id, OutgoingMessage.conversation_id, OutgoingMessage.text, OutgoingMessage.choices,
        OutgoingMessage.answers_tap, OutgoingMessage.settles, OutgoingMessage.sending_at, OutgoingMessage.sent_at,
        Conversation.transport, Conversation.chat,
    )
    .join(Conversation, Conversation.id == OutgoingMessage.conversation_id)
    .where(OutgoingMessage.id == bindparam("message_id"))
)  # fmt: skip
_SENDING = Prepared(
    update(OutgoingMessage)
    .where(OutgoingMessage.id == bindparam("message_id"))
    .values(sending_at=bindparam("now"))
    .execution_options(synchronize_session=False)
)
_SENT = Prepared(
    update(OutgoingMessage)
    .where(OutgoingMessage.id == bindparam("message_id"))
    .values(sent_at=bindparam("now"), message_ids=bindparam("ids"), last_message_id=bindparam("last"))
    .execution_options(synchronize_session=False)
)
_FEED_MARK = re.compile(r"⟦feed:(\d+)⟧")
_LOGIN_MARK = re.compile(r"⟦login:([^⟧]+)⟧")


@dataclass(frozen=True, slots=True)
class Written:
    """An outgoing message as its row was written; `choices` are pairs of label and token."""

    id: int
    conversation_id: int
    text: str
    choices: Sequence[Sequence[str]]
    answers_tap: str | None = None
    settles: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Ready:
    """A message to send; `unsure`: an earlier attempt may have sent it."""

    transport: str
    outgoing: Outgoing
    unsure: bool


def claim(store: Store, lease: Lease, sealer: Sealer, public_url: str) -> Ready | None:
    """Load the message behind `lease` and mark it as being sent; None when it was sent already.

    The first attempt belongs to the process that wrote the message, which marked it when it wrote it: so that attempt
    only reads what it has not `at_hand`. Every later one follows a failure or a crash.
    """
    assert isinstance(lease.effect, Say)  # noqa: S101 - only messages are claimed here.
    if isinstance(lease.at_hand, Ready) and lease.until is not None and store.clock.now() < lease.until:
        return lease.at_hand
    with store.unit_of_work() if lease.attempt > 1 else store.reading() as opened:
        session = opened.session if isinstance(opened, UnitOfWork) else opened
        message = run(session, _WAITING, {"message_id": lease.effect.message_id}).one()
        if message.sent_at is not None:
            return None
        unsure = lease.attempt > 1 and message.sending_at is not None
        if isinstance(opened, UnitOfWork):
            run(session, _SENDING, {"message_id": message.id, "now": opened.now})
        outgoing = replace(
            _outgoing(message, message.chat),
            text=_filled(session, message.text, sealer, public_url),
            settles=_settled(session, message.settles),
            others=_others(session, message.id, message.conversation_id) if unsure else frozenset(),
        )
        return Ready(message.transport, outgoing, unsure)


def at_hand(message: Written, transport: str, chat: str) -> Ready | None:
    """What `claim` would make of a message that was written just now; None when it would have to look things up."""
    if MARK in message.text or any(each.startswith(OURS) for each in message.settles):
        return None
    return Ready(transport, _outgoing(message, chat), unsure=False)


def _outgoing(message: Written | Row[*tuple[Any, ...]], chat: str) -> Outgoing:
    """The message as it stands in its row."""
    return Outgoing(
        reference=f"d{message.id}", chat=chat, text=message.text,
        choices=tuple(Choice(label, token) for label, token in message.choices),
        answers_tap=message.answers_tap, settles=tuple(dict.fromkeys(message.settles)),
    )  # fmt: skip


def _settled(session: Session, settles: Sequence[str]) -> tuple[str, ...]:
    """The transport's ids of the messages whose buttons go; one that never left has none."""
    ours = {each: int(each.removeprefix(OURS)) for each in settles if each.startswith(OURS)}
    query = select(OutgoingMessage.id, OutgoingMessage.last_message_id).where(OutgoingMessage.id.in_(ours.values()))
    sent: dict[int, str | None] = dict(session.execute(query).all()) if ours else {}
    found = (sent.get(ours[each]) if each in ours else each for each in settles)
    return tuple(dict.fromkeys(number for number in found if number))


def _others(session: Session, message_id: int, conversation_id: int) -> frozenset[str]:
    """The transport's ids of the chat's last messages: two answers may say the same within minutes."""
    query = (
        select(OutgoingMessage.message_ids)
        .where(OutgoingMessage.conversation_id == conversation_id, OutgoingMessage.id != message_id)
        .order_by(OutgoingMessage.id.desc())
        .limit(MOST_OTHERS)
    )
    return frozenset(number for numbers in session.scalars(query) for number in numbers)


def _filled(session: Session, text: str, sealer: Sealer, public_url: str) -> str:
    """The text with the addresses that are readable only in the message itself."""
    feeds_shown = _FEED_MARK.sub(lambda mark: _address(session, int(mark[1]), sealer, public_url), text)
    return _LOGIN_MARK.sub(lambda mark: f"{public_url}/login/{_code(mark[1], sealer)}", feeds_shown)


def _code(sealed: str, sealer: Sealer) -> str:
    """The code of a login link; "?" when our key changed since, as it is over by then."""
    try:
        return sealer.unseal(sealed, CODES_SEALED_FOR)
    except BrokenSeal:
        return "?"


def _address(session: Session, link_id: int, sealer: Sealer, public_url: str) -> str:
    """The feed's address in words."""
    address = feeds.live_address(session, link_id)
    return feeds.feed_url(public_url, feeds.token_of(address, sealer)) if address is not None else "?"


def as_sent(work: UnitOfWork, message_id: int, sent: Sent) -> None:
    """Record that the transport has it."""
    ids = list(sent.message_ids)
    asked = {"message_id": message_id, "now": work.now, "ids": ids, "last": ids[-1] if ids else None}
    run(work.session, _SENT, asked)


def as_not_sent(work: UnitOfWork, message_id: int) -> None:
    """Record that the last attempt certainly sent nothing, so that the next one need not look."""
    work.session.get_one(OutgoingMessage, message_id).sending_at = None
