"""Feeds over real sockets: behind uvicorn, and while the database goes away."""

import asyncio
import shutil
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn

from core.db import migrate
from core.db.engine import sqlite_path
from core.feeds import queries
from tests.core.feeds.hotel import Hotel, november, open_hotel
from tests.support import databases
from tests.support.postgres import Postgres
from tests.webhooks.calendar.edge import AGENT, client_of, edge_of, talk
from webhooks.calendar import edge as edge_module
from webhooks.calendar.edge import CalendarEdge


@pytest.fixture
def small_hotel(tmp_path: Path) -> Iterator[Hotel]:
    """Give a hotel on SQLite."""
    with databases.migrated("sqlite", tmp_path) as url, open_hotel(url) as hotel:
        yield hotel


@asynccontextmanager
async def serving(edge: CalendarEdge) -> AsyncIterator[str]:
    """Serve `edge` on loopback; the base URL."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(edge, log_config=None, access_log=False, lifespan="on"))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started:
            await asyncio.sleep(0.01)
            assert not task.done()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        listener.close()


def test_a_feed_is_served_by_uvicorn_in_every_way_a_reader_asks(hotel: Hotel) -> None:
    hotel.hold(november(21), november(23))

    async def ask() -> list[httpx.Response]:
        async with serving(edge_of(hotel)) as base, httpx.AsyncClient(base_url=base) as client:
            client.headers["user-agent"] = AGENT
            whole = await client.get(hotel.path)
            tag = whole.headers["etag"]
            return [
                whole,
                await client.head(hotel.path),
                await client.get(hotel.path, headers={"if-none-match": tag}),
                await client.get(hotel.path, headers={"accept-encoding": "identity"}),
                await client.get("/ics/unknown.ics"),
                await client.head("/ics/unknown.ics"),
                await client.post(hotel.path),
                await client.get("/"),
            ]

    responses = asyncio.run(ask())

    assert [response.status_code for response in responses] == [200, 200, 304, 200, 404, 404, 405, 418]
    assert b"DTSTART;VALUE=DATE:20261121" in responses[0].content
    assert responses[0].headers["content-encoding"] == "gzip"
    assert responses[0].content == responses[3].content
    assert responses[1].content == responses[2].content == b""
    # The shutdown wrote the reads that were still in memory.
    assert hotel.link().read_at == hotel.clock.now()


def test_r06_a_sqlite_file_that_went_away_is_503_and_its_return_is_noticed(small_hotel: Hotel) -> None:
    path = sqlite_path(small_hotel.store.database.url)
    away = path.with_name("away.db")

    async def ask(client: httpx.AsyncClient) -> list[httpx.Response]:
        responses = [await client.get(small_hotel.path)]
        path.rename(away)
        responses += [await client.get(small_hotel.path), await client.get("/ics/unknown.ics")]
        away.rename(path)
        responses.append(await client.get(small_hotel.path))
        return responses

    responses = talk(edge_of(small_hotel), ask)

    assert [response.status_code for response in responses] == [200, 503, 503, 200]
    assert responses[1].headers["retry-after"] == "60"
    assert b"VCALENDAR" not in responses[1].content


def test_r06_a_restored_file_is_read_anew_though_its_versions_come_again(small_hotel: Hotel, tmp_path: Path) -> None:
    database = small_hotel.store.database
    path = sqlite_path(database.url)
    backup = tmp_path / "backup.db"
    database.dispose()
    shutil.copyfile(path, backup)

    async def ask(client: httpx.AsyncClient) -> tuple[bytes, bytes]:
        small_hotel.hold(november(21), november(23))
        before = (await client.get(small_hotel.path)).content
        database.dispose()
        for leftover in path.parent.glob("dauda.db-*"):
            leftover.unlink()
        backup.replace(path)
        # The same version at the same instant, with other nights.
        small_hotel.hold(november(25), november(27))
        return before, (await client.get(small_hotel.path)).content

    before, after = talk(edge_of(small_hotel), ask)

    assert b"20261121" in before
    assert b"20261125" not in before
    assert b"20261125" in after
    assert b"20261121" not in after


def test_r06_a_locked_out_reader_is_503_within_the_limit(hotel: Hotel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge_module, "LIMIT", 0.3)

    answered = threading.Event()

    def hanging(*_: object) -> None:
        answered.wait(30)

    monkeypatch.setattr(queries, "load", hanging)

    async def ask(client: httpx.AsyncClient) -> tuple[int, float]:
        began = time.monotonic()
        status = (await client.get(hotel.path)).status_code
        answered.set()
        return status, time.monotonic() - began

    status, seconds = talk(edge_of(hotel), ask)

    assert status == 503
    assert seconds < 5


def test_r06_a_postgresql_that_was_killed_is_503_until_it_is_back(postgres_server: Postgres) -> None:
    url = postgres_server.fresh_database()
    migrate.upgrade(url)

    with open_hotel(url) as hotel:
        edge = edge_of(hotel)

        async def ask() -> list[tuple[int, float]]:
            async with client_of(edge) as client:
                seen = [await timed(client, hotel.path)]
                await asyncio.to_thread(postgres_server.kill)
                seen.append(await timed(client, hotel.path))
                await asyncio.to_thread(postgres_server.start)
                # A question waits for a connection itself, so a few of them are all the patience there must be.
                return [*seen, *[await timed(client, hotel.path) for _ in range(10)]]

        (before, _), (killed, seconds), *after = asyncio.run(ask())

    assert (before, killed, after[-1][0]) == (200, 503, 200)
    assert {status for status, _ in after} <= {200, 503}
    assert seconds < 4


async def timed(client: httpx.AsyncClient, path: str) -> tuple[int, float]:
    """Ask once; the status and the seconds it took."""
    began = time.monotonic()
    response = await client.get(path)
    assert response.status_code != 200 or b"END:VCALENDAR" in response.content
    return response.status_code, time.monotonic() - began
