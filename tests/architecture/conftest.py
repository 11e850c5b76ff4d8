"""One process reads the tree, and lets go of it when the last test of its shape has run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture import source

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)  # Before xdist reads the groups.
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of this folder together."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("architecture"))


@pytest.fixture(scope="package", autouse=True)
def _forget_the_tree() -> Iterator[None]:
    yield
    source.modules.cache_clear()
