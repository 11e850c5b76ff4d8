"""The example hotel with its jobs, on both engines."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.workers.place import Place, open_place


@pytest.fixture
def place(database_url: str, tmp_path: Path) -> Iterator[Place]:
    """Give the hotel."""
    with open_place(database_url, tmp_path) as place:
        yield place
