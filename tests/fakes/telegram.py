"""Telegram's side: the methods of the Bot API that we call, updates by webhook or long polling.

Limits: https://core.telegram.org/bots/api; the wordings of refusals are those the real server is known by.
"""

import asyncio
import itertools
import threading
import time
from collections.abc import Mapping
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from core.config import Telegram
from tests.fakes import telegram_limits as limits
from tests.fakes.faults import Fault, Kind, Script, played
from tests.fakes.serving import Served, caller
from tests.fakes.shown import PATIENCE, Button, Screen, Shown

TOKEN = "1234567890:" + "A" * 35
DELIVERIES = 5
"""How often a pushed update is tried before the fake gives up; the real server goes on for a day."""


class FakeTelegram:
    """A bot's account. `who` is a person's numeric id as text, and also their private chat: `1001`.

    Updates go to the webhook that was set (or the application named by `connect`), else they wait.
    """

    def __init__(self) -> None:
        self.script = Script()
        self.screen = Screen()
        self.blocked: set[str] = set()
        self.answered: list[str] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.webhook: dict[str, Any] = {}
        self.delivered: list[int] = []
        """The status codes our webhook answered with."""
        self._lock = threading.Lock()
        self._messages = itertools.count(1)
        self._updates = itertools.count(700_000_001)
        self._pending: list[dict[str, Any]] = []
        self._spinning: set[str] = set()
        self._polls = 0
        self._client = caller()
        self._served = Served(Starlette(routes=[Route("/{bot}/{method}", self._method, methods=["GET", "POST"])]))
        self.settings = Telegram(TOKEN, "telegram-webhook-secret", api_base_url=self._served.url)

    def connect(self, app_url: str, secret: str | None = None) -> None:
        """Push updates to the application at `app_url`, as if it had set its webhook."""
        token = secret or self.settings.webhook_secret
        self.webhook = {"url": f"{app_url}/webhooks/telegram", "secret_token": token}

    def close(self, *, wait: bool = False) -> None:
        """Stop serving; with `wait`, return when nobody answers any more."""
        self.script.end()
        self._client.close()
        self._served.close(wait=wait)

    # The phones.

    def say(self, who: str, text: str) -> None:
        """Write `text`."""
        self.deliver(self.update(message=self.message(who, text)))

    def tap(self, who: str, button: str | int) -> None:
        """Tap the newest button with this label, or the n-th of the newest message that has some."""
        shown, at = self.screen.button(who, button)
        self.deliver(self.tap_on(who, shown, shown.buttons[at]))

    def tap_on(self, who: str, shown: Shown, button: Button) -> dict[str, Any]:
        """Return the update of a tap on one button of one message, which starts to spin."""
        query = f"{time.time_ns()}"
        self._spinning.add(query)
        told = {
            "message_id": int(shown.id),
            "date": int(time.time()),
            "chat": limits.chat(shown.chat),
            "from": limits.BOT,
        }
        return self.update(
            callback_query={
                "id": query,
                "from": limits.person(who),
                "chat_instance": f"-{shown.chat}",
                "data": button.token,
                "message": told | {"text": shown.text},
            }
        )

    def block(self, who: str) -> None:
        """Block the bot: it is told so, and refused from now on."""
        self.blocked.add(who)
        member = {"user": limits.BOT, "status": "member"}
        gone = {"user": limits.BOT, "status": "kicked", "until_date": 0}
        change = {"chat": limits.chat(who), "from": limits.person(who), "date": int(time.time())}
        self.deliver(self.update(my_chat_member=change | {"old_chat_member": member, "new_chat_member": gone}))

    def inbox(self, who: str) -> list[Shown]:
        """What `who` was sent, oldest first, as it looks now."""
        return self.screen.all(who)

    def wait(self, who: str, count: int, patience: float = PATIENCE) -> list[Shown]:
        """Return the inbox as soon as it holds `count` messages."""
        return self.screen.wait(who, count, patience)

    @property
    def sent(self) -> list[Shown]:
        """Every message on every phone, oldest first."""
        return self.screen.all()

    def message(self, who: str, text: str) -> dict[str, Any]:
        """Return a written message as an update carries it."""
        number = next(self._messages)
        return {
            "message_id": number,
            "date": int(time.time()),
            "chat": limits.chat(who),
            "from": limits.person(who),
            "text": text,
        }

    def update(self, **told: Any) -> dict[str, Any]:  # noqa: ANN401 - any update.
        """Return a new update."""
        return {"update_id": next(self._updates), **told}

    def deliver(self, update: Mapping[str, Any]) -> None:
        """Push `update` until it is taken, or keep it to be fetched where no webhook is set."""
        if not self.webhook.get("url"):
            with self._lock:
                self._pending.append(dict(update))
            return
        for _ in range(DELIVERIES):
            if self.post(update, self.webhook.get("secret_token")).is_success:
                return
            time.sleep(0.01)

    def post(self, update: Mapping[str, Any], secret: str | None) -> httpx.Response:
        """Push `update` once, with `secret` in its header or none."""
        headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
        answer = self._client.post(self.webhook["url"], json=dict(update), headers=headers)
        self.delivered.append(answer.status_code)
        return answer

    # Faults.

    def refuse(self, call: str, status: int, description: str, *, times: int = 1, **parameters: int) -> None:
        """Let the method `call` be refused; `retry_after=3` and the like are the answer's parameters."""
        self.script.add(Fault(call, "refuse", times, status, limits.Refusal(status, description, **parameters).body))

    def lose_answer(self, call: str, kind: Kind = "cut", times: int = 1) -> None:
        """Let the method `call` be carried out and its answer be cut off, or never come ("hang")."""
        self.script.add(Fault(call, kind, times))

    def expire_taps(self) -> None:
        """Let every tap so far be too old to be answered."""
        self._spinning.clear()

    # The server.

    async def _method(self, request: Request) -> Response:
        if request.path_params["bot"] != f"bot{TOKEN}":
            return JSONResponse(limits.Refusal(401, "Unauthorized").body, 401)
        method = request.path_params["method"]
        asked = await limits.asked(request)
        self.calls.append((method, asked))

        async def answer(_request: Request) -> Response:
            try:
                return JSONResponse({"ok": True, "result": await getattr(self, f"_{method}")(asked)})
            except limits.Refusal as refusal:
                return JSONResponse(refusal.body, refusal.status)

        return await played(self.script, method, request, answer)

    async def _getMe(self, _asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - Telegram's names.
        return limits.BOT

    async def _sendMessage(self, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        chat, text = str(asked["chat_id"]), str(asked.get("text", ""))
        if chat in self.blocked:
            raise limits.Refusal(403, "Forbidden: bot was blocked by the user")
        if not chat.lstrip("-").isdigit():
            raise limits.Refusal(400, "Bad Request: chat not found")
        shown = Shown(chat, limits.checked_text(text), limits.checked_buttons(asked), str(next(self._messages)))
        self.screen.show(shown)
        return limits.as_message(shown)

    async def _editMessageReplyMarkup(self, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        old = self._found(asked)
        return self._changed(old, Shown(old.chat, old.text, limits.checked_buttons(asked), old.id))

    async def _editMessageText(self, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        old = self._found(asked)
        text = limits.checked_text(str(asked.get("text", "")))
        return self._changed(old, Shown(old.chat, text, limits.checked_buttons(asked), old.id))

    def _found(self, asked: dict[str, Any]) -> Shown:
        old = self.screen.find(str(asked["chat_id"]), str(asked["message_id"]))
        if old is None:
            raise limits.Refusal(400, "Bad Request: message to edit not found")
        return old

    def _changed(self, old: Shown, new: Shown) -> dict[str, Any]:
        if old == new:
            raise limits.Refusal(
                400,
                "Bad Request: message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message",
            )
        self.screen.replace(new)
        return limits.as_message(new)

    async def _answerCallbackQuery(self, asked: dict[str, Any]) -> bool:  # noqa: N802
        query = str(asked["callback_query_id"])
        if query not in self._spinning:
            raise limits.Refusal(
                400, "Bad Request: query is too old and response timeout expired or query ID is invalid"
            )
        if len(asked.get("text", "")) > limits.ANSWER:
            raise limits.Refusal(400, "Bad Request: MESSAGE_TOO_LONG")
        self._spinning.discard(query)
        self.answered.append(query)
        return True

    async def _setWebhook(self, asked: dict[str, Any]) -> bool:  # noqa: N802
        if not limits.SECRET.fullmatch(asked.get("secret_token", "none")):
            raise limits.Refusal(400, "Bad Request: secret token contains unallowed characters")
        self.webhook = dict(asked)
        return True

    async def _deleteWebhook(self, asked: dict[str, Any]) -> bool:  # noqa: N802
        self.webhook = {}
        if asked.get("drop_pending_updates"):
            self._pending.clear()
        return True

    async def _getWebhookInfo(self, _asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        info = {"url": self.webhook.get("url", ""), "has_custom_certificate": False}
        return info | {"pending_update_count": len(self._pending)}

    async def _getUpdates(self, asked: dict[str, Any]) -> list[dict[str, Any]]:  # noqa: N802
        if self.webhook.get("url"):
            raise limits.Refusal(
                409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook"
            )
        self._polls += 1
        mine, until = self._polls, time.monotonic() + int(asked.get("timeout", 0))
        while True:
            if self._polls != mine:
                raise limits.Refusal(409, "Conflict: terminated by other getUpdates request")
            with self._lock:
                offset = int(asked.get("offset", 0))
                self._pending = [update for update in self._pending if update["update_id"] >= offset]
                if self._pending or time.monotonic() >= until or self.script.ended:
                    return list(self._pending)
            await asyncio.sleep(0.01)
