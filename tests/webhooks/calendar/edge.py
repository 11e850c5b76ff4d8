"""Asking the edge over HTTP inside one process."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import httpx
from starlette.types import Receive, Scope, Send

from core.feeds.reads import Reads
from tests.core.feeds.hotel import Hotel
from webhooks.calendar.edge import CalendarEdge

Answered = TypeVar("Answered")
AGENT = "Java/17.0.9"


async def behind(scope: Scope, receive: Receive, send: Send) -> None:
    """Stand in for the web application: answers 418 to everything and takes part in the lifespan."""
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b"the application"})


def edge_of(hotel: Hotel, *, rate_limit: int = 0) -> CalendarEdge:
    """Build the edge as a composition root would."""
    reads = Reads(hotel.store)
    return CalendarEdge(behind, hotel.store.database, hotel.clock, reads, rate_limit)


@asynccontextmanager
async def client_of(edge: CalendarEdge) -> AsyncIterator[httpx.AsyncClient]:
    """Open a client that speaks to `edge`; closes the edge afterwards."""
    transport = httpx.ASGITransport(edge)
    headers = {"user-agent": AGENT, "accept-encoding": "identity"}
    async with httpx.AsyncClient(transport=transport, base_url="http://hotel", headers=headers) as client:
        yield client
    await edge.close()


def talk(edge: CalendarEdge, ask: Callable[[httpx.AsyncClient], Awaitable[Answered]]) -> Answered:
    """Run one conversation with `edge`, which is closed afterwards."""

    async def whole() -> Answered:
        async with client_of(edge) as client:
            return await ask(client)

    return asyncio.run(whole())


def get(hotel: Hotel, path: str, method: str = "GET", **headers: str) -> httpx.Response:
    """Ask once; header names with underscores."""

    async def once(client: httpx.AsyncClient) -> httpx.Response:
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        return await client.request(method, path, headers=fields)

    return talk(edge_of(hotel), once)
