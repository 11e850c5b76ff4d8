"""Twilio's posts: messages, taps and delivery reports of WhatsApp."""

from urllib.parse import parse_qsl

from fastapi import APIRouter, HTTPException, Request, Response
from starlette.datastructures import ImmutableMultiDict

from bot.transports.whatsapp import parse, verify
from bot.transports.whatsapp.inbound import NotAMessage
from webhooks import posted

NO_REPLY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
"""We answer through the outbox: a reply in this answer would be lost with a slow one (Twilio waits 15 s)."""
MOST_FIELDS = 500

router = APIRouter(prefix="/webhooks/twilio", tags=["webhooks"])

Form = ImmutableMultiDict[str, str]


@router.post("")
async def receive(request: Request) -> Response:
    """Store one message or tap, once, and answer at once."""
    form = await _verified(request)
    try:
        inbound = parse(form)
    except NotAMessage:
        raise HTTPException(400) from None
    await posted.stored(posted.desk(request).accept, inbound)
    return Response(NO_REPLY, media_type="text/xml")


@router.post("/status", status_code=204)
async def report(request: Request) -> Response:
    """Take note of a delivery report; they come late, twice and out of order."""
    form = await _verified(request)
    sid, status = form.get("MessageSid"), form.get("MessageStatus")
    if not sid or not status:
        raise HTTPException(400)
    delivered = posted.desk(request).delivered
    await posted.stored(delivered, "whatsapp", sid, status, form.get("ErrorCode") or None)
    return Response(status_code=204)


async def _verified(request: Request) -> Form:
    """The form, blank fields kept, if Twilio signed it; else 403, and 404 where WhatsApp is not set up."""
    settings = posted.settings(request)
    if settings.twilio is None or settings.public_url is None:
        raise HTTPException(404)
    signature = request.headers.get("X-Twilio-Signature")
    if not signature:
        raise HTTPException(403)
    body = await posted.body(request)
    try:
        fields = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise HTTPException(400) from None
    form = Form(fields)
    if not verify(settings.twilio.auth_token, _address(request, settings.public_url), form, signature):
        raise HTTPException(403)
    return form


def _address(request: Request, public_url: str) -> str:
    """The address Twilio signed: our public one, whatever a proxy made of it on the way to us."""
    path: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    query: bytes = request.scope["query_string"]
    return public_url + path.decode("ascii") + (f"?{query.decode('ascii')}" if query else "")
