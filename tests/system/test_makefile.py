"""The Makefile has the targets that people were promised, and says what is wrong with an unfit Python."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

PROMISED = ("demo", "test", "check", "bench", "soak", "lock", ".venv")


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run make in `folder` as if nobody had called make before."""
    inherited = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "PYTHON", "ARGS", "WORKERS")
    environment = {name: value for name, value in os.environ.items() if name not in inherited}
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, text=True)


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """Give a folder with the Makefile and no environment."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    for lock in ("requirements.lock", "requirements-dev.lock", "pyproject.toml"):
        (tmp_path / lock).touch()
    return tmp_path


def pretend(folder: Path, script: str) -> str:
    """Make a command that answers as a Python would; return its path."""
    path = folder / "pretended"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize("target", PROMISED)
def test_a_promised_target_builds_the_environment_first(bare: Path, target: str) -> None:
    answer = make(bare, "-n", target)
    assert answer.returncode == 0, answer.stderr
    assert "-m venv .venv" in answer.stdout


def test_what_runs_needs_no_requirement_of_the_tests(bare: Path) -> None:
    assert "requirements-dev.lock" not in make(bare, "-n", "demo").stdout
    assert "requirements-dev.lock" in make(bare, "-n", "test").stdout


def test_a_python_that_is_too_old_is_named(bare: Path) -> None:
    old = pretend(bare, 'case "$1" in --version) echo Python 3.9.2 ;; *) exit 1 ;; esac')
    answer = make(bare, ".venv", f"PYTHON={old}")
    assert answer.returncode != 0
    assert "Dauda needs Python 3.11 or newer" in answer.stderr
    assert "Python 3.9.2" in answer.stderr
    assert not (bare / ".venv").exists()


def test_a_python_that_is_not_there_is_named(bare: Path) -> None:
    answer = make(bare, ".venv", "PYTHON=/nowhere/python3")
    assert answer.returncode != 0
    assert "/nowhere/python3 was not found" in answer.stderr


def test_a_python_without_venv_is_told_where_to_get_it(bare: Path) -> None:
    without = pretend(bare, 'case "$2" in *ensurepip*) exit 1 ;; esac')
    answer = make(bare, ".venv", f"PYTHON={without}")
    assert answer.returncode != 0
    assert "apt install python3-venv" in answer.stderr


def test_the_second_time_nothing_is_installed(bare: Path) -> None:
    (bare / ".venv").mkdir()
    for stamp in ("python", "runtime", "dev"):
        (bare / ".venv" / f"{stamp}.stamp").touch()
    assert "install" not in make(bare, "-n", "test").stdout
    later = (bare / ".venv" / "dev.stamp").stat().st_mtime + 10
    os.utime(bare / "requirements.lock", (later, later))
    assert "--require-hashes -r requirements.lock" in make(bare, "-n", "test").stdout


def test_check_runs_the_readme_s_test_command_in_more_rounds() -> None:
    assert "make test" in (ROOT / "README.md").read_text()
    makefile = (ROOT / "Makefile").read_text()
    assert re.search(r"^check: .*\n\t@DAUDA_TEST_ROUNDS=check \$\(MAKE\) .*\btest$", makefile, re.MULTILINE)
