"""Calls to one Twilio account over plain REST: facts out of answers, errors of the house out of failures.

Twilio's own library has no setting for base addresses and sends what a content leaves out as explicit
nulls, so that it only verifies signatures here.
"""

import queue
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from core.config import Twilio
from core.errors import AuthFailed, Down, Outside, RefusedThere, Unsure

TOO_FAST = "63018"
"""This sender or this recipient gets too many messages; a pause helps."""
TOO_FAST_PAUSE = 30.0
TOO_MANY_AT_ONCE = "20429"
WRONG_CREDENTIALS = "20003"

Answer = dict[str, Any]


class Account:
    """One account: what it was told to send, and its contents. Safe for many threads, a client each."""

    def __init__(self, settings: Twilio, timeout: float) -> None:
        self._settings = settings
        self._timeout = httpx.Timeout(timeout, connect=min(timeout, 5.0))
        # Reading the certificate bundle takes longer than most calls, so that the clients share it.
        self._tls = httpx.create_ssl_context()
        self._idle: queue.LifoQueue[httpx.Client] = queue.LifoQueue()
        # A reply is on its way sooner when its address need not be taken apart again.
        self._messages = httpx.URL(f"{settings.api_base_url}/2010-04-01/Accounts/{settings.account_sid}/Messages.json")
        self._contents = f"{settings.content_base_url}/v1/Content"

    def send(self, form: Mapping[str, str]) -> str:
        """Create a message; its SID. Raises `Unsure` when no answer came."""
        response = self._call("POST", self._messages, data=dict(form))
        return _sid(response)

    def sent_to(self, chat: str) -> tuple[datetime, list[Answer]]:
        """Twilio's present time and the messages it last took for `chat`, newest first."""
        asked = {"To": chat, "From": self._settings.whatsapp_from, "PageSize": "50"}
        response = self._call("GET", self._messages, params=asked)
        try:
            now = parsedate_to_datetime(response.headers["Date"])
        except (KeyError, ValueError) as error:
            # Our own clock may be wrong by more than the time between two equal messages.
            raise Down(retry_after=None, reason="no date") from error
        found: list[Answer] = _json(response).get("messages", [])
        return now, found

    def create_content(self, content: Mapping[str, Any]) -> str:
        """Create a content; its SID."""
        return _sid(self._call("POST", self._contents, json=dict(content)))

    def contents(self) -> Iterator[Answer]:
        """Every content of the account, page by page."""
        address: str | None = f"{self._contents}?PageSize=500"
        while address:
            page = _json(self._call("GET", address))
            yield from page.get("contents", [])
            following = page.get("meta", {}).get("next_page_url")
            # Only the query is taken over: the host stays the configured one.
            address = f"{self._contents}?{httpx.URL(following).query.decode()}" if following else None

    def delete_content(self, sid: str) -> None:
        """Delete a content that turned out to be one too many."""
        self._call("DELETE", f"{self._contents}/{sid}")

    def close(self) -> None:
        """Close the clients that are not in use."""
        while True:
            try:
                self._idle.get_nowait().close()
            except queue.Empty:
                return

    def _call(self, method: str, url: httpx.URL | str, **request: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own arguments.
        writes = method == "POST"
        with self._client() as client:
            try:
                response = client.request(method, url, **request)
            except httpx.HTTPError as error:
                raise classify(error, writes=writes) from error
        if not response.is_success:
            raise classify(response, writes=writes)
        return response

    @contextmanager
    def _client(self) -> Iterator[httpx.Client]:
        """A client nobody else uses meanwhile: shared ones become slow under many threads."""
        try:
            client = self._idle.get_nowait()
        except queue.Empty:
            credentials = (self._settings.account_sid, self._settings.auth_token)
            client = httpx.Client(auth=credentials, timeout=self._timeout, verify=self._tls)
        try:
            yield client
        finally:
            self._idle.put(client)


def classify(problem: httpx.HTTPError | httpx.Response, *, writes: bool) -> Outside:
    """What a failed call means: `writes` says whether it may have left something behind over there.

    Codes: https://www.twilio.com/docs/api/errors. Twilio's sentences quote phone numbers: only codes go on.
    """
    if isinstance(problem, httpx.HTTPError):
        if isinstance(problem, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout) or not writes:
            return Down(retry_after=None, reason=type(problem).__name__)
        return Unsure(reason=type(problem).__name__)
    status, code = problem.status_code, _code(problem)
    if status == httpx.codes.UNAUTHORIZED or code == WRONG_CREDENTIALS:
        return AuthFailed(reason=code or str(status))
    if code == TOO_FAST:
        return Down(retry_after=_retry_after(problem) or TOO_FAST_PAUSE, reason=code)
    if status == httpx.codes.TOO_MANY_REQUESTS or code == TOO_MANY_AT_ONCE:
        # Chance keeps workers that were refused together from coming back together.
        chance = 1.0 + 3.0 * random.random()  # noqa: S311 - no secret depends on it.
        return Down(retry_after=_retry_after(problem) or chance, reason=code or str(status))
    if problem.is_server_error:
        pause = _retry_after(problem)
        return Unsure(reason=str(status)) if writes else Down(retry_after=pause, reason=str(status))
    return RefusedThere(reason=code or str(status))


def _code(response: httpx.Response) -> str:
    try:
        answer = response.json()
    except ValueError:
        return ""
    code = answer.get("code") if isinstance(answer, dict) else None
    return "" if code is None else str(code)


def _retry_after(response: httpx.Response) -> float | None:
    value = response.headers.get("Retry-After", "")
    return float(value) if value.isdigit() else None


def _json(response: httpx.Response) -> Answer:
    try:
        answer = response.json()
    except ValueError as error:
        raise Down(retry_after=None, reason="no JSON") from error
    if not isinstance(answer, dict):
        raise Down(retry_after=None, reason="no object")
    return answer


def _sid(response: httpx.Response) -> str:
    """The SID of what was created; an answer that cannot be read leaves us unsure."""
    try:
        return str(response.json()["sid"])
    except (ValueError, KeyError, TypeError) as error:
        raise Unsure(reason="unreadable answer") from error
