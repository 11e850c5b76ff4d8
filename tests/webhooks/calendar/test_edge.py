"""The edge that serves feeds, on both engines."""

import asyncio
import io
import logging
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from core import logs
from core.feeds import queries
from core.feeds.models import FeedReader
from core.sealing import fingerprint
from tests.core.feeds.hotel import CANARY, Hotel, november
from tests.webhooks.calendar.edge import AGENT, client_of, edge_of, get, talk


def body_of(hotel: Hotel) -> bytes:
    """The feed as it stands in the database."""
    with hotel.store.reading() as session:
        feed = queries.load(session, hotel.link_id, hotel.clock.now())
    assert feed is not None
    return feed.body


def test_a_feed_is_served_with_its_headers(hotel: Hotel) -> None:
    hotel.hold(november(21), november(23))

    response = get(hotel, hotel.path)

    assert response.status_code == 200
    assert response.content == body_of(hotel)
    assert b"DTSTART;VALUE=DATE:20261121" in response.content
    assert CANARY.encode() not in response.content
    assert dict(response.headers) == {
        "content-type": "text/calendar; charset=utf-8",
        "content-length": str(len(response.content)),
        "etag": response.headers["etag"],
        "last-modified": "Fri, 20 Nov 2026 18:40:00 GMT",
        "cache-control": "private, no-cache",
        "vary": "accept-encoding",
        "referrer-policy": "no-referrer",
        "x-robots-tag": "noindex",
    }


def test_a_change_is_in_the_next_answer(hotel: Hotel) -> None:
    async def twice(client: httpx.AsyncClient) -> tuple[bytes, bytes]:
        before = (await client.get(hotel.path)).content
        hotel.hold(november(21), november(23))
        return before, (await client.get(hotel.path)).content

    before, after = talk(edge_of(hotel), twice)

    assert before != after == body_of(hotel)


def test_r05_a_cached_feed_follows_the_propertys_day(hotel: Hotel) -> None:
    hotel.hold(november(20), november(21))

    async def twice(client: httpx.AsyncClient) -> tuple[bytes, bytes]:
        before = (await client.get(hotel.path)).content
        hotel.clock.advance(timedelta(days=2))
        return before, (await client.get(hotel.path)).content

    before, after = talk(edge_of(hotel), twice)

    assert b"20261120" in before
    assert b"DTSTART;VALUE=DATE:20261120" in before
    # Kept by version alone, the answer of two days ago would still stand.
    assert after == body_of(hotel) != before


def test_an_unchanged_feed_is_built_once(hotel: Hotel, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[int] = []
    load = queries.load

    def counted(*arguments: object) -> object:
        built.append(1)
        return load(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(queries, "load", counted)

    async def crowd(client: httpx.AsyncClient) -> set[bytes]:
        first = await asyncio.gather(*(client.get(hotel.path) for _ in range(8)))
        return {response.content for response in [*first, await client.get(hotel.path)]}

    assert talk(edge_of(hotel), crowd) == {body_of(hotel)}
    assert len(built) == 2, "once for the crowd, once for the comparison"


def test_a_reader_that_holds_the_feed_gets_304_until_it_changes(hotel: Hotel) -> None:
    tag = get(hotel, hotel.path).headers["etag"]
    unchanged = get(hotel, hotel.path, if_none_match=f'"else", W/{tag}')
    hotel.hold(november(21), november(23))
    changed = get(hotel, hotel.path, if_none_match=tag)

    assert (unchanged.status_code, unchanged.content, unchanged.headers["etag"]) == (304, b"", tag)
    assert "content-type" not in unchanged.headers
    assert changed.status_code == 200


def test_gzip_is_sent_to_whom_accepts_it(hotel: Hotel) -> None:
    response = get(hotel, hotel.path, accept_encoding="gzip")

    assert response.headers["content-encoding"] == "gzip"
    assert int(response.headers["content-length"]) < len(response.content)
    assert response.content == body_of(hotel)


def test_head_is_get_without_the_body(hotel: Hotel) -> None:
    head, whole = get(hotel, hotel.path, "HEAD"), get(hotel, hotel.path)

    assert head.status_code == 200
    assert head.content == b""
    assert head.headers == whole.headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_other_methods_are_not_allowed(hotel: Hotel, method: str) -> None:
    response = get(hotel, hotel.path, method)

    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD")


def test_a_trailing_slash_and_a_query_do_not_matter(hotel: Hotel) -> None:
    assert get(hotel, f"{hotel.path}/?locale=sw").content == body_of(hotel)


MALFORMED: tuple[Callable[[Hotel], str], ...] = (
    lambda _: "/ics/unknown.ics",
    lambda _: "/ics/.ics",
    lambda _: "/ics/",
    lambda _: "/ics/../ics/x.ics",
    lambda _: f"/ics/{'x' * 5000}.ics",
    lambda _: "/ics/%C3%A9%FF.ics",
    lambda hotel: f"/ics/{hotel.token}",
    lambda hotel: f"/ics/{hotel.token}.ICS",
    lambda hotel: f"/ics/{hotel.token}.ics.ics",
    lambda hotel: f"/ics/{hotel.token[:-1]}.ics",
    lambda hotel: f"/ics/{fingerprint(hotel.token)}.ics",
)


@pytest.mark.parametrize("path", MALFORMED)
def test_unknown_ended_and_malformed_addresses_get_the_same_answer(hotel: Hotel, path: Callable[[Hotel], str]) -> None:
    wrong = get(hotel, path(hotel))
    hotel.end_addresses()
    ended = get(hotel, hotel.path)

    assert (wrong.status_code, wrong.content, wrong.headers) == (404, b"not found\n", ended.headers)
    assert (ended.status_code, ended.content) == (404, b"not found\n")


def test_whatever_is_no_feed_goes_to_the_application(hotel: Hotel) -> None:
    assert [get(hotel, path).status_code for path in ("/", "/ics", "/api/x.ics", "/icsx.ics")] == [418] * 4


def test_r08_both_addresses_serve_until_the_new_one_was_read(hotel: Hotel) -> None:
    hotel.clock.advance(timedelta(hours=1))
    new = f"/ics/{hotel.rotate()}.ics"

    assert get(hotel, hotel.path).status_code == 200
    assert get(hotel, new, user_agent="WhatsApp/2.24").status_code == 200
    assert get(hotel, hotel.path).status_code == 200
    assert get(hotel, new).status_code == 200
    assert get(hotel, hotel.path).status_code == 404
    assert get(hotel, new).status_code == 200


def test_r07_a_full_read_and_a_304_count_for_the_current_version(hotel: Hotel) -> None:
    hotel.hold(november(21), november(23))
    tag = get(hotel, hotel.path).headers["etag"]
    assert (hotel.link().read_at, hotel.link().read_version) == (hotel.clock.now(), 2)

    hotel.clock.advance(timedelta(hours=2))
    assert get(hotel, hotel.path, if_none_match=tag).status_code == 304
    assert hotel.link().read_at == hotel.clock.now()


@pytest.mark.parametrize(
    ("method", "agent"), [("HEAD", AGENT), ("GET", "WhatsApp/2.24"), ("GET", "curl/8.5.0"), ("POST", AGENT)]
)
def test_r07_other_looks_do_not_count(hotel: Hotel, method: str, agent: str) -> None:
    get(hotel, hotel.path, method, user_agent=agent)

    assert hotel.link().read_at is None


def test_r07_readers_are_listed_by_their_agent(hotel: Hotel) -> None:
    get(hotel, hotel.path, user_agent="curl/8.5.0")
    get(hotel, hotel.path, user_agent="")
    get(hotel, hotel.path, user_agent="x" * 500)

    with hotel.store.reading() as session:
        found = {row.agent: row.counts for row in session.scalars(select(FeedReader))}
    assert found == {"curl/8.5.0": False, "": True, "x" * 200: True}


def test_r06_a_feed_that_cannot_be_built_is_503_and_comes_back_by_itself(
    hotel: Hotel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise ZeroDivisionError

    async def ask(client: httpx.AsyncClient) -> tuple[httpx.Response, httpx.Response]:
        with monkeypatch.context() as broken:
            broken.setattr(queries, "load", failing)
            first = await client.get(hotel.path)
        return first, await client.get(hotel.path)

    failed, healed = talk(edge_of(hotel), ask)

    assert (failed.status_code, failed.headers["retry-after"]) == (503, "60")
    assert b"VCALENDAR" not in failed.content
    assert healed.content == body_of(hotel)


def test_r06_a_feed_whose_days_cannot_be_known_is_503(hotel: Hotel) -> None:
    with hotel.store.unit_of_work() as work:
        work.session.connection().exec_driver_sql("UPDATE properties SET timezone = 'Nowhere/Atall'")

    assert get(hotel, hotel.path).status_code == 503


def test_no_log_line_carries_an_address(hotel: Hotel, monkeypatch: pytest.MonkeyPatch) -> None:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    lines = io.StringIO()
    monkeypatch.setattr("sys.stderr", lines)
    logs.configure("json", logging.DEBUG)
    try:
        get(hotel, hotel.path)
        with hotel.store.unit_of_work() as work:
            work.session.connection().exec_driver_sql("UPDATE properties SET timezone = 'Nowhere/Atall'")
        get(hotel, hotel.path)
    finally:
        root.handlers, root.level = handlers, level

    assert "feed_unavailable" in lines.getvalue()
    assert hotel.token not in lines.getvalue()
    assert fingerprint(hotel.token) not in lines.getvalue()


def test_the_lifespan_is_passed_on_and_the_edge_closes_after_the_application(hotel: Hotel) -> None:
    async def live() -> list[str]:
        edge = edge_of(hotel)
        incoming: asyncio.Queue[dict[str, str]] = asyncio.Queue()
        outgoing: list[str] = []

        async def send(message: object) -> None:
            assert isinstance(message, dict)
            outgoing.append(message["type"])

        async with client_of(edge) as client:
            await client.get(hotel.path)
            await incoming.put({"type": "lifespan.startup"})
            await incoming.put({"type": "lifespan.shutdown"})
            await edge({"type": "lifespan"}, incoming.get, send)
        return outgoing

    assert asyncio.run(live()) == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert hotel.link().read_at is not None
