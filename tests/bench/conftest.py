"""The table that `make bench` prints: each bench adds its rows, the end shows them all."""

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.bench.measure import Row, held, written

ROWS = pytest.StashKey[list[Row]]()
Hold = Callable[[Callable[[], list[Row]]], None]


def pytest_configure(config: pytest.Config) -> None:
    """Begin with an empty table."""
    config.stash[ROWS] = []


@pytest.fixture
def hold(request: pytest.FixtureRequest) -> Hold:
    """Give what measures (twice where a limit is missed), shows the rows and fails when one is still missed."""

    def measured(measure: Callable[[], list[Row]]) -> None:
        rows = held(measure)
        request.config.stash[ROWS].extend(rows)
        sys.stdout.write(f"\n{written(rows)}\n")
        sys.stdout.flush()
        assert [row.what for row in rows if not row.ok] == []

    return measured


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print every row of the run as one table."""
    rows = config.stash.get(ROWS, [])
    if rows:
        terminalreporter.section("benchmarks")
        terminalreporter.write_line(f"{datetime.now(UTC).date()} · {os.cpu_count()} cores, shared")
        terminalreporter.write_line(written(rows))
