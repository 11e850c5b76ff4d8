"""Token buckets, and the edge behind them."""

import httpx
from sqlalchemy import select

from core.feeds.models import FeedReader
from tests.core.feeds.hotel import Hotel
from tests.webhooks.calendar.edge import edge_of, talk
from webhooks.calendar.limits import Buckets


def allowed(buckets: Buckets, key: str, now: float, tries: int) -> int:
    """How many of `tries` at one instant are let through."""
    return sum(buckets.wait(key, now) == 0 for _ in range(tries))


def test_a_burst_is_let_through_and_then_the_rate_holds() -> None:
    buckets = Buckets(60)

    assert allowed(buckets, "a", 0.0, 100) == 20
    assert allowed(buckets, "a", 10.0, 100) == 10
    assert allowed(buckets, "a", 10_000.0, 100) == 20


def test_a_refusal_says_how_long_to_wait() -> None:
    buckets = Buckets(60)
    allowed(buckets, "a", 0.0, 20)

    assert 0.9 < buckets.wait("a", 0.05) <= 1
    assert buckets.wait("a", 1.05) == 0


def test_keys_do_not_pay_for_each_other() -> None:
    buckets = Buckets(60)
    allowed(buckets, "a", 0.0, 100)

    assert allowed(buckets, "b", 0.0, 100) == 20


def test_a_low_limit_allows_no_larger_burst_than_a_minutes_worth() -> None:
    assert allowed(Buckets(5), "a", 0.0, 100) == 5


def test_buckets_of_very_many_keys_do_not_pile_up() -> None:
    buckets = Buckets(60)
    for number in range(11_000):
        buckets.wait(f"client {number}", float(number))

    assert len(buckets._buckets) <= 10_000
    assert "client 10999" in buckets._buckets


def test_an_address_asked_too_often_is_told_to_wait_and_no_read_is_noted(hotel: Hotel) -> None:
    async def hammer(client: httpx.AsyncClient) -> list[httpx.Response]:
        return [await client.get(hotel.path) for _ in range(22)]

    responses = talk(edge_of(hotel, rate_limit=60), hammer)

    assert [response.status_code for response in responses[:20]] == [200] * 20
    assert responses[-1].status_code == 429
    assert responses[-1].headers["retry-after"] == "1"
    with hotel.store.reading() as session:
        assert session.scalars(select(FeedReader)).one().reads < 22


def test_a_client_that_tries_addresses_is_slowed_down_and_known_ones_still_serve(hotel: Hotel) -> None:
    async def guess(client: httpx.AsyncClient) -> tuple[list[int], int]:
        guesses = [(await client.get(f"/ics/guess{number}.ics")).status_code for number in range(30)]
        return guesses, (await client.get(hotel.path)).status_code

    guesses, known = talk(edge_of(hotel), guess)

    assert guesses[:20] == [404] * 20
    assert guesses[-1] == 429
    assert known == 200


def test_a_broken_limiter_keeps_nobody_out(hotel: Hotel) -> None:
    edge = edge_of(hotel, rate_limit=60)
    for buckets in (edge._known, edge._unknown):
        assert buckets is not None
        del buckets._buckets

    async def both(client: httpx.AsyncClient) -> list[int]:
        return [(await client.get(path)).status_code for path in (hotel.path, "/ics/unknown.ics")]

    assert talk(edge, both) == [200, 404]
