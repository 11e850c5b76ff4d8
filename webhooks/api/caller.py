"""Who calls: a person's access token, an API key, or the dashboard's cookie with its header against forgery.

A route takes `caller: Calling` and asks it: `caller.must(property_id, Act.X)`, `caller.theirs(room, Act.X, missing)`,
`caller.properties(Act.X, asked)`. What it may do is read with each request, so that whoever is revoked is out at once.
"""

import hmac
from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from core.access import entering, tokens
from core.access.callers import Caller
from core.access.errors import ForgeryFeared, NotLetIn
from core.access.permissions import Act
from core.access.sessions import Origin
from core.db.work import Store
from core.sealing import derived
from webhooks.api import denials
from webhooks.api.limits import Limits
from webhooks.deps import Stored

__all__ = ["Act", "Caller", "Calling", "address_of", "forgery_token", "origin_of"]

COOKIE = "dauda_session"
FORGERY_COOKIE = "dauda_csrf"
FORGERY_HEADER = "X-CSRF-Token"
_READING = frozenset({"GET", "HEAD", "OPTIONS"})

_bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", description="An access token of `POST /api/auth/token/`.")
_key = APIKeyHeader(name="X-API-Key", auto_error=False, description="A key of one property, made with scopes.")
_cookie = APIKeyCookie(name=COOKIE, auto_error=False, description="The dashboard's; writing needs `X-CSRF-Token` too.")


def caller(
    request: Request,
    store: Stored,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
    key: Annotated[str | None, Security(_key)],
    cookie: Annotated[str | None, Security(_cookie)],
) -> Caller:
    """Whoever sent this request. Raises `NotLetIn` (401), `ForgeryFeared` (403) and `TooManyTries` (429)."""
    limits: Limits = request.app.state.limits
    try:
        found = _found(request, store, bearer, key, cookie)
    except NotLetIn:
        limits.stranger(address_of(request))
        raise
    limits.caller(found.name)
    if found.stale:
        with store.unit_of_work() as work:
            entering.note_seen(work, found)
    found = replace(found, denied=denials.heard_by(request))
    request.state.caller = found
    return found


Calling = Annotated[Caller, Depends(caller)]


def forgery_token(secret_key: str, cookie: str) -> str:
    """What must come in `X-CSRF-Token` with this cookie when something is to be changed."""
    return hmac.new(derived(secret_key, "forgery")[0], cookie.encode(), "sha256").hexdigest()


def address_of(request: Request) -> str:
    """Where the request came from, as far as the server in front of us tells (at most 64 characters)."""
    return request.client.host[:64] if request.client else "unknown"


def origin_of(request: Request) -> Origin:
    """From where and with what somebody comes to log in."""
    return Origin(address_of(request), request.headers.get("User-Agent", "")[:200])


def _found(
    request: Request, store: Store, bearer: HTTPAuthorizationCredentials | None, key: str | None, cookie: str | None
) -> Caller:
    secret_key: str = request.app.state.settings.secret_key
    now = store.clock.now()
    with store.reading() as session:
        if bearer is not None:
            return entering.by_token(session, tokens.signing_keys(secret_key), bearer.credentials, now)
        if key is not None:
            return entering.by_key(session, key, now)
        if cookie is None:
            raise NotLetIn
        found = entering.by_cookie(session, cookie, now)
    given = request.headers.get(FORGERY_HEADER, "")
    wanted = forgery_token(secret_key, cookie)
    if request.method not in _READING and not hmac.compare_digest(given.encode(), wanted.encode()):
        # The browser sends the cookie by itself, whoever's page asks it to; the header only our own pages can send.
        raise ForgeryFeared
    return found
