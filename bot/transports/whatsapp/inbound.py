"""What Twilio posts to us: is it Twilio's, what does it say, how far is a message we sent.

Fields: https://www.twilio.com/docs/messaging/guides/webhook-request; Twilio adds some without notice.
"""

from collections.abc import Mapping

from twilio.request_validator import HMAC_SHA1, RequestValidator

from bot.messages import Inbound
from core.errors import Invalid

WRITTEN = frozenset({"", "text", "interactive", "button"})
RANKS = {
    "accepted": 1, "scheduled": 1, "queued": 2, "sending": 3, "sent": 4,
    "undelivered": 5, "failed": 5, "canceled": 5, "delivered": 6, "read": 7,
}  # fmt: skip


class NotAMessage(Invalid):
    """The form names no message or no sender. Fact `missing`."""


def verify(auth_token: str, url: str, form: Mapping[str, str], signature: str | None) -> bool:
    """Whether Twilio signed this post to `url`, the public one with path and query.

    `form` is whole, blank fields kept; it may be a multi-dictionary with `getlist`. The algorithm is pinned:
    a header that names another is not asked.
    """
    if not signature:
        return False
    return bool(RequestValidator(auth_token).validate(url, form, signature, algorithm=HMAC_SHA1))


def parse(form: Mapping[str, str]) -> Inbound:
    """The message or tap in a verified form. Raises `NotAMessage`.

    A tap comes with the label as its Body, which must not be taken for words: the payload goes first.
    The sender is a phone number, or the business-scoped user id where the person hides the number.
    """
    for name in ("MessageSid", "From"):
        if not form.get(name):
            raise NotAMessage(missing=name)
    chat = form["From"]
    sender = _bare(chat)
    other = _bare(form.get("ExternalUserId", ""))
    tap = form.get("ButtonPayload") or form.get("ListId") or None
    if tap is not None and tap.startswith("{{"):
        tap = None  # The slot came back unfilled; the label in Body still says which choice it was.
    return Inbound(
        transport="whatsapp",
        external_id=form["MessageSid"],
        sender=sender,
        chat=chat,
        text=form.get("Body") or form.get("ListTitle") or "",
        tap=tap,
        tapped_message=(form.get("OriginalRepliedMessageSid") or None) if tap else None,
        also=(other,) if other and other != sender else (),
        kind="tap" if tap else _kind(form),
        raw=dict(form),
    )


def _bare(address: str) -> str:
    return address.removeprefix("whatsapp:")


def _kind(form: Mapping[str, str]) -> str:
    if form.get("Latitude"):
        return "location"
    if form.get("NumMedia", "0") not in {"", "0"}:
        return form.get("MediaContentType0", "").partition("/")[0] or "media"
    said = form.get("MessageType", "")
    return "text" if said in WRITTEN else said


def rank(status: str) -> int:
    """How far along `status` is; reports come late, twice and out of order, and a lower rank changes nothing.

    A failure outranks being sent, but not the proof that it arrived. 0: a status we do not know.
    """
    return RANKS.get(status, 0)
