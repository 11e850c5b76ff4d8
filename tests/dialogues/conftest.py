"""Databases by engine: the dialogues run all on SQLite and some on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import databases


@pytest.fixture
def sqlite_url(tmp_path: Path) -> Iterator[str]:
    """Give the URL of a fresh, migrated SQLite database."""
    with databases.migrated("sqlite", tmp_path) as url:
        yield url


@pytest.fixture
def postgresql_url(tmp_path: Path) -> Iterator[str]:
    """Give the URL of a fresh, migrated PostgreSQL database."""
    with databases.migrated("postgresql", tmp_path) as url:
        yield url
