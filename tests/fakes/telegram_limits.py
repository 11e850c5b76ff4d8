"""What Telegram refuses, in its own words, and the shapes of its objects."""

import json
import re
import time
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from tests.fakes.shown import Button, Shown

BOT = {"id": 1234567890, "is_bot": True, "first_name": "Dauda", "username": "dauda_bot"}
TEXT, CALLBACK_DATA, ANSWER, BUTTONS, ROW = 4096, 64, 200, 100, 8
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


class Refusal(Exception):
    """What the API answers instead of a result."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
        if parameters:
            self.body["parameters"] = parameters


async def asked(request: Request) -> dict[str, Any]:
    """Return the parameters of a call, however they were sent."""
    if request.headers.get("Content-Type", "").startswith("application/json"):
        told: dict[str, Any] = await request.json()
        return told
    asked: dict[str, Any] = dict(request.query_params)
    asked.update(await request.form())
    for name in ("reply_markup", "allowed_updates", "link_preview_options", "drop_pending_updates"):
        if name in asked:
            asked[name] = json.loads(asked[name])
    return asked


def checked_text(text: str) -> str:
    """Return `text` if a message may carry it."""
    if not text.strip():
        raise Refusal(400, "Bad Request: message text is empty")
    if len(text) > TEXT:
        raise Refusal(400, "Bad Request: message is too long")
    return text


def checked_buttons(asked: Mapping[str, Any]) -> tuple[Button, ...]:
    """Return the buttons that a call asks for, if a message may carry them."""
    rows = (asked.get("reply_markup") or {}).get("inline_keyboard", [])
    buttons = [Button(button["text"], button["callback_data"]) for row in rows for button in row]
    if any(len(button.token.encode()) > CALLBACK_DATA for button in buttons):
        raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
    if len(buttons) > BUTTONS or any(len(row) > ROW for row in rows):
        raise Refusal(400, "Bad Request: reply markup is too long")
    if any(not button.label.strip() for button in buttons):
        raise Refusal(400, "Bad Request: can't parse inline keyboard button: Text buttons must be non-empty")
    return tuple(buttons)


def as_message(shown: Shown) -> dict[str, Any]:
    """Return a message of the bot as an answer carries it."""
    told = {"message_id": int(shown.id), "date": int(time.time()), "chat": chat(shown.chat), "from": BOT}
    return told | {"text": shown.text}


def person(who: str) -> dict[str, Any]:
    """Return the user `who`."""
    return {"id": int(who), "is_bot": False, "first_name": "Amina", "language_code": "en"}


def chat(who: str) -> dict[str, Any]:
    """Return the chat `who`: private, or a group where the number is negative."""
    number = int(who)
    return {"id": number, "type": "private" if number > 0 else "group", "first_name": "Amina"}
