"""Offered choices: opaque tokens that work once, for one person, until they expire."""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from bot.conversation.actions import Action, Do, action_in, action_out
from bot.conversation.says import Offer
from bot.conversation.turn import Offered
from bot.models import OutgoingMessage, Tap
from core.db.work import UnitOfWork
from core.errors import NotFound, Refused
from core.feeds.service import UNDO_TIME
from core.stays.commands import UndoChanges

CHOICE_TIME = timedelta(hours=1)
TOKEN_BYTES = 10


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
    """A choice that was taken: what it does, and the transport's id of the message whose buttons are over."""

    action: Action
    settles: tuple[str, ...]


def offer(
    work: UnitOfWork,
    message: OutgoingMessage,
    offers: Sequence[Offer],
    labels: Sequence[str],
    person_id: int,
    place: int,
) -> None:
    """Store `offers` as the choices of `message`, for one person speaking about one property."""
    for position, (each, label) in enumerate(zip(offers, labels, strict=True), start=1):
        token = base64.b32encode(secrets.token_bytes(TOKEN_BYTES)).decode().lower()
        message.choices = [*message.choices, [label, token]]
        work.session.add(
            Tap(
                token=token, conversation_id=message.conversation_id, message_id=message.id, person_id=person_id,
                property_id=place, position=position, label=label, action=action_out(each.action),
                expires_at=work.now + _lasts(each.action),
            )
        )  # fmt: skip


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
    return Taken(action_in(tap.action), settles)


def offered(work: UnitOfWork, conversation_id: int, now: datetime) -> tuple[Offered, ...]:
    """The choices of the last message that had any, if they are still open; whether it was the very last is told."""
    newest = select(func.max(OutgoingMessage.id)).where(OutgoingMessage.conversation_id == conversation_id)
    last = select(func.max(Tap.message_id)).where(Tap.conversation_id == conversation_id).scalar_subquery()
    taps = work.session.scalars(select(Tap).where(Tap.message_id == last).order_by(Tap.position)).all()
    if any(tap.used_at is not None or tap.expires_at <= now for tap in taps):
        return ()
    is_newest = bool(taps) and taps[0].message_id == work.session.scalar(newest)
    return tuple(Offered(tap.position, tap.label, tap.token, is_newest) for tap in taps)


def _lasts(action: Action) -> timedelta:
    undoes = isinstance(action, Do) and any(isinstance(command, UndoChanges) for command in action.commands)
    return UNDO_TIME if undoes else CHOICE_TIME
