"""Fixtures for every test: databases, Redis, and servers that a test may kill."""

import gc
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, settings

from core.staff import passwords
from tests.support import compiled, databases, postgres, redis, run
from tests.support.rounds import rounds, size
from tests.support.shared import on_ci

# No deadline: the two cores are shared. On CI the examples stay the same, so that red means the change.
settings.register_profile(
    "dauda",
    deadline=None,
    derandomize=on_ci() and size() != "soak",
    max_examples=rounds(quick=40, check=60, soak=5000),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("dauda")


def pytest_configure(config: pytest.Config) -> None:
    """Open the run's folder in the process that owns the run, and make light of what is dear and not in question."""
    # Known without xdist too, for who runs the tests in one process.
    config.addinivalue_line("markers", "xdist_group(name): tests that one process runs, one after the other")
    if eased(config):
        gc.disable()  # Until all tests are collected: they stay, so that there is nothing to find.
        compiled.share()
        # A hash that costs what it should takes a fifth of a second; what is asked of hashes is the same of cheap ones.
        passwords._HASHER = PasswordHasher(time_cost=2, memory_cost=512, parallelism=1)
    if not hasattr(config, "workerinput"):
        run.begin(in_memory=eased(config))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Let the garbage collector pass over what was collected: going through ten thousand tests takes it seconds."""
    if eased(session.config):
        gc.enable()
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000, 20)  # As fits a process of half a gigabyte rather than a script.


def eased(config: pytest.Config) -> bool:
    """Say whether the run asks for neither the benchmarks nor the long ones, which have the machine as it is."""
    return re.search(r"(?<!not )\b(bench|soak)\b", config.option.markexpr) is None


def pytest_unconfigure() -> None:
    """Stop what the run started, however it ended."""
    if run.owned():
        databases.forget()
        run.end()


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """Give the URL of a fresh, empty PostgreSQL database."""
    url = postgres.create_database(postgres.server_url())
    yield url
    postgres.drop_database(url)


@pytest.fixture(params=databases.ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the URL of a fresh, migrated database, once on SQLite and once on PostgreSQL."""
    with databases.migrated(request.param, tmp_path) as url:
        yield url


@pytest.fixture
def redis_url() -> str:
    """Give the URL of an empty Redis database that only this worker uses."""
    return redis.worker_url()


@pytest.fixture
def postgres_server() -> Iterator[postgres.Postgres]:
    """Give a running durable PostgreSQL cluster of the test's own, to be killed and restarted."""
    server = postgres.Postgres()
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def redis_server() -> Iterator[redis.RedisServer]:
    """Give a running Redis with an append-only file, of the test's own, to be killed and restarted."""
    server = redis.RedisServer()
    try:
        server.start()
        yield server
    finally:
        server.stop()
