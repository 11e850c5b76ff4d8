"""What holds for every request: how long it may be, what the answer's headers say, by which id the logs know it.

It also lets the same thing be asked in several ways: with and without a trailing slash, and the listings and conflicts
without `/api`.
"""

import re
import secrets
from collections.abc import Mapping
from types import MappingProxyType

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.logs import correlated
from webhooks import problems

CORRELATION = "X-Correlation-Id"
MOST_BYTES = 1024 * 1024
"""Of a request to the API; webhooks have limits of their own."""
WITHOUT_PREFIX = ("/listings", "/conflicts")
_OURS = ("/api", *WITHOUT_PREFIX, "/login", "/ws")
_GIVEN_ID = re.compile(r"[\w-]{1,40}")
_ALWAYS: Mapping[str, str] = MappingProxyType({
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
})  # fmt: skip
_A_YEAR = "max-age=31536000"


class Guard:
    """An ASGI application around the routes; `https`: browsers are told to come by TLS only."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._headers = {**_ALWAYS, **({"Strict-Transport-Security": _A_YEAR} if https else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Guard what is an HTTP request; sockets are only found by either form of their path."""
        if scope["type"] in {"http", "websocket"}:
            scope = {**scope, "path": canonical(scope["path"])}
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(CORRELATION, "")
        with correlated(given if _GIVEN_ID.fullmatch(given) else f"r{secrets.token_hex(6)}") as correlation:
            await self._answer(scope, receive, send, correlation)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, correlation: str) -> None:
        begun = False

        async def dressed(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                self._dress(message, scope["path"], correlation)
            await send(message)

        try:
            await self._app(scope, _limited(scope, receive), dressed)
        except Exception as error:
            answer = problems.unforeseen(scope["path"], error)
            if begun:
                raise
            await answer(scope, receive, dressed)

    def _dress(self, start: Message, path: str, correlation: str) -> None:
        headers = MutableHeaders(scope=start)
        for name, value in self._headers.items():
            headers.setdefault(name, value)
        if is_ours(path):
            headers.setdefault("Cache-Control", "no-store")
        headers[CORRELATION] = correlation


def is_ours(path: str) -> bool:
    """Whether `path` belongs to the API or to logging in."""
    return any(path == prefix or path.startswith(f"{prefix}/") for prefix in _OURS)


def canonical(path: str) -> str:
    """The path under which our routes know what was asked; `raw_path`, which webhooks' signatures cover, stays."""
    if not is_ours(path):
        return path
    bare = path.rstrip("/") or "/"
    return f"/api{bare}" if any(bare == prefix or bare.startswith(f"{prefix}/") for prefix in WITHOUT_PREFIX) else bare


def _limited(scope: Scope, receive: Receive) -> Receive:
    """`receive` that stops at `MOST_BYTES` of a request to us, at once when more is announced."""
    if not is_ours(scope["path"]):
        return receive
    announced = Headers(scope=scope).get("Content-Length", "0")
    read = int(announced) if announced.isdigit() and int(announced) > MOST_BYTES else 0

    async def counting() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > MOST_BYTES:
            raise HTTPException(413)
        return message

    return counting
