"""Fixtures of these tests."""

from collections.abc import Iterator

import pytest

from tests.core.rates.house import House, open_house


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    """Give a hotel with prices to set, once on each engine."""
    with open_house(database_url) as opened:
        yield opened
