"""Logging in and out of the API, the caller's own sessions, and API keys."""

from fastapi import APIRouter, Request, Response

from core.access import keys, logins, sessions
from core.access.errors import NoSuchKey
from core.access.sessions import Why
from core.access.tokens import signing_keys
from webhooks.api.caller import COOKIE, FORGERY_COOKIE, Act, Calling, address_of, origin_of
from webhooks.api.described import needing, open_to_all, personal
from webhooks.api.limits import Limits
from webhooks.api.paging import Page, Paging
from webhooks.deps import Stored, Told
from webhooks.schemas.auth import (
    ApiKeyAnswer,
    ApiKeyOrder,
    CallerAnswer,
    NewApiKeyAnswer,
    PasswordOrder,
    PropertyRole,
    RefreshOrder,
    SessionAnswer,
    SessionsAnswer,
    TokenAnswer,
    TokenOrder,
)
from webhooks.schemas.base import Key

router = APIRouter(prefix="/api", tags=["access"])


@router.post("/auth/token", operation_id="log_in", **open_to_all(401, 422, 429, 503))
def log_in(order: TokenOrder, request: Request, store: Stored, settings: Told) -> TokenAnswer:
    """Log in with e-mail and password. The answer to a wrong one never says which of the two was wrong."""
    _count(request)
    password, signing = order.password.get_secret_value(), signing_keys(settings.secret_key)
    return TokenAnswer.of(logins.log_in(store, order.email, password, origin_of(request), signing))


@router.post("/auth/token/refresh", operation_id="refresh_token", **open_to_all(401, 422, 429, 503))
def refresh(order: RefreshOrder, request: Request, store: Stored, settings: Told) -> TokenAnswer:
    """Take a refresh token for the next pair. It works once; one that comes again ends its session."""
    _count(request)
    signing = signing_keys(settings.secret_key)
    return TokenAnswer.of(sessions.refresh(store, order.refresh.get_secret_value(), signing))


@router.post("/auth/logout", operation_id="log_out", status_code=204, **personal(also=(404,)))
def log_out(caller: Calling, store: Stored) -> Response:
    """End the session that calls."""
    person_id = caller.must_be_a_person()
    with store.unit_of_work() as work:
        sessions.end(work, caller.session_id or 0, person_id, Why.LOGGED_OUT, caller.by)
    answer = Response(status_code=204)
    answer.delete_cookie(COOKIE)
    answer.delete_cookie(FORGERY_COOKIE)
    return answer


@router.post("/auth/password", operation_id="set_password", status_code=204, **personal(also=(409,)))
def set_password(order: PasswordOrder, caller: Calling, request: Request, store: Stored) -> Response:
    """Set one's own password: every other session ends. Who has one names it, counted as logging in is."""
    current = order.current.get_secret_value() if order.current is not None else None
    logins.set_password(store, caller, current, order.new.get_secret_value(), origin_of(request))
    return Response(status_code=204)


@router.get("/auth/me", operation_id="who_am_i", **personal())
def who_am_i(caller: Calling) -> CallerAnswer:
    """Who calls, and what they are to which property."""
    roles = sorted(caller.rights.roles.items())
    scopes = caller.rights.scopes
    return CallerAnswer(
        person_id=caller.by.person_id, key_id=caller.by.key_id,
        properties=[PropertyRole(property_id=property_id, role=role) for property_id, role in roles],
        scopes=sorted(scopes) if scopes is not None else None,
    )  # fmt: skip


@router.get("/auth/sessions", operation_id="list_sessions", **personal())
def list_sessions(caller: Calling, store: Stored) -> SessionsAnswer:
    """The caller's own open logins, the newest first."""
    person_id = caller.must_be_a_person()
    with store.reading() as session:
        found = sessions.opened_by(session, person_id, store.clock.now())
    return SessionsAnswer(items=[SessionAnswer.of(one, caller.session_id) for one in found])


@router.delete("/auth/sessions", operation_id="end_sessions", status_code=204, **personal())
def end_sessions(caller: Calling, store: Stored) -> Response:
    """End every login of the caller's, this one too."""
    person_id = caller.must_be_a_person()
    with store.unit_of_work() as work:
        sessions.end_all(work, person_id, Why.ENDED, caller.by)
    return Response(status_code=204)


@router.delete("/auth/sessions/{session_id}", operation_id="end_session", status_code=204, **personal(also=(404,)))
def end_session(session_id: Key, caller: Calling, store: Stored) -> Response:
    """End one of the caller's logins at once."""
    person_id = caller.must_be_a_person()
    with store.unit_of_work() as work:
        sessions.end(work, session_id, person_id, Why.ENDED, caller.by)
    return Response(status_code=204)


@router.get("/api-keys", operation_id="list_api_keys", **needing(Act.READ_KEYS, also=(404,)))
def list_api_keys(caller: Calling, store: Stored, window: Paging, property_id: Key | None = None) -> Page[ApiKeyAnswer]:
    """The keys that work, of one property or of all that the caller is an admin of."""
    ids = caller.properties(Act.READ_KEYS, property_id)
    with store.reading() as session:
        found = keys.working(session, ids, store.clock.now(), window.after, window.fetch)
    return window.page(found, lambda one: one.key_id, ApiKeyAnswer.of)


@router.post("/api-keys", operation_id="add_api_key", status_code=201, **needing(Act.CHANGE_KEYS, also=(404,)))
def add_api_key(order: ApiKeyOrder, caller: Calling, store: Stored) -> NewApiKeyAnswer:
    """Make a key. It is shown in this answer and never again; it may do at most what its maker may do today."""
    caller.must(order.property_id, Act.CHANGE_KEYS)
    with store.unit_of_work() as work:
        wanted = keys.NewKey(order.property_id, order.name, order.scopes, order.expires_at)
        key, view = keys.make(work, wanted, caller.by)
    return NewApiKeyAnswer.with_key(view, key)


@router.delete(
    "/api-keys/{key_id}", operation_id="end_api_key", status_code=204, **needing(Act.CHANGE_KEYS, also=(404,))
)
def end_api_key(key_id: Key, caller: Calling, store: Stored) -> Response:
    """Let a key work no longer, from now on."""
    with store.unit_of_work() as work:
        found = keys.one(work.session, key_id, work.now)
        caller.theirs(found, Act.CHANGE_KEYS, NoSuchKey(key_id=key_id))
        keys.end(work, key_id, caller.by)
    return Response(status_code=204)


def _count(request: Request) -> None:
    """Logging in needs no credentials, so that the address is what can be counted."""
    limits: Limits = request.app.state.limits
    limits.stranger(address_of(request))
