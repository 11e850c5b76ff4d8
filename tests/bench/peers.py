"""The plain servers that ours are compared with, each run as a process by `servers`.

`python -m tests.bench.peers bare|generating|listings|echo PORT …` with the uvicorn settings of `dauda serve`.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from icalendar import Calendar, Event
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from core.channels.models import ChannelLink
from core.db.engine import connect
from core.feeds.models import FeedAddress
from core.properties.models import Room
from core.sealing import fingerprint
from core.stays.models import Stay
from core.stays.reasons import StayState

CALENDAR = "text/calendar"


def bare(body: bytes) -> ASGIApp:
    """A Starlette route that sends `body` and asks nobody."""

    async def feed(_request: Request) -> Response:
        return Response(body, media_type=CALENDAR)

    return Starlette(routes=[Route("/ics/{token}.ics", feed)])


def generating(url: str) -> ASGIApp:
    """A FastAPI route that loads the stays by the ORM and writes them with icalendar, each time anew."""
    app = FastAPI()
    database = connect(url)

    @app.get("/ics/{token}.ics")
    def feed(token: str) -> Response:
        with Session(database.read) as session:
            query = (
                select(Stay)
                .join(ChannelLink, ChannelLink.room_id == Stay.room_id)
                .join(FeedAddress, FeedAddress.link_id == ChannelLink.id)
                .where(FeedAddress.sha256 == fingerprint(token), FeedAddress.ended_at.is_(None))
                .where(Stay.departure > datetime.now(UTC).date(), Stay.state != StayState.RELEASED)
                .order_by(Stay.arrival)
            )
            return Response(_calendar(session.scalars(query).all()), media_type=CALENDAR)

    return app


class Listing(BaseModel):
    """A room as anybody would answer it."""

    id: int
    property_id: int
    room_type: str
    name: str
    aliases: list[str]


def listings(url: str) -> ASGIApp:
    """A FastAPI route that loads all rooms by the ORM and asks nobody who is calling."""
    app = FastAPI()
    database = connect(url)

    @app.get("/api/listings")
    def rooms(limit: int = 50) -> list[Listing]:
        with Session(database.read) as session:
            query = select(Room).options(joinedload(Room.type)).order_by(Room.id).limit(limit)
            return [
                Listing(
                    id=one.id, property_id=one.property_id, room_type=one.type.code, name=one.name,
                    aliases=one.aliases,
                )
                for one in session.scalars(query)
            ]  # fmt: skip

    return app


def _calendar(stays: Any) -> bytes:  # noqa: ANN401 - rows of the ORM.
    calendar = Calendar()
    calendar.add("prodid", "-//Example//EN")
    calendar.add("version", "2.0")
    for stay in stays:
        event = Event()
        event.add("uid", stay.uid)
        event.add("dtstamp", stay.changed_at)
        event.add("dtstart", stay.arrival)
        event.add("dtend", stay.departure)
        event.add("summary", "Reserved")
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def echo(file: str) -> ASGIApp:
    """A Starlette route that stores what was posted in two durable commits and sends it back."""
    # The driver that the house has chosen, so that both stand on one SQLite.
    driver: Any = connect(f"sqlite:///{file}").write.dialect.loaded_dbapi
    connection = driver.connect(file, isolation_level=None)
    for statement in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {statement}")
    connection.execute("CREATE TABLE IF NOT EXISTS posts (id INTEGER PRIMARY KEY, body BLOB)")

    async def post(request: Request) -> Response:
        body = await request.body()
        for _ in range(2):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO posts (body) VALUES (?)", (body,))
            connection.execute("COMMIT")
        return Response(body)

    return Starlette(routes=[Route("/echo", post, methods=["POST"])])


def main(arguments: list[str]) -> None:
    """Serve the peer named first at the port named second."""
    kind, port, given = arguments
    match kind:
        case "bare":
            app = bare(Path(given).read_bytes())
        case "generating":
            app = generating(given)
        case "listings":
            app = listings(given)
        case _:
            app = echo(given)
    uvicorn.run(app, port=int(port), log_config=None, access_log=False, server_header=False, lifespan="on")


if __name__ == "__main__":
    main(sys.argv[1:])
