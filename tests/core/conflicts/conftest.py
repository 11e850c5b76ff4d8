"""Fixtures of the tests of cases."""

from collections.abc import Iterator

import pytest

from core.events.service import By
from tests.core.conflicts.counter import Counter
from tests.support.desk import Desk
from tests.support.hotel import LINKS, make_hotel, open_store


@pytest.fixture
def counter(desk: Desk) -> Iterator[Counter]:
    """Give a desk with channels, on both engines; after the test nights, counters and cases must agree."""
    made = Counter(desk)
    yield made
    made.must_be_true()


@pytest.fixture
def three_doubles(database_url: str) -> Iterator[Counter]:
    """Give a desk of three doubles, whose type is not yet tight when one stay waits for a room (R1)."""
    with open_store(database_url) as store:
        rooms = {"3": "DBL", "4": "DBL", "5": "DBL", "7": "TWN"}
        hotel = make_hotel(store, rooms, links=(*LINKS, ("airbnb", "4"), ("airbnb", "5")))
        made = Counter(Desk(store, hotel, By(hotel.people["Amina"], "console")))
        yield made
        made.must_be_true()
