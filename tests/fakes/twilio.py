"""Twilio's side of WhatsApp: messages and contents over REST, signed posts to our webhooks.

It keeps Twilio's limits as the documentation of messages, contents and error codes states them.
"""

import json
import threading
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp
from twilio.request_validator import RequestValidator

from core.config import Twilio
from tests.fakes import twilio_limits as limits
from tests.fakes.faults import Fault, Kind, Script, played
from tests.fakes.serving import Served, caller
from tests.fakes.shown import PATIENCE, Button, Screen, Shown

ACCOUNT = "AC" + "a" * 32
SENDER = "whatsapp:+14155238886"
OUTSIDE_WINDOW = 63016
INVISIBLE = "\u200b"


class FakeTwilio:
    """A Twilio account with one WhatsApp sender. `who` is a phone number: `+254700000001`.

    Messages reach the phones through `settings`; what the phones send goes to the application of `connect`.
    """

    def __init__(self) -> None:
        self.script = Script()
        self.screen = Screen()
        self.messages: list[dict[str, Any]] = []
        self.asked: list[dict[str, str]] = []
        """The forms of all messages that were posted, refused ones too."""
        self.contents: dict[str, dict[str, Any]] = {}
        self.windows_closed: set[str] = set()
        self.opted_out: set[str] = set()
        self.bsuid: dict[str, str] = {}
        self._numbers = limits.Numbers()
        self._threads: list[threading.Thread] = []
        self._app: tuple[str, str] | None = None
        self._client = caller()
        self._served = Served(self._routes())
        url = self._served.url
        self.settings = Twilio(ACCOUNT, "twilio-auth-token", SENDER, api_base_url=url, content_base_url=url)

    def connect(self, app_url: str, public_url: str | None = None) -> None:
        """Post to the application at `app_url`, signed for `public_url` (its name in front of a proxy)."""
        self._app = (app_url, public_url or app_url)

    def close(self, *, wait: bool = False) -> None:
        """Stop serving; with `wait`, return when nobody answers any more."""
        self.script.end()
        for thread in self._threads:
            thread.join(PATIENCE)
        self._client.close()
        self._served.close(wait=wait)

    # The phones.

    def say(self, who: str, text: str) -> None:
        """Write `text`."""
        self.deliver(self.form(who, Body=text))

    def tap(self, who: str, button: str | int) -> None:
        """Tap the newest button or row with this label, or the n-th of the newest message that has some."""
        shown, at = self.screen.button(f"whatsapp:{who}", button)
        chosen = shown.buttons[at]
        if len(shown.buttons) <= limits.BUTTONS:
            told = {"Body": chosen.label, "ButtonText": chosen.label, "ButtonPayload": chosen.token}
            told["MessageType"] = "button"
        else:
            told = {
                "Body": "",
                "ListTitle": chosen.label,
                "ListId": chosen.token,
                "MessageType": "interactive",
            }
        context = {"OriginalRepliedMessageSid": shown.id, "OriginalRepliedMessageSender": SENDER}
        self.deliver(self.form(who, **told, **context))

    def inbox(self, who: str) -> list[Shown]:
        """What `who` was sent, oldest first."""
        return self.screen.all(f"whatsapp:{who}")

    def wait(self, who: str, count: int, patience: float = PATIENCE) -> list[Shown]:
        """Return the inbox as soon as it holds `count` messages."""
        return self.screen.wait(f"whatsapp:{who}", count, patience)

    @property
    def sent(self) -> list[Shown]:
        """Every message on every phone, oldest first."""
        return self.screen.all()

    # Webhooks.

    def form(self, who: str, **told: str) -> dict[str, str]:
        """Return the fields of an inbound post from `who`, a new message each time."""
        sid = self._numbers.sid("SM")
        return {
            "SmsMessageSid": sid,
            "SmsSid": sid,
            "MessageSid": sid,
            "AccountSid": ACCOUNT,
            "SmsStatus": "received",
            "From": f"whatsapp:{who}",
            "To": SENDER,
            "WaId": who.lstrip("+"),
            "ProfileName": "Amina",
            "ExternalUserId": f"whatsapp:{self.bsuid.get(who, 'KE.' + who[-8:].zfill(16))}",
            "Body": "",
            "NumMedia": "0",
            "NumSegments": "1",
            "ReferralNumMedia": "0",
            "MessageType": "text",
            "ApiVersion": "2010-04-01",
            "ChannelMetadata": '{"type":"whatsapp","data":{}}',
        } | told

    def deliver(self, form: Mapping[str, str], path: str = "/webhooks/twilio") -> int:
        """Post `form` signed; a refused post is not repeated (Twilio repeats failed connections only)."""
        status = self.post(form, path, signature=self.sign(form, path)).status_code
        self.windows_closed.discard(form.get("From", ""))
        return status

    def sign(self, form: Mapping[str, str], path: str = "/webhooks/twilio") -> str:
        """Return Twilio's signature of `form` for our public address."""
        validator = RequestValidator(self.settings.auth_token)
        return str(validator.compute_signature(f"{self._connected()[1]}{path}", dict(form)))

    def post(self, form: Mapping[str, str], path: str, signature: str | None) -> httpx.Response:
        """Post `form` as it is, with `signature` or none."""
        headers = {} if signature is None else {"X-Twilio-Signature": signature}
        return self._client.post(f"{self._connected()[0]}{path}", data=dict(form), headers=headers)

    def report(self, sid: str, *statuses: str, error: int | None = None) -> list[int]:
        """Post status callbacks for the message `sid`, in the order given; return the answers' codes."""
        message = next(each for each in self.messages if each["sid"] == sid)
        answers = []
        for status in statuses:
            message["status"] = status
            form = {
                "MessageSid": sid,
                "SmsSid": sid,
                "MessageStatus": status,
                "SmsStatus": status,
                "AccountSid": ACCOUNT,
                "From": SENDER,
                "To": message["to"],
                "ApiVersion": "2010-04-01",
            }
            if error is not None:
                form["ErrorCode"] = str(error)
            answers.append(self.deliver(form, "/webhooks/twilio/status"))
        return answers

    # Faults.

    def refuse(self, call: str, status: int, code: int, *, times: int = 1, retry_after: int | None = None) -> None:
        """Let `call` ("messages", "list", "contents") be refused with Twilio's error `code`."""
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        self.script.add(Fault(call, "refuse", times, status, limits.problem(status, code), headers))

    def lose_answer(self, call: str, kind: Kind = "cut", times: int = 1) -> None:
        """Let `call` be carried out and its answer be cut off, or never come ("hang")."""
        self.script.add(Fault(call, kind, times))

    def close_window(self, who: str) -> None:
        """Let the 24 hours since `who` last wrote be over: the failure comes by a status callback."""
        self.windows_closed.add(f"whatsapp:{who}")

    # The server.

    def _connected(self) -> tuple[str, str]:
        if self._app is None:
            raise AssertionError("connect the fake to an application first")
        return self._app

    def _routes(self) -> ASGIApp:
        messages = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        routes = [
            Route(messages, self._guarded("messages", self._create_message), methods=["POST"]),
            Route(messages, self._guarded("list", self._list_messages), methods=["GET"]),
            Route("/v1/Content", self._guarded("contents", self._create_content), methods=["POST"]),
            Route("/v1/Content", self._guarded("list contents", self._list_contents), methods=["GET"]),
            Route("/v1/Content/{sid}", self._guarded("delete", self._delete_content), methods=["DELETE"]),
        ]
        return Starlette(routes=routes)

    def _guarded(self, call: str, answer: Any) -> Any:  # noqa: ANN401 - Starlette's endpoints.
        async def endpoint(request: Request) -> Response:
            credentials = b64encode(f"{ACCOUNT}:{self.settings.auth_token}".encode()).decode()
            if request.headers.get("Authorization") != f"Basic {credentials}":
                return JSONResponse(limits.problem(401, 20003), 401)
            return await played(self.script, call, request, answer)

        return endpoint

    async def _create_message(self, request: Request) -> Response:
        form = {key: str(value) for key, value in (await request.form()).items()}
        self.asked.append(form)
        code = limits.message_code(form, self.contents)
        if code is None and form["To"] in self.opted_out:
            code = 21610
        if code is not None:
            return JSONResponse(limits.problem(400, code), 400)
        text, buttons = limits.rendered(form, self.contents)
        now = format_datetime(datetime.now(UTC))
        sid = self._numbers.sid("MM")
        message: dict[str, Any] = {
            "sid": sid,
            "account_sid": ACCOUNT,
            "to": form["To"],
            "from": form["From"],
            "body": text,
            "status": "queued",
            "direction": "outbound-api",
            "date_created": now,
            "date_sent": None,
            "error_code": None,
            "status_callback": form.get("StatusCallback"),
        }
        self.messages.append(message)
        if form["To"] in self.windows_closed:
            self._fail_later(sid, form.get("StatusCallback"))
        else:
            shown = tuple(Button(label, token) for label, token in buttons)
            # What holds the place of nothing cannot be seen.
            self.screen.show(Shown(form["To"], text.replace(INVISIBLE, ""), shown, sid))
        return JSONResponse(message, 201)

    def _fail_later(self, sid: str, callback: str | None) -> None:
        if callback is None or self._app is None:
            return
        thread = threading.Thread(target=self.report, args=(sid, "failed"), kwargs={"error": OUTSIDE_WINDOW})
        self._threads.append(thread)
        thread.start()

    async def _list_messages(self, request: Request) -> Response:
        wanted = request.query_params
        found = [
            message
            for message in reversed(self.messages)
            if message["to"] == wanted.get("To", message["to"])
            and message["from"] == wanted.get("From", message["from"])
        ]
        return JSONResponse({"messages": found[: int(wanted.get("PageSize", "50"))]})

    async def _create_content(self, request: Request) -> Response:
        content = json.loads(await request.body())
        code = limits.content_code(content)
        if code is not None:
            return JSONResponse(limits.problem(400, code), 400)
        sid = self._numbers.sid("HX")
        self.contents[sid] = {"sid": sid, "account_sid": ACCOUNT, **content}
        return JSONResponse(self.contents[sid], 201)

    async def _list_contents(self, request: Request) -> Response:
        page, size = (
            int(request.query_params.get("Page", "0")),
            int(request.query_params.get("PageSize", "50")),
        )
        found = list(self.contents.values())
        following = None
        if len(found) > (page + 1) * size:
            following = f"https://content.twilio.com/v1/Content?PageSize={size}&Page={page + 1}&PageToken=next"
        return JSONResponse({"contents": found[page * size :][:size], "meta": {"next_page_url": following}})

    async def _delete_content(self, request: Request) -> Response:
        known = self.contents.pop(request.path_params["sid"], None)
        return Response(status_code=204) if known else JSONResponse(limits.problem(404, 20404), 404)
