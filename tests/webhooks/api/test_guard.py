"""What holds for every request, whatever it asks."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.types import ASGIApp, Message

from tests.support import databases
from tests.webhooks.routes.house import Api, open_api
from webhooks.api.guard import CORRELATION, MOST_BYTES, canonical


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """Give the API on SQLite: nothing here asks the database much."""
    folder = tmp_path_factory.mktemp("guard")
    url = databases.sqlite_copy(folder / "dauda.db")
    with open_api(url, folder, DAUDA_CORS_ORIGINS="https://pms.example") as opened:

        @opened.app.get("/api/fails")
        def fails() -> None:
            raise ValueError("Wanjiku, 0712345678")

        yield opened


@pytest.mark.parametrize("path", ["/api/listings", "/api/nowhere", "/api/auth/me", "/health/live", "/docs", "/login/x"])
def test_every_answer_carries_the_headers_that_protect(api: Api, path: str) -> None:
    headers = api.client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Strict-Transport-Security"].startswith("max-age=")


def test_a_mistake_of_ours_carries_them_too_and_tells_nothing(api: Api) -> None:
    answer = api.client.get("/api/fails")
    assert api.refused(answer) == (500, "internal_server_error")
    assert "Wanjiku" not in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


def test_without_an_https_address_no_browser_is_told_to_insist_on_it(tmp_path: Path) -> None:
    url = databases.sqlite_copy(tmp_path / "dauda.db")
    with open_api(url, tmp_path, DAUDA_PUBLIC_URL="http://127.0.0.1:8000") as api:
        assert "Strict-Transport-Security" not in api.client.get("/health/live").headers


def test_no_answer_of_the_api_is_kept_by_anybody(api: Api) -> None:
    assert api.ask("GET", "/api/listings").headers["Cache-Control"] == "no-store"
    assert "Cache-Control" not in api.client.get("/health/live").headers


@pytest.mark.parametrize("path", ["/api/listings", "/api/listings/", "/listings", "/listings/", "/api/listings//"])
def test_slashes_and_the_prefix_do_not_matter(api: Api, path: str) -> None:
    assert api.ask("GET", path).json() == api.ask("GET", "/api/listings").json()
    one = api.baobab.rooms["3"]
    assert api.ask("GET", f"/listings/{one}/").json()["name"] == "3"


@pytest.mark.parametrize("path", ["/", "/health/live/", "/webhooks/twilio/", "/listingsx", "/conflictsx/", "/apix/"])
def test_what_is_not_of_the_api_keeps_its_path(path: str) -> None:
    assert canonical(path) == path


def test_the_short_paths_are_kept_out_of_the_schema(api: Api) -> None:
    paths = api.client.get("/openapi.json").json()["paths"]
    assert all(path.startswith(("/api/", "/webhooks/", "/health/")) for path in paths)
    assert not any(path.endswith("/") for path in paths)


def test_a_body_that_is_announced_too_long_is_not_read(api: Api) -> None:
    headers = {"Content-Type": "application/json", "Content-Length": str(MOST_BYTES + 1)}
    status, read = asyncio.run(posted(api.app, headers, [b"x"]))
    assert (status, read) == (413, 1)


def test_a_body_that_is_not_announced_is_read_no_further_than_its_most(api: Api) -> None:
    pieces = [b" " * MOST_BYTES, b"x", b"y", b"z"]
    assert asyncio.run(posted(api.app, {"Content-Type": "application/json"}, pieces)) == (413, 2)
    assert asyncio.run(posted(api.app, {"Content-Type": "application/json"}, pieces[:1])) == (422, 1)


async def posted(app: ASGIApp, headers: dict[str, str], pieces: list[bytes]) -> tuple[int, int]:
    """Post `pieces` to where one logs in; the status, and how many of them were read.

    Past a server: one that answers before it has read everything may close, and the client then reads no answer.
    """
    sent: list[Message] = []
    left = list(pieces)

    async def receive() -> Message:
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    async def send(message: Message) -> None:
        sent.append(message)

    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {
        "type": "http", "method": "POST", "path": "/api/auth/token", "query_string": b"", "headers": raw,
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80), "scheme": "http", "root_path": "",
        "http_version": "1.1", "asgi": {"version": "3.0"},
    }  # fmt: skip
    await app(scope, receive, send)
    return sent[0]["status"], len(pieces) - len(left)


def test_a_long_body_of_a_webhook_is_the_webhooks_own_affair(api: Api) -> None:
    answer = api.client.post("/webhooks/telegram", content=b"x" * (MOST_BYTES + 1))
    assert answer.status_code == 404


def test_each_request_has_an_id_by_which_the_logs_know_it(api: Api) -> None:
    first, second = (api.client.get("/api/auth/me").headers[CORRELATION] for _ in range(2))
    assert first != second
    given = api.client.get("/api/auth/me", headers={CORRELATION: "pms-17"})
    assert given.headers[CORRELATION] == "pms-17"
    for odd in ("a b", "x" * 41, 'x"><script>'):
        assert api.client.get("/api/auth/me", headers={CORRELATION: odd}).headers[CORRELATION] != odd


def preflight(api: Api, origin: str) -> httpx.Response:
    """Ask as a browser does before it lets a page call the API."""
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "X-API-Key"}
    return api.client.options("/api/reservations/create/", headers=asked)


def test_pages_of_others_may_call_only_where_the_settings_say_so(api: Api, tmp_path: Path) -> None:
    assert preflight(api, "https://pms.example").headers["Access-Control-Allow-Origin"] == "https://pms.example"
    assert "Access-Control-Allow-Origin" not in preflight(api, "https://evil.example").headers
    assert "Access-Control-Allow-Credentials" not in preflight(api, "https://pms.example").headers
    with open_api(databases.sqlite_copy(tmp_path / "dauda.db"), tmp_path) as closed:
        assert "Access-Control-Allow-Origin" not in preflight(closed, "https://pms.example").headers


def test_the_page_over_the_schema_runs_its_own_script_and_no_other_inline_one(api: Api) -> None:
    answer = api.client.get("/docs")
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    assert "SwaggerUIBundle" in answer.text
    assert policy["script-src"].count("'sha256-") == 1
    assert "unsafe-inline" not in policy["script-src"]
    assert policy["connect-src"] == "'self'"
