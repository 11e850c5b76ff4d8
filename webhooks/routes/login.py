"""The one-time link that the chat gives for the dashboard: a page whose button opens a session.

Messengers look at links by themselves to show a preview. Looking must use nothing up, so that only the button does.
"""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from core.access import links, sessions
from core.access.errors import LinkGone
from webhooks.api.caller import COOKIE, FORGERY_COOKIE, address_of, forgery_token, origin_of
from webhooks.api.limits import Limits
from webhooks.deps import Stored, Told
from webhooks.pages import page

router = APIRouter(include_in_schema=False)


@router.api_route("/login/{code}", methods=["GET", "HEAD"])
def look(request: Request) -> Response:
    """The page with the button, whatever the code: whoever guesses learns nothing."""
    return page("login", request)


@router.api_route("/", methods=["GET", "HEAD"])
def home(request: Request) -> Response:
    """Where the button leads: what there is to see as yet."""
    return page("home", request)


@router.post("/login/{code}")
def enter(code: str, request: Request, store: Stored, settings: Told) -> Response:
    """Open a session for the person the code was made for, and go to the dashboard."""
    limits: Limits = request.app.state.limits
    limits.stranger(address_of(request))
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        # Somebody else's page must not log a visitor in as whom it likes.
        return page("login_gone", request, 403)
    try:
        with store.unit_of_work() as work:
            cookie = links.take(work, code, origin_of(request))
    except LinkGone:
        return page("login_gone", request, 404)
    answer = RedirectResponse("/", 303)
    lasts = int(sessions.LASTS.total_seconds())
    answer.set_cookie(COOKIE, cookie, max_age=lasts, httponly=True, secure=settings.is_https, samesite="lax")
    # Our own pages read it and send it back in a header, which pages of others can do neither of.
    answer.set_cookie(
        FORGERY_COOKIE, forgery_token(settings.secret_key, cookie), max_age=lasts, secure=settings.is_https,
        samesite="strict",
    )  # fmt: skip
    return answer
