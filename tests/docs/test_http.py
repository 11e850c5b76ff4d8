"""docs/http.md describes every route of the web application and of the calendars in front of it."""

from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.routing import RouteContext, iter_route_contexts
from starlette.routing import WebSocketRoute

from bot.messages import Inbound
from core.clock import SystemClock
from core.db.engine import connect
from core.db.work import Store
from tests.docs.pages import differences, first_cells, page
from tests.docs.playing import settings
from webhooks.app import create
from webhooks.calendar.edge import ENDING, PATH


class NoDesk:
    """A desk that nobody stands at: the routes are listed, not asked."""

    def accept(self, inbound: Inbound) -> bool:
        """Refuse."""
        raise NotImplementedError

    def delivered(self, transport: str, message_id: str, status: str, error: str | None) -> None:
        """Refuse."""
        raise NotImplementedError


def told(route: RouteContext) -> set[str]:
    """Return how a route is described: each of its methods with its path; HEAD comes with GET."""
    if isinstance(route.original_route, WebSocketRoute):
        return {f"WS {route.path}"}
    methods = route.methods or {"?"}
    return {f"{method} {route.path}" for method in methods if not (method == "HEAD" and "GET" in methods)}


def answered(app: FastAPI) -> set[str]:
    """Return every route of `app`, those of included routers with their prefixes."""
    return set[str]().union(*map(told, iter_route_contexts(app.routes)))


def routes(folder: Path) -> set[str]:
    """Return every route that `dauda serve` answers."""
    given = settings(folder)
    database = connect(given.database_url)
    try:
        app = create(given, Store(database, SystemClock()), NoDesk())
    finally:
        database.dispose()
    feed = f"{PATH}{{token}}{ENDING}"
    return answered(app) | {f"GET {feed}", f"HEAD {feed}"}


def test_every_route_is_described_and_the_reverse(tmp_path: Path) -> None:
    assert differences(first_cells(page("docs/http.md")), routes(tmp_path)) == []


def test_a_new_route_is_seen() -> None:
    app, router = FastAPI(docs_url=None, redoc_url=None, openapi_url=None), APIRouter(prefix="/api")

    @router.post("/new")
    def new() -> None: ...

    @router.websocket("/live")
    async def live() -> None: ...

    app.include_router(router)
    assert answered(app) == {"POST /api/new", "WS /api/live"}
