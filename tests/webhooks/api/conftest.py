"""The API over two hotels, for the tests of its frame."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.webhooks.routes.house import Api, open_api


@pytest.fixture
def api(database_url: str, tmp_path: Path) -> Iterator[Api]:
    """Give the API, once on SQLite and once on PostgreSQL."""
    with open_api(database_url, tmp_path) as opened:
        yield opened
