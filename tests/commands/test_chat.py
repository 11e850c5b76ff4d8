"""`dauda chat`: for which property the terminal speaks."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from dauda import main
from tests.commands.conftest import SECRET, Run
from tests.core.setup.house import BAOBAB

AMINA = "telegram:1001"
ACACIA = BAOBAB.partition("[[channel]]")[0].replace('"baobab"', '"acacia"')
OTHERS = (
    ACACIA.replace("Amina", "Otieno").replace("amina@", "otieno@").replace("00001", "00009").replace("1001", "1009")
)

Blocks = Callable[..., tuple[int, str]]


@pytest.fixture
def blocks(database_url: str, tmp_path: Path, baobab: Path) -> Blocks:
    """Give what has Amina block room 3 tonight: how the command ended and what was said."""
    assert baobab.exists()
    environ = {"DAUDA_DATABASE_URL": database_url, "DAUDA_SECRET_KEY": SECRET, "DAUDA_VAR_DIR": str(tmp_path)}

    def blocked(*options: str) -> tuple[int, str]:
        arguments = ["chat", "--as", AMINA, *options]
        told = CliRunner(env=environ).invoke(main, arguments, input="block room 3 tonight\n")
        return told.exit_code, told.output

    return blocked


def set_up(run: Run, folder: Path, text: str) -> None:
    """Set up a second hotel."""
    file = folder / "acacia.toml"
    file.write_text(text)
    assert run("setup", str(file)).exit_code == 0


def test_the_terminal_speaks_for_the_property_that_was_named_last(run: Run, tmp_path: Path, blocks: Blocks) -> None:
    set_up(run, tmp_path, ACACIA)
    assert "✅ Room 3" in blocks("--property", "acacia")[1]
    assert "Room 3 is taken" in blocks()[1]
    assert "✅ Room 3" in blocks("--property", "baobab")[1]
    assert "Room 3 is taken" in blocks()[1]


def test_who_does_not_work_there_is_told_so(run: Run, tmp_path: Path, blocks: Blocks) -> None:
    set_up(run, tmp_path, OTHERS)
    ended, said = blocks("--property", "acacia")
    assert (ended, "Amina does not work for 'acacia'" in said) == (1, True)
    assert "✅ Room 3" in blocks("--property", "baobab")[1]
