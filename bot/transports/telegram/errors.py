"""What Telegram's failures mean to us."""

from datetime import timedelta

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from core.errors import AuthFailed, Down, Outside, RefusedThere, Unsure

NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
KNOWN_REFUSALS = {"chat not found": "no_such_chat", "message is too long": "too_long"}


def classify(error: TelegramError) -> Outside:
    """The error of the house for `error`; a request without an answer may have been carried out."""
    match error:
        case RetryAfter():
            return Down(retry_after=_seconds(error.retry_after), reason="flood control")
        case Forbidden():
            return RefusedThere(reason="blocked")
        case InvalidToken():
            return AuthFailed(reason="bot token")
        case ChatMigrated():
            return RefusedThere(reason="moved", to=str(error.new_chat_id))
        case Conflict():
            return Down(retry_after=None, reason="conflict")
        case BadRequest():
            return RefusedThere(reason=_refusal(error.message.lower()))
        case _ if isinstance(error.__cause__, NOT_SENT):
            return Down(retry_after=None, reason=type(error.__cause__).__name__)
        case _:
            return Unsure(reason=type(error.__cause__ or error).__name__)


def _refusal(said: str) -> str:
    return next((code for words, code in KNOWN_REFUSALS.items() if words in said), "bad_request")


def _seconds(pause: int | timedelta) -> float:
    return pause.total_seconds() if isinstance(pause, timedelta) else float(pause)
