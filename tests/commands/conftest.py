"""Running the command line as somebody at a prompt does."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner, Result

from core.clock import SystemClock
from dauda import main
from tests.core.setup.house import BAOBAB, House, open_house

Run = Callable[..., Result]
SECRET = "a key for tests"


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Give a function that runs `dauda` with these arguments on an empty database, once on each engine."""
    monkeypatch.chdir(tmp_path)  # No `.env` of a developer's is read.
    return runner(database_url, tmp_path)


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    """Give the database that `run` works on, seen from inside; its clock shows what the commands' shows."""
    with open_house(database_url) as opened:
        opened.clock.instant = SystemClock().now()
        yield opened


@pytest.fixture
def baobab(run: Run, tmp_path: Path) -> Path:
    """Set up the example hotel; its file."""
    file = tmp_path / "hotel.toml"
    file.write_text(BAOBAB)
    assert run("setup", str(file)).exit_code == 0
    return file


@pytest.fixture
def served() -> Iterator[str]:
    """Give the address of a web server with a calendar, and one that has no end."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Calendars) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


class Calendars(BaseHTTPRequestHandler):
    """Serves `/a.ics`, and `/endless.ics` until the reader hangs up."""

    def do_GET(self) -> None:
        """Answer."""
        self.send_response(404 if self.path not in ("/a.ics", "/endless.ics") else 200)
        self.end_headers()
        if self.path == "/a.ics":
            self.wfile.write(
                b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20261120\r\n"
                b"DTEND;VALUE=DATE:20261121\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
            )
        with suppress(ConnectionError):
            while self.path == "/endless.ics":
                self.wfile.write(b"x" * 65536)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name.
        """Say nothing."""


def runner(url: str, var_dir: Path) -> Run:
    """A function that runs `dauda`; settings can be given by name."""

    def ran(*arguments: str, **settings: str) -> Result:
        environment = {"DAUDA_DATABASE_URL": url, "DAUDA_SECRET_KEY": SECRET, "DAUDA_VAR_DIR": str(var_dir), **settings}
        result = CliRunner(env=environment).invoke(main, arguments)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return ran
