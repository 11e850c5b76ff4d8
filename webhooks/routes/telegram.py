"""Telegram's posts: updates with messages, taps and blockings."""

import json

from fastapi import APIRouter, HTTPException, Request, Response

from bot.transports.telegram import parse, same_secret, webhook_secret
from webhooks import posted

router = APIRouter(prefix="/webhooks/telegram", tags=["webhooks"])


@router.post("")
async def receive(request: Request) -> Response:
    """Store one update, once; Telegram repeats what is not answered with 200."""
    settings = posted.settings(request)
    if settings.telegram is None:
        raise HTTPException(404)
    secret = webhook_secret(settings.telegram, settings.secret_key)
    if not same_secret(secret, request.headers.get("X-Telegram-Bot-Api-Secret-Token")):
        raise HTTPException(403)
    try:
        update = json.loads(await posted.body(request))
    except ValueError:
        raise HTTPException(400) from None
    if not isinstance(update, dict):
        raise HTTPException(400)
    inbound = parse(update)
    if inbound is not None:
        await posted.stored(posted.desk(request).accept, inbound)
    return Response()
