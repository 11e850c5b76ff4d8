"""Running the command line as somebody at a prompt does."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

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
    """Give the database that `run` works on, seen from inside."""
    with open_house(database_url) as opened:
        yield opened


@pytest.fixture
def baobab(run: Run, tmp_path: Path) -> Path:
    """Set up the example hotel; its file."""
    file = tmp_path / "hotel.toml"
    file.write_text(BAOBAB)
    assert run("setup", str(file)).exit_code == 0
    return file


def runner(url: str, var_dir: Path) -> Run:
    """A function that runs `dauda`; settings can be given by name."""

    def ran(*arguments: str, **settings: str) -> Result:
        environment = {"DAUDA_DATABASE_URL": url, "DAUDA_SECRET_KEY": SECRET, "DAUDA_VAR_DIR": str(var_dir), **settings}
        result = CliRunner(env=environment).invoke(main, arguments)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return ran
