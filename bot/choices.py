"""Offered choices: opaque tokens that work once, for one person, until they expire."""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BindParameter, Table, bindparam, func, insert, select

from bot.conversation.actions import ANSWERS, OF_CASES, Action, Command, Do, SellTypes, action_in, action_out
from bot.conversation.says import Offer
from bot.conversation.turn import Offered
from bot.models import OutgoingMessage, Tap
from bot.outgoing import Written
from core.conflicts.commands import UndoDecision
from core.db.prepared import Prepared, run
from core.db.work import UnitOfWork
from core.errors import NotFound, Refused
from core.feeds.service import UNDO_TIME
from core.rates.commands import UndoRates
from core.stays.commands import UndoChanges

CHOICE_TIME = timedelta(hours=1)
CARD_TIME = timedelta(days=7)
"""A case waits for its decision longer than a dialogue for its answer; its revision guards the old buttons."""
TOKEN_BYTES = 10

_TAPS: Table = Tap.__table__  # type: ignore[assignment]
_OFFER = Prepared(insert(_TAPS))


class TapUnknown(NotFound):
    """No choice has this token (any more)."""


class TapUsed(Refused):
    """The message's question was decided already. Facts: `person_id`, `at`."""


class TapExpired(Refused):
    """The choice is too old."""


class TapForeign(Refused):
    """The choice was offered to somebody else."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A choice that was taken: what it does, where, and the transport's id of the message whose buttons are over."""

    action: Action
    settles: tuple[str, ...]
    property_id: int


def with_tokens(labels: Sequence[str]) -> list[list[str]]:
    """Each label with a new token, as a message's row keeps its choices."""
    return [[label, base64.b32encode(secrets.token_bytes(TOKEN_BYTES)).decode().lower()] for label in labels]


def offer(work: UnitOfWork, message: Written, offers: Sequence[Offer], person_id: int, place: int) -> None:
    """Let the choices of `message` stand for `offers`, for one person speaking about one property."""
    rows = [
        {
            "token": token, "conversation_id": message.conversation_id, "message_id": message.id,
            "person_id": person_id, "property_id": place, "position": position, "label": label,
            "action": action_out(each.action), "expires_at": work.now + _lasts(each.action),
        }
        for position, (each, (label, token)) in enumerate(zip(offers, message.choices, strict=True), start=1)
    ]  # fmt: skip
    if rows:
        run(work.session, _OFFER, rows)


def take(work: UnitOfWork, token: str, person_id: int) -> Taken:
    """Take the choice behind `token`. Raises `TapUnknown`, `TapUsed`, `TapForeign` or `TapExpired`."""
    tap = work.session.get(Tap, token)
    if tap is None:
        raise TapUnknown
    if tap.person_id != person_id:
        raise TapForeign
    used = work.session.scalar(select(Tap).where(Tap.message_id == tap.message_id, Tap.used_at.is_not(None)).limit(1))
    if used is not None:
        raise TapUsed(person_id=used.used_by, at=used.used_at)
    if tap.expires_at <= work.now:
        raise TapExpired
    tap.used_at, tap.used_by = work.now, person_id
    message = work.session.get_one(OutgoingMessage, tap.message_id)
    settles = (message.last_message_id,) if message.last_message_id else ()
    return Taken(action_in(tap.action), settles, tap.property_id)


def offered(work: UnitOfWork, conversation_id: int, now: datetime, *, asked: bool) -> tuple[Offered, ...]:
    """The choices of the last message that had any, if they are still open; whether it was the very last is told.

    `asked`: a question of the dialogue is open, so that a number answers it and not a card that came in between.
    """
    taps = run(work.session, _OFFERED[asked], {"conversation_id": conversation_id}).all()
    if any(tap.used_at is not None or tap.expires_at <= now for tap in taps):
        return ()
    return tuple(Offered(tap.position, tap.label, tap.token, tap.message_id == tap.newest) for tap in taps)


def _offered(*, asked: bool) -> Prepared:
    chat: BindParameter[int] = bindparam("conversation_id")
    newest = select(func.max(OutgoingMessage.id)).where(OutgoingMessage.conversation_id == chat)
    having = select(func.max(Tap.message_id)).where(Tap.conversation_id == chat)
    if asked:
        newest = newest.where(OutgoingMessage.subject.is_(None))
        having = having.join(OutgoingMessage).where(OutgoingMessage.subject.is_(None))
    columns = (Tap.position, Tap.label, Tap.token, Tap.message_id, Tap.used_at, Tap.expires_at)
    last = having.scalar_subquery()
    taps = select(*columns, newest.scalar_subquery().label("newest")).where(Tap.message_id == last)
    return Prepared(taps.order_by(Tap.position))


_OFFERED = {asked: _offered(asked=asked) for asked in (False, True)}


def _takes_back(command: Command) -> bool:
    if isinstance(command, SellTypes):
        return any(span.undoes is not None for span in command.spans)
    return isinstance(command, UndoChanges | UndoDecision | UndoRates)


def _lasts(action: Action) -> timedelta:
    commands = action.commands if isinstance(action, Do) else ()
    if any(_takes_back(command) for command in commands):
        return UNDO_TIME
    return CARD_TIME if any(isinstance(command, (*OF_CASES, *ANSWERS)) for command in commands) else CHOICE_TIME
