"""Telegram's updates as inbound messages: text, taps, and people who block the bot."""

import json
from collections.abc import Mapping
from typing import Any

from telegram import CallbackQuery, ChatMemberUpdated, Message, Update
from telegram.constants import ChatMemberStatus, ChatType

from bot.messages import Inbound
from core.logs import logger

ALLOWED = ("message", "callback_query", "my_chat_member")
"""The kinds of update we ask Telegram for."""
ATTACHED = ("location", "contact", "voice", "audio", "video", "video_note", "sticker", "document", "photo")

log = logger(__name__)


def parse(update: Mapping[str, Any]) -> Inbound | None:
    """The message in a verified update, None when it says nothing to us.

    Source: https://core.telegram.org/bots/api#update.
    """
    try:
        found = Update.de_json(dict(update))
    except (KeyError, TypeError, ValueError, AttributeError):
        # Refusing it would only make Telegram send it again for a day.
        log.warning("telegram.unreadable_update", fields=",".join(sorted(update)))
        return None
    return read(found, update)


def read(update: Update, raw: Mapping[str, Any] | None = None) -> Inbound | None:
    """As `parse`, of an update the library has read. Edits, channels and joinings say nothing to us."""
    known: Mapping[str, Any] = raw if raw is not None else json.loads(update.to_json())
    number = str(update.update_id)
    if update.message is not None:
        return _message(number, update.message, known)
    if update.callback_query is not None:
        return _tap(number, update.callback_query, known)
    if update.my_chat_member is not None:
        return _membership(number, update.my_chat_member, known)
    return None


def _message(number: str, message: Message, raw: Mapping[str, Any]) -> Inbound | None:
    if message.from_user is None:
        return None
    return Inbound(
        transport="telegram",
        external_id=number,
        sender=str(message.from_user.id),
        chat=str(message.chat.id),
        text=message.text or message.caption or "",
        kind="text" if message.text else _attached(message),
        raw=raw,
    )


def _attached(message: Message) -> str:
    """What came instead of text; service messages count as `other`."""
    kind = next((kind for kind in ATTACHED if getattr(message, kind)), "other")
    return "image" if kind == "photo" else kind


def _tap(number: str, query: CallbackQuery, raw: Mapping[str, Any]) -> Inbound | None:
    if query.data is None:
        return None
    person = str(query.from_user.id)
    return Inbound(
        transport="telegram",
        external_id=number,
        sender=person,
        chat=str(query.message.chat.id) if query.message else person,
        tap=query.data,
        tap_id=query.id,
        tapped_message=str(query.message.message_id) if query.message else None,
        kind="tap",
        raw=raw,
    )


def _membership(number: str, change: ChatMemberUpdated, raw: Mapping[str, Any]) -> Inbound | None:
    """A person who blocks the bot bans it from their own chat."""
    private = change.chat.type == ChatType.PRIVATE
    if not private or change.new_chat_member.status != ChatMemberStatus.BANNED:
        return None
    person = str(change.from_user.id)
    return Inbound("telegram", number, sender=person, chat=str(change.chat.id), kind="blocked", raw=raw)
