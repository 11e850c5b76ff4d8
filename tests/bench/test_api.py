"""What the API's frame costs: who calls, may they, and which page, against a bare route over the same rows."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.access import keys
from core.access.keys import NewKey
from core.access.permissions import Act
from core.clock import SystemClock
from core.events.service import By
from tests.bench import load, servers
from tests.bench.conftest import Hold
from tests.bench.measure import Row, interleaved
from tests.bench.servers import Serving
from tests.support.hotel import make_hotel, open_store

pytestmark = pytest.mark.bench
ROOMS = {str(number): "DBL" for number in range(1, 51)}
PATH = "/api/listings?limit=50"
SECONDS = 1.5
CONNECTIONS = 8
LEAST = 0.25
"""Of the bare route's answers: ours asks first whose key it is, and which properties that may see."""


@dataclass(frozen=True, slots=True)
class Listings:
    """Fifty rooms from two servers, each a process on the same database."""

    engine: str
    header: str
    ours: Serving
    bare: Serving


@pytest.fixture
def listings(database_url: str, tmp_path: Path) -> Iterator[Listings]:
    """Give a hotel of fifty rooms, a key of it, and who serves its rooms."""
    with open_store(database_url, SystemClock().now()) as store:
        hotel = make_hotel(store, ROOMS, links=[])
        with store.unit_of_work() as work:
            wanted = NewKey(hotel.property_id, "bench", (str(Act.READ_ROOMS),))
            key, _ = keys.make(work, wanted, By(hotel.people["Juma"], "tests"))
    with ExitStack() as stack:
        settings = {"DAUDA_DATABASE_URL": database_url, "DAUDA_API_RATE_LIMIT": "0"}
        ours = stack.enter_context(servers.dauda(tmp_path, settings))
        bare = stack.enter_context(servers.peer("listings", database_url, tmp_path))
        yield Listings(database_url.partition(":")[0].partition("+")[0], f"X-API-Key: {key}", ours, bare)


def test_a_list_of_fifty_rooms_costs_not_much_more_than_from_a_bare_route(listings: Listings, hold: Hold) -> None:
    def rate(server: Serving) -> float:
        seen = load.run(server.port, PATH, connections=CONNECTIONS, seconds=SECONDS, header=listings.header)
        return seen.rate

    def rows() -> list[Row]:
        found = interleaved({"ours": lambda: rate(listings.ours), "bare": lambda: rate(listings.bare)})
        what = f"list of 50 rooms over the API, bare FastAPI route + ORM, {listings.engine}"
        return [Row(what, found["ours"], found["bare"], LEAST, "least", "answers/s")]

    hold(rows)
