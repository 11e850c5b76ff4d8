"""Databases that keep what they committed, and the process that all others are forked from."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import databases
from tests.system.crash.house import Nursery


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Give the process that real ones are forked from."""
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture(params=databases.ENGINES)
def durable_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give a fresh, migrated database whose commits outlive any kill, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        return databases.sqlite_copy(tmp_path / "dauda.db")
    url = str(request.getfixturevalue("postgres_server").fresh_database())
    databases.upgrade(url)
    return url
