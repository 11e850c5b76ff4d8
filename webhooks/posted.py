"""What every webhook does with a post: read so much and no more, and answer only when it is stored."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from fastapi import HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from core.config import Settings
from core.logs import logger
from webhooks.deps import Desk

MOST_BYTES = 256 * 1024
RETRY_AFTER = "5"

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
log = logger(__name__)


def settings(request: Request) -> Settings:
    """The settings of the application."""
    return cast("Settings", request.app.state.settings)


def desk(request: Request) -> Desk:
    """Where the application takes messages in."""
    return cast("Desk", request.app.state.desk)


async def body(request: Request) -> bytes:
    """The body, read no further than `MOST_BYTES`: 413 beyond, 400 when the sender leaves."""
    announced = request.headers.get("Content-Length", "0")
    if announced.isdigit() and int(announced) > MOST_BYTES:
        raise HTTPException(413)
    read = bytearray()
    try:
        async for piece in request.stream():
            read += piece
            if len(read) > MOST_BYTES:
                raise HTTPException(413)
    except ClientDisconnect:
        raise HTTPException(400) from None
    return bytes(read)


async def stored(store: Callable[Arguments, Result], *arguments: Arguments.args, **named: Arguments.kwargs) -> Result:
    """What `store` returns, run beside the event loop; 503 when it fails, so that the sender comes again."""
    try:
        return await run_in_threadpool(store, *arguments, **named)
    except Exception as error:
        log.exception("webhook.not_stored")
        raise HTTPException(503, headers={"Retry-After": RETRY_AFTER}) from error
