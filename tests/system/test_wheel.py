"""The wheel carries everything: installed elsewhere and run from another folder, it is the whole house."""

import os
import re
import sqlite3
import subprocess
import sys
import sysconfig
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, SHIPPED, files
from tests.system.test_containers import COMPOSE

pytestmark = pytest.mark.xdist_group("wheel")  # One worker builds it once.


def run(command: list[str], cwd: Path, **environment: str) -> str:
    """Run `command` without what this run knows of Python's paths and of the house; return its output."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "DAUDA_", "PYTEST"))}
    done = subprocess.run(
        command, cwd=cwd, env=kept | environment, check=False, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel with the backend that the lock pins, asking no index."""
    folder = tmp_path_factory.mktemp("wheel")
    quiet = ["--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check"]
    run([sys.executable, "-m", "pip", "wheel", *quiet, "--wheel-dir", str(folder), str(ROOT)], cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel in a new environment that borrows this one's requirements; return its bin."""
    folder = tmp_path_factory.mktemp("environment")
    run([sys.executable, "-m", "venv", "--without-pip", str(folder)], cwd=folder)
    python = folder / "bin" / "python"
    (site,) = folder.glob("lib/python*/site-packages")
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--python", str(python)]
    run([*pip, "install", "--no-deps", "--no-index", "--ignore-installed", str(wheel)], cwd=folder)
    return folder / "bin"


def test_the_wheel_holds_every_file_of_the_packages_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert packed == {name for name in files() if name.split("/")[0] in SHIPPED or name == "dauda.py"}


def test_the_installed_code_is_the_wheel_s_own(installed: Path, tmp_path: Path) -> None:
    script = "import core, migrations; print(core.__file__, migrations.__file__)"
    places = run([str(installed / "python"), "-c", script], cwd=tmp_path).split()
    assert all(Path(place).is_relative_to(installed.parent) for place in places)


def test_the_command_line_says_what_it_can_do(installed: Path, tmp_path: Path) -> None:
    said = run([str(installed / "dauda"), "--help"], cwd=tmp_path)
    started = {service["command"][0] for service in COMPOSE["services"].values() if "build" in service}
    assert started == {"migrate", "serve", "work"}
    assert [command for command in started if not re.search(rf"^  {command}\b", said, re.MULTILINE)] == []


def test_the_command_line_migrates_a_database_from_another_folder(installed: Path, tmp_path: Path) -> None:
    run([str(installed / "dauda"), "migrate"], cwd=tmp_path, DAUDA_VAR_DIR=str(tmp_path / "var"))
    with closing(sqlite3.connect(tmp_path / "var" / "dauda.db")) as database:
        (version,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
    assert version
