"""The web application: webhooks in, calendars and health out, and the API."""

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from core.config import Settings
from core.db.work import Store
from core.feeds.reads import Reads
from webhooks import problems
from webhooks.api.described import describe
from webhooks.api.guard import CORRELATION, Guard
from webhooks.api.limits import Limits
from webhooks.calendar.edge import CalendarEdge
from webhooks.deps import Desk
from webhooks.live import sockets
from webhooks.live.hub import Hub, Listen, deaf
from webhooks.routes import ROUTERS


def create(settings: Settings, store: Store, desk: Desk, listen: Listen = deaf) -> FastAPI:
    """The routes over one store and one desk; `listen` hears of commits in any process, for the live sockets."""
    app = FastAPI(title="Dauda", docs_url=None, redoc_url=None, openapi_url="/openapi.json", redirect_slashes=False)
    app.state.settings, app.state.store, app.state.desk = settings, store, desk
    app.state.hub = Hub(store, listen)
    app.state.limits = Limits(settings.api_rate_limit)
    problems.install(app)
    describe(app)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware, allow_origins=settings.cors_origins, allow_methods=["*"],
            allow_headers=["Authorization", "X-API-Key", "Idempotency-Key"], expose_headers=[CORRELATION],
        )  # fmt: skip
    # Added last, so that it is outermost: its headers stand on every answer, and paths are ours from here on.
    app.add_middleware(Guard, https=settings.is_https)
    for router in (*ROUTERS, sockets.router):
        app.include_router(router)
    return app


def with_calendars(app: ASGIApp, settings: Settings, store: Store, reads: Reads) -> ASGIApp:
    """`app` with the calendars in front of it, which need none of its layers."""
    return CalendarEdge(app, store.database, store.clock, reads, settings.feed_rate_limit)
