"""The web application: webhooks in, calendars and health out."""

from fastapi import FastAPI
from starlette.types import ASGIApp

from core.config import Settings
from core.db.work import Store
from core.feeds.reads import Reads
from webhooks import problems
from webhooks.calendar.edge import CalendarEdge
from webhooks.deps import Desk
from webhooks.routes import health, telegram, twilio


def create(settings: Settings, store: Store, desk: Desk) -> FastAPI:
    """The routes over one store and one desk."""
    app = FastAPI(title="Dauda", docs_url="/docs", redoc_url=None, openapi_url="/openapi.json")
    app.state.settings, app.state.store, app.state.desk = settings, store, desk
    problems.install(app)
    for routes in (twilio, telegram, health):
        app.include_router(routes.router)
    return app


def with_calendars(app: ASGIApp, settings: Settings, store: Store, reads: Reads) -> ASGIApp:
    """`app` with the calendars in front of it, which need none of its layers."""
    return CalendarEdge(app, store.database, store.clock, reads, settings.feed_rate_limit)
