"""Faults in a fake's script: what the next calls run into."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

Kind = Literal["refuse", "hang", "cut", "none"]


@dataclass(slots=True)
class Fault:
    """One fault of one call: an answer instead of the work, or the work without an answer."""

    call: str
    kind: Kind
    times: int = 1
    status: int = 500
    body: MutableMapping[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


class Script:
    """The faults that are still to come, first in first out per call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._over = threading.Event()

    def add(self, fault: Fault) -> None:
        """Let `fault` happen `fault.times` times."""
        with self._lock:
            self._faults.append(fault)

    def skip(self, call: str, times: int = 1) -> None:
        """Let `call` go well `times` times before the faults added after this."""
        self.add(Fault(call, "none", times))

    def next(self, call: str) -> Fault | None:
        """Return the fault that `call` runs into now, used up by one."""
        with self._lock:
            fault = next((each for each in self._faults if each.call == call), None)
            if fault is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
            return fault

    def end(self) -> None:
        """Let go of calls that hang."""
        self._over.set()

    @property
    def ended(self) -> bool:
        """Say whether the fake is closing."""
        return self._over.is_set()

    async def silence(self, request: Request) -> Response:
        """Never answer, until the caller leaves."""
        while not self._over.is_set() and not await request.is_disconnected():  # noqa: ASYNC110 - two causes.
            await asyncio.sleep(0.01)
        return Response(status_code=504)


class Cut(Response):
    """An answer whose connection breaks after the first bytes."""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Promise more than is sent; the server then closes the connection."""
        headers = [(b"content-length", b"100")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{", "more_body": False})


Answering = Callable[[Request], Awaitable[Response]]


async def played(script: Script, call: str, request: Request, answer: Answering) -> Response:
    """Answer `request` as the script says: refused before the work, or silent or cut after it."""
    fault = script.next(call)
    if fault is None or fault.kind == "none":
        return await answer(request)
    if fault.kind == "refuse":
        return JSONResponse(dict(fault.body), fault.status, fault.headers)
    await answer(request)
    return await script.silence(request) if fault.kind == "hang" else Cut()
