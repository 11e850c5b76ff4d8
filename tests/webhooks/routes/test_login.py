"""The one-time link of the chat, as browsers and messengers meet it."""

from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from httpx import Response

from core.access import links
from core.access.models import AccessSession
from core.events.service import By
from tests.support import databases
from tests.webhooks.routes.house import Api, open_api
from webhooks.api.caller import COOKIE, FORGERY_COOKIE, FORGERY_HEADER


def link(api: Api) -> str:
    """Make a link for Juma."""
    person_id = api.baobab.people["Juma"]
    with api.store.unit_of_work() as work:
        return f"/login/{links.make(work, person_id, By(person_id, 'whatsapp')).code}"


def cookies(answer: Response) -> SimpleCookie:
    """Return the cookies that are set."""
    read = SimpleCookie()
    for line in answer.headers.get_list("Set-Cookie"):
        read.load(line)
    return read


def sessions(api: Api) -> int:
    """Count the sessions."""
    with api.store.reading() as session:
        return session.query(AccessSession).count()


def test_looking_at_the_link_uses_nothing_up(api: Api) -> None:
    path = link(api)
    for method in ("HEAD", "GET", "GET"):
        answer = api.client.request(method, path, headers={"User-Agent": "WhatsApp/2.23"})
        assert (answer.status_code, "Set-Cookie" in answer.headers) == (200, False)
        assert ('<form method="post">' in answer.text) == (method == "GET")
    assert sessions(api) == 0
    assert api.client.post(path).status_code == 303


def test_the_button_opens_the_dashboard_once(api: Api) -> None:
    path = link(api)
    answer = api.client.post(path)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    kept = cookies(answer)[COOKIE]
    assert kept["httponly"]
    assert kept["secure"]
    assert (kept["samesite"], kept["path"]) == ("lax", "/")
    sent = {"Cookie": f"{COOKIE}={kept.value}", FORGERY_HEADER: cookies(answer)[FORGERY_COOKIE].value}
    api.client.cookies.clear()
    assert api.client.get("/api/auth/me", headers=sent).json()["person_id"] == api.baobab.people["Juma"]
    again = api.client.post(path)
    assert (again.status_code, "Set-Cookie" in again.headers) == (404, False)
    assert api.client.post("/api/auth/logout", headers=sent).status_code == 204
    assert api.client.get("/api/auth/me", headers=sent).status_code == 401


def test_the_button_leads_to_a_page_that_says_what_there_is(api: Api) -> None:
    answer = api.client.get(api.client.post(link(api)).headers["Location"])
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "not part of this version yet" in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_guessed_link_looks_like_any_other_and_opens_nothing(api: Api) -> None:
    real, guessed = api.client.get(link(api)), api.client.get("/login/guessed")
    assert real.text == guessed.text
    answer = api.client.post("/login/guessed")
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (404, False)
    assert "new one in the chat" in answer.text


def test_a_page_of_others_logs_nobody_in(api: Api) -> None:
    path = link(api)
    answer = api.client.post(path, headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (403, False)
    assert sessions(api) == 0
    assert api.client.post(path, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303


def test_the_page_is_kept_nowhere_named_nowhere_and_framed_nowhere(api: Api) -> None:
    answer = api.client.get(link(api))
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert "script-src" not in policy


@pytest.mark.parametrize("asked", ["", "en", "sw;q=0.9, en;q=0.5", "tlh", "x" * 5000, ",;=,"])
def test_any_browser_is_answered_in_a_language_we_have(api: Api, asked: str) -> None:
    answer = api.client.get("/login/x", headers={"Accept-Language": asked})
    assert (answer.status_code, '<html lang="en">' in answer.text) == (200, True)


def test_where_there_is_no_tls_the_cookie_does_not_ask_for_it(tmp_path: Path) -> None:
    url = databases.sqlite_copy(tmp_path / "dauda.db")
    with open_api(url, tmp_path, DAUDA_PUBLIC_URL="http://127.0.0.1:8000") as api:
        kept = cookies(api.client.post(link(api)))[COOKIE]
    assert not kept["secure"]
    assert kept["httponly"]
