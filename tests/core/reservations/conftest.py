"""Fixtures of the tests of reservations."""

from collections.abc import Iterator

import pytest

from tests.core.conflicts.counter import Counter
from tests.core.reservations.front import Front
from tests.core.reservations.judge import must_be_right
from tests.support.desk import Desk


@pytest.fixture
def front(desk: Desk) -> Iterator[Front]:
    """Give a desk that takes bookings; after the test nights, counters, cases and reservations must agree."""
    made = Front(desk)
    yield made
    Counter(desk).must_be_true()
    must_be_right(desk.store)
