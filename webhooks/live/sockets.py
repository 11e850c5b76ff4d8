"""`WS /ws/inventory/` and `WS /ws/reservations/`: what happens at a property, to be read only.

A client names the last event it saw (`?after=`) and misses nothing, whichever process it reaches. Nothing is written
through a socket. Browsers, which cannot send headers here, come with the dashboard's cookie or with the subprotocols
`dauda` and `bearer.TOKEN`.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Query, WebSocket, WebSocketDisconnect
from fastapi.encoders import jsonable_encoder

from core.access import entering, tokens
from core.access.callers import Caller
from core.access.errors import NotLetIn
from core.access.permissions import Act
from core.errors import DaudaError, NotAllowed, NotFound
from core.events.log import Entry
from webhooks.api.caller import COOKIE
from webhooks.live.hub import FellBehind, Following, Hub

INVENTORY = frozenset({"inventory", "stays", "properties", "rates"})
RESERVATIONS = frozenset({"reservations", "stays", "conflicts"})
"""The areas whose events a socket tells: what stands before the point in their kinds."""
SUBPROTOCOL = "dauda"
_BEARER = "bearer."
LOOK_AGAIN = 1.0
"""Seconds for which it is believed that somebody may still read: whoever is revoked is out after that."""
IDLE = 20.0
"""Seconds after which a socket on which nothing happens is told so, and its reader looked at again."""

# Codes of our own, by the HTTP status they stand for; 1013 is "try again later" (RFC 6455's registry).
NOT_LET_IN, NOT_ALLOWED, NOT_FOUND, BEHIND = 4401, 4403, 4404, 1013

router = APIRouter()


@router.websocket("/ws/inventory")
async def inventory(
    socket: WebSocket,
    property_id: Annotated[int | None, Query(alias="property")] = None,
    after: Annotated[int | None, Query(ge=0)] = None,
) -> None:
    """Tell what changes rooms, nights and rates."""
    await _serve(socket, Act.READ_INVENTORY, INVENTORY, property_id, after)


@router.websocket("/ws/reservations")
async def reservations(
    socket: WebSocket,
    property_id: Annotated[int | None, Query(alias="property")] = None,
    after: Annotated[int | None, Query(ge=0)] = None,
) -> None:
    """Tell what happens to reservations, their stays and the conflicts among them."""
    await _serve(socket, Act.READ_RESERVATIONS, RESERVATIONS, property_id, after)


async def _serve(
    socket: WebSocket, act: Act, areas: frozenset[str], property_id: int | None, after: int | None
) -> None:
    try:
        watched = frozenset((await asyncio.to_thread(_enter, socket)).properties(act, property_id))
    except DaudaError as error:
        await _refuse(socket, error)
        return
    offered = socket.scope.get("subprotocols", [])
    await socket.accept(subprotocol=SUBPROTOCOL if SUBPROTOCOL in offered else None)
    hub: Hub = socket.app.state.hub
    leaving = asyncio.create_task(_until_left(socket))
    try:
        async with hub.follow(watched, after) as following:
            telling = asyncio.create_task(_tell(socket, following, act, areas, watched))
            await asyncio.wait({telling, leaving}, return_when=asyncio.FIRST_COMPLETED)
            telling.cancel()
            with suppress(asyncio.CancelledError):
                await telling
    except DaudaError as error:
        await _refuse(socket, error)
    except (WebSocketDisconnect, RuntimeError):
        # It left while something was being sent.
        pass
    finally:
        leaving.cancel()


async def _tell(
    socket: WebSocket, following: Following, act: Act, areas: frozenset[str], watched: frozenset[int]
) -> None:
    await socket.send_json({"type": "ready", "last": following.last, "resumed": following.resumed})
    looked = time.monotonic()
    async for entry in _or_idle(following.entries):
        if time.monotonic() - looked >= LOOK_AGAIN:
            await asyncio.to_thread(_still_may, socket, act, watched)
            looked = time.monotonic()
        if entry is None:
            await socket.send_json({"type": "idle"})
        elif entry.kind.partition(".")[0] in areas:
            await socket.send_json(_told(entry))


async def _or_idle(entries: AsyncIterator[Entry]) -> AsyncIterator[Entry | None]:
    """`entries`, with None whenever nothing came for a while."""
    coming: asyncio.Task[Entry] | None = None
    try:
        while True:
            coming = coming or asyncio.ensure_future(_next(entries))
            done, _ = await asyncio.wait({coming}, timeout=IDLE)
            if not done:
                yield None
                continue
            entry, coming = coming.result(), None
            yield entry
    finally:
        if coming is not None:
            coming.cancel()


async def _next(entries: AsyncIterator[Entry]) -> Entry:
    return await anext(entries)


async def _until_left(socket: WebSocket) -> None:
    """Wait until the client goes; what it says meanwhile is not listened to."""
    with suppress(RuntimeError):
        while (await socket.receive())["type"] != "websocket.disconnect":
            pass


async def _refuse(socket: WebSocket, error: DaudaError) -> None:
    match error:
        case FellBehind():
            code = BEHIND
        case NotFound():
            code = NOT_FOUND
        case NotAllowed():
            code = NOT_ALLOWED
        case _:
            code = NOT_LET_IN
    with suppress(RuntimeError):
        if socket.application_state.name == "CONNECTING":
            # A browser is told a close code only on an open socket; refused before that, it sees nothing but 403.
            await socket.accept()
        await socket.close(code, error.code)


def _enter(socket: WebSocket) -> Caller:
    """Whoever opened the socket. Raises `NotLetIn`."""
    store, settings = socket.app.state.store, socket.app.state.settings
    now = store.clock.now()
    with store.reading() as session:
        if token := _bearer(socket):
            return entering.by_token(session, tokens.signing_keys(settings.secret_key), token, now)
        if key := socket.headers.get("x-api-key"):
            return entering.by_key(session, key, now)
        if (cookie := socket.cookies.get(COOKIE)) and _is_our_page(socket, settings.public_url):
            return entering.by_cookie(session, cookie, now)
    raise NotLetIn


def _still_may(socket: WebSocket, act: Act, watched: frozenset[int]) -> None:
    caller = _enter(socket)
    for property_id in watched:
        caller.must(property_id, act)


def _bearer(socket: WebSocket) -> str | None:
    scheme, _, token = socket.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token
    offered = socket.scope.get("subprotocols", [])
    return next((one.removeprefix(_BEARER) for one in offered if one.startswith(_BEARER)), None)


def _is_our_page(socket: WebSocket, public_url: str | None) -> bool:
    """Whether a page of ours opened it: a browser sends the cookie whoever's page asks, and says whose it was."""
    origin = urlsplit(socket.headers.get("origin", "")).netloc
    return bool(origin) and origin in {socket.headers.get("host"), urlsplit(public_url or "").netloc}


def _told(entry: Entry) -> dict[str, object]:
    told: dict[str, object] = jsonable_encoder({
        "type": "event", "id": entry.id, "kind": entry.kind, "property": entry.property_id,
        "subject": entry.subject, "subject_id": entry.subject_id, "facts": entry.facts,
        "person": entry.person_id, "transport": entry.transport, "at": entry.at,
    })  # fmt: skip
    return told
