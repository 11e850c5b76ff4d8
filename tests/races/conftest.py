"""Fixtures of the races: a hotel with few rooms, on both engines and on each alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import databases
from tests.support.desk import Desk, open_desk


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Give a desk on each engine in turn."""
    with open_desk(database_url) as opened:
        yield opened


@pytest.fixture
def postgres_desk(tmp_path: Path) -> Iterator[Desk]:
    """Give a desk on PostgreSQL."""
    with databases.migrated("postgresql", tmp_path) as url, open_desk(url) as opened:
        yield opened


@pytest.fixture
def sqlite_url(tmp_path: Path) -> Iterator[str]:
    """Give the URL of a migrated SQLite database."""
    with databases.migrated("sqlite", tmp_path) as url:
        yield url
