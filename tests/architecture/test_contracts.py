"""The import contracts hold, and each of them notices what it forbids."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

TREES = ("core", "bot", "workers", "webhooks", "commands")
PLANTED = [
    ("core/clock.py", "import bot", "Imports go down"),
    ("bot/__init__.py", "import workers", "Imports go down"),
    ("webhooks/__init__.py", "import commands", "Imports go down"),
    ("core/clock.py", "import fastapi", "The core knows no web framework"),
    ("core/stays/rules.py", "import sqlalchemy", "Rules, values, understanding and conversation"),
    ("core/stays/rules.py", "import core.db.engine", "Rules, values, understanding and conversation"),
    ("bot/conversation/__init__.py", "import httpx", "Rules, values, understanding and conversation"),
    (
        "core/platforms/airbnb/__init__.py",
        "import core.platforms.booking_com",
        "Platforms do not know each other",
    ),
    ("bot/transports/console.py", "import bot.transports.telegram", "Transports do not know each other"),
]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the contracts of `folder`."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True, timeout=60)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Give a copy of the packages and their contracts."""
    for tree in TREES:
        shutil.copytree(ROOT / tree, tmp_path / tree, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_hold_in_the_tree(copy: Path) -> None:
    answer = lint(copy)
    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize(("file", "line", "contract"), PLANTED)
def test_a_planted_import_breaks_its_contract(copy: Path, file: str, line: str, contract: str) -> None:
    planted = copy / file
    planted.parent.mkdir(parents=True, exist_ok=True)
    planted.write_text((planted.read_text() if planted.exists() else "") + f"\n{line}\n")
    target = copy / Path(*line.split()[1].split("."))
    if line.startswith("import bot.") and not target.with_suffix(".py").exists():
        target.with_suffix(".py").write_text("")
    answer = lint(copy)
    assert answer.returncode == 1, answer.stdout
    broken = [row for row in answer.stdout.splitlines() if " BROKEN" in row]
    assert any(row.startswith(contract) for row in broken), answer.stdout
