"""Fixtures of the core's tests: a hotel's front desk, on both engines."""

from collections.abc import Iterator

import pytest

from core.db.work import Store
from tests.support.desk import Desk, open_desk
from tests.support.hotel import open_store
from tests.support.truth import must_be_true


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """Give a store on an empty migrated database whose clock stands."""
    with open_store(database_url) as opened:
        yield opened


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Give the front desk of a hotel; after the test its nights, stays and counters must agree."""
    with open_desk(database_url) as opened:
        yield opened
        must_be_true(opened.store)
