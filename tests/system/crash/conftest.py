"""Databases that keep what they committed."""

from pathlib import Path

import pytest

from tests.support import databases


@pytest.fixture(params=databases.ENGINES)
def durable_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give a fresh, migrated database whose commits outlive any kill, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        return databases.sqlite_copy(tmp_path / "dauda.db")
    url = str(request.getfixturevalue("postgres_server").fresh_database())
    databases.upgrade(url)
    return url
