"""Fixtures of the feeds' tests."""

from collections.abc import Iterator

import pytest

from tests.core.feeds.hotel import Hotel, open_hotel


@pytest.fixture
def hotel(database_url: str) -> Iterator[Hotel]:
    """Give a founded hotel, once on each engine."""
    with open_hotel(database_url) as founded:
        yield founded
