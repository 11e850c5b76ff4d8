"""The process that real `dauda` processes are forked from."""

from collections.abc import Iterator

import pytest

from tests.system.crash.house import Nursery


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Give the process that real ones are forked from."""
    nursery = Nursery()
    yield nursery
    nursery.close()
