"""Health and problems, as an orchestrator and an API client see them."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from core.clock import SystemClock
from core.config import load
from core.db.engine import connect
from core.db.work import Store
from core.errors import AuthFailed, Busy, DaudaError, Down, Invalid, NotAllowed, NotFound, Refused
from tests.fakes.desk import DeskInMemory
from tests.fakes.serving import Served
from tests.support import databases
from tests.support.postgres import Postgres
from webhooks.app import create
from webhooks.routes import health


class NightTaken(Refused):
    """A refusal with facts."""


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[FastAPI]:
    """Give the application over a migrated database."""
    with opened(database_url, tmp_path) as app:
        yield app


class opened:  # noqa: N801 - it is used like a function.
    """The application over the database at `url`, for as long as it is open."""

    def __init__(self, url: str, folder: Path) -> None:
        given = {"DAUDA_VAR_DIR": str(folder), "DAUDA_DATABASE_URL": url, "DAUDA_SECRET_KEY": "a key for tests"}
        self.database = connect(url)
        self.app = create(load(given, dotenv=None), Store(self.database, SystemClock()), DeskInMemory())

    def __enter__(self) -> FastAPI:
        """Give the application."""
        return self.app

    def __exit__(self, *_: object) -> None:
        """Let go of the database."""
        self.database.dispose()


def get(app: FastAPI, path: str) -> httpx.Response:
    """Ask the application one thing, as others do: over HTTP."""
    served = Served(app)
    try:
        return httpx.get(f"{served.url}{path}", trust_env=False, timeout=20)
    finally:
        served.close()


def test_a_house_in_order_is_live_and_ready(app: FastAPI) -> None:
    assert get(app, "/health/live").json() == {"status": "live"}
    answer = get(app, "/health/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "wrong": []})


def test_an_old_schema_is_not_ready_and_live_all_the_same(app: FastAPI) -> None:
    store: Store = app.state.store
    with store.unit_of_work() as work:
        work.session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    answer = get(app, "/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (503, "not_ready")
    assert "0000" in answer.json()["wrong"][0]
    assert get(app, "/health/live").status_code == 200


def test_an_empty_database_is_not_ready(postgres_url: str, tmp_path: Path) -> None:
    with opened(postgres_url, tmp_path) as app:
        assert get(app, "/health/ready").status_code == 503


def test_a_database_that_is_gone_is_not_ready_and_ready_again_when_it_is_back(
    postgres_server: Postgres, tmp_path: Path
) -> None:
    url = postgres_server.fresh_database()
    databases.upgrade(url)
    with opened(url, tmp_path) as app:
        assert get(app, "/health/ready").status_code == 200
        postgres_server.kill()
        answer = get(app, "/health/ready")
        assert (answer.status_code, answer.json()["wrong"]) == (503, ["database: OperationalError"])
        assert get(app, "/health/live").status_code == 200
        postgres_server.start()
        assert get(app, "/health/ready").status_code == 200


def test_a_full_disk_is_not_ready(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "LEAST_FREE", 1.1)
    assert get(app, "/health/ready").json()["wrong"] == ["disk is almost full"]


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Invalid(field="arrival"), 422, "invalid"),
        (NotFound(), 404, "not_found"),
        (NotAllowed(), 403, "not_allowed"),
        (NightTaken(night="2026-11-20"), 409, "night_taken"),
        (Busy(), 503, "busy"),
        (Down(retry_after=None), 502, "down"),
        (AuthFailed(), 502, "auth_failed"),
    ],
)
def test_an_error_of_the_house_is_a_problem_with_its_code_and_facts(
    app: FastAPI, error: DaudaError, status: int, code: str
) -> None:
    @app.get("/fails")
    def fails() -> None:
        raise error

    answer = get(app, "/fails")
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    told = answer.json()
    assert set(told) == {"type", "title", "status", "code", "detail", "facts"}
    assert (told["status"], told["code"], told["facts"]) == (status, code, error.facts)
    assert ("Retry-After" in answer.headers) == (status == 503)


def test_a_mistake_of_ours_is_a_problem_that_tells_nothing(app: FastAPI) -> None:
    @app.get("/fails")
    def fails() -> None:
        raise ValueError("Wanjiku, 0712345678")

    answer = get(app, "/fails")
    assert (answer.status_code, answer.headers["Content-Type"]) == (500, "application/problem+json")
    assert "Wanjiku" not in answer.text


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/webhooks/twilio", 405)])
def test_what_there_is_not_is_a_problem_too(app: FastAPI, path: str, status: int) -> None:
    answer = get(app, path)
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_wrong_parameters_are_a_problem_that_names_them(app: FastAPI) -> None:
    @app.get("/counts")
    def counts(limit: int) -> int:
        return limit

    answer = get(app, "/counts?limit=many")
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
    assert "limit" in answer.text
    assert "many" not in answer.text
