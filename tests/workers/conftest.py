"""The example hotel with its jobs, on both engines."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.workers.ota import Reading, open_reading
from tests.workers.place import Place, open_place


@pytest.fixture
def place(database_url: str, tmp_path: Path) -> Iterator[Place]:
    """Give the hotel."""
    with open_place(database_url, tmp_path) as place:
        yield place


@pytest.fixture
def reading(place: Place) -> Iterator[Reading]:
    """Give the hotel with an OTA whose calendars it reads."""
    with open_reading(place) as opened:
        yield opened
