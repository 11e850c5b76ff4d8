"""Sending Telegram messages through the Bot API, behind a synchronous face."""

import ssl
from collections.abc import Coroutine, Sequence
from concurrent.futures import Future
from typing import Any, TypeVar

import httpx
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Update, WebhookInfo
from telegram.error import BadRequest, NetworkError, TelegramError, TimedOut
from telegram.request import HTTPXRequest

from bot.messages import Choice, Outgoing, Sent
from bot.parts import Progress, numbered, under_way
from bot.transports.base import Limits, split
from bot.transports.telegram.errors import classify
from bot.transports.telegram.inbound import ALLOWED
from bot.transports.telegram.loop import LoopThread
from core.config import Telegram as Settings
from core.logs import logger

MOST_TEXT = 4096
MOST_BUTTONS = 100
MOST_TOKEN = 64
"""Bytes of callback data."""
ROW_BUTTONS = 3
ROW_LABELS = 26
"""Characters of the labels that stand side by side on a phone."""
LAST_OF_PLANE_0 = "\uffff"
POLL_MARGIN = 10.0
"""Seconds a long poll may take beyond the time it was asked to wait."""

Result = TypeVar("Result")
log = logger(__name__)


class Telegram:
    """Telegram as a transport. `timeout` in seconds for one call."""

    name = "telegram"
    limits = Limits(text=MOST_TEXT, buttons=MOST_BUTTONS, label=40, keeps_numbers=False)

    def __init__(self, settings: Settings, *, timeout: float = 10.0) -> None:
        # As many connections as threads may send at once; a wait for one means that nothing was sent.
        # Reading the certificate bundle takes longer than most calls, so that both share it.
        tls = httpx.create_ssl_context()
        polls, calls = _connections(2, timeout, tls), _connections(32, timeout, tls)
        self._requests = (polls, calls)
        base = settings.api_base_url
        self._bot = Bot(settings.bot_token, f"{base}/bot", f"{base}/file/bot", request=calls, get_updates_request=polls)
        self._loop = LoopThread("telegram")
        self._progress = Progress()

    def send(self, message: Outgoing) -> Sent:
        """Acknowledge the tap, take buttons back, send; a repeat goes on behind the parts accepted before."""
        texts = parts(message)
        keyboard = keyboard_of(message.choices) if len(message.choices) <= MOST_BUTTONS else None
        if message.answers_tap is not None:
            self._cosmetic("answer", self._bot.answer_callback_query(message.answers_tap))
        for number in message.settles:
            self._cosmetic("settle", self._bot.edit_message_reply_markup(message.chat, int(number)))
        with under_way(self._progress.begin(message.reference)) as attempt:
            for text in texts[len(attempt.ids) :]:
                last = len(attempt.ids) == len(texts) - 1
                attempt.ids.append(self._say(message.chat, text, keyboard if last else None))
        return Sent(self._progress.finish(message.reference))

    def _say(self, chat: str, text: str, keyboard: InlineKeyboardMarkup | None) -> str:
        # A preview would fetch the address, and a calendar would count it as read.
        preview = LinkPreviewOptions(is_disabled=True)
        sent = self._call(self._bot.send_message(chat, text, reply_markup=keyboard, link_preview_options=preview))
        return str(sent.message_id)

    def find_sent(self, message: Outgoing) -> Sent | None:  # noqa: ARG002 - the transport's common face.
        """Telegram shows a bot none of its own messages."""
        return None

    def close(self) -> None:
        """Close the connections and end the loop's thread."""
        for request in self._requests:
            self._loop.call(request.shutdown())
        self._loop.close()

    def set_webhook(self, url: str, secret: str) -> None:
        """Have updates pushed to `url` with `secret` in their header."""
        self._call(self._bot.set_webhook(url, secret_token=secret, allowed_updates=ALLOWED, max_connections=10))

    def delete_webhook(self) -> None:
        """Have updates wait to be fetched; those that wait already are kept."""
        self._call(self._bot.delete_webhook(drop_pending_updates=False))

    def webhook_info(self) -> WebhookInfo:
        """What Telegram knows of our webhook, its last error included."""
        return self._call(self._bot.get_webhook_info())

    def begin_updates(self, offset: int | None, wait: int) -> "Future[tuple[Update, ...]]":
        """Ask for updates from `offset` on, for up to `wait` seconds; cancelling the future ends the wait."""
        asked = self._bot.get_updates(
            offset=offset, timeout=wait, allowed_updates=ALLOWED, read_timeout=wait + POLL_MARGIN
        )
        return self._loop.begin(asked)

    def _call(self, work: Coroutine[Any, Any, Result]) -> Result:
        try:
            return self._loop.call(work)
        except TelegramError as error:
            raise classify(error) from error

    def _cosmetic(self, what: str, work: Coroutine[Any, Any, object]) -> None:
        """Do what only tidies up: too late, done already or no answer must not keep the message back."""
        try:
            self._loop.call(work)
        except (BadRequest, TimedOut) as error:
            log.info("telegram.not_tidied", what=what, error=error.message)
        except NetworkError as error:
            log.warning("telegram.not_tidied", what=what, error=error.message)
        except TelegramError as error:
            raise classify(error) from error


def _connections(size: int, timeout: float, tls: ssl.SSLContext) -> HTTPXRequest:
    connect = min(timeout, 5.0)
    return HTTPXRequest(
        size,
        read_timeout=timeout,
        write_timeout=timeout,
        connect_timeout=connect,
        pool_timeout=connect,
        httpx_kwargs={"verify": tls},
    )


def parts(message: Outgoing) -> list[str]:
    """The texts to send, in order; choices without any text get a mark to hang on."""
    text = message.text
    if len(message.choices) > MOST_BUTTONS:
        text = numbered(text, message.choices)
    # Telegram does not say whether a character outside the basic plane counts once or twice: twice, then.
    wide = max(text, default="") > LAST_OF_PLANE_0
    texts = split(text, MOST_TEXT // 2 if wide else MOST_TEXT)
    return texts or (["·"] if message.choices else [])


def keyboard_of(choices: Sequence[Choice]) -> InlineKeyboardMarkup | None:
    """The buttons in rows: short labels side by side, long ones each in a row of its own."""
    rows: list[list[InlineKeyboardButton]] = []
    for choice in choices:
        if len(choice.token.encode()) > MOST_TOKEN:
            raise ValueError(f"a token of more than {MOST_TOKEN} bytes")
        button = InlineKeyboardButton(choice.label, callback_data=choice.token)
        row = rows[-1] if rows else []
        beside = sum(len(each.text) for each in row) + len(choice.label)
        if row and len(row) < ROW_BUTTONS and beside <= ROW_LABELS:
            row.append(button)
        else:
            rows.append([button])
    return InlineKeyboardMarkup(rows) if rows else None
