"""`dauda setup` without a file asks, and its answers are a setup file."""

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from commands.setup_questions import ask, machine_zone
from core.setup.reading import read
from tests.support.databases import migrated

ROOT = Path(__file__).resolve().parents[2]
ANSWERS = [
    "Baobab Guest House", "", "Africa/Nairobbi", "Africa/Nairobi", "", "",
    "Double", "", "1-3, 12A", "4500", "y",
    "Twin", "twn", "3", "4-5", "", "n",
    "Amina", "0700", "+254 700 000 001", "",
    "airbnb gommt", "", "3, 33", "3", "y", "https://www.airbnb.com/calendar/ical/1.ics", "",
]  # fmt: skip


def asked(answers: list[str], tmp_path: Path) -> str:
    """What the questions say after these answers, and after that the file."""

    @click.command()
    def command() -> None:
        click.echo(f"----\n{ask((tmp_path / 'timezone', tmp_path / 'localtime'))}")

    result = CliRunner().invoke(command, input="\n".join(answers) + "\n")
    assert result.exit_code == 0, result.output
    return result.output


def test_the_answers_become_a_file_that_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "timezone").write_text("Africa/Nairobi\n")
    said, _, text = asked(ANSWERS, tmp_path).partition("----\n")
    document = read(text, "answers")
    assert (document.property.code, document.property.timezone, document.property.currency) == (
        "baobab", "Africa/Nairobi", "KES",
    )  # fmt: skip
    assert [(one.code, one.rooms) for one in document.room_types] == [
        ("DOU", ("1", "2", "3", "12A")), ("twn", ("4", "5")),
    ]  # fmt: skip
    assert document.staff[0].addresses == (("whatsapp", "+254700000001"),)
    assert [(one.platform, one.wanted.mode, len(one.links)) for one in document.channels] == [
        ("airbnb", "ical", 1), ("gommt", "manual", 0),
    ]  # fmt: skip
    assert "did you mean 'Africa/Nairobi'?" in said
    assert "'3' was named before" in said
    assert "there is no room '33'" in said
    assert "is no phone number" in said


def test_the_machine_s_zone_is_the_first_guess(tmp_path: Path) -> None:
    name, link = tmp_path / "timezone", tmp_path / "localtime"
    assert machine_zone(name, link) == "UTC"
    (tmp_path / "Africa").mkdir()
    (tmp_path / "Africa" / "Nairobi").touch()
    link.symlink_to(tmp_path / "Africa" / "Nairobi")
    assert machine_zone(name, link) == "Africa/Nairobi"
    name.write_text("Europe/Rome\n")
    assert machine_zone(name, link) == "Europe/Rome"
    name.write_text("Mars/Olympus\n")
    assert machine_zone(name, link) == "Africa/Nairobi"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of its own")
def test_on_a_terminal_the_whole_setup_is_asked_applied_and_saved(tmp_path: Path) -> None:
    with migrated("sqlite", tmp_path) as url:
        answers = ["Baobab Guest House", "", "Africa/Nairobi", "", "", "Double", "", "1-3", "", "n", "Amina", "", "",
                   "", "y", ""]  # fmt: skip
        output, code = typed(answers, url, tmp_path)
    assert code == 0, output
    assert "made property baobab" in output
    saved = tmp_path / "baobab.toml"
    assert read(saved.read_text(), "saved").room_types[0].rooms == ("1", "2", "3")
    assert saved.stat().st_mode & 0o077 == 0


def typed(answers: list[str], url: str, folder: Path) -> tuple[str, int]:
    """Run `dauda setup` on a terminal and type the answers, one at each question."""
    screen, keyboard = pty.openpty()
    environment = {**os.environ, "DAUDA_DATABASE_URL": url, "DAUDA_VAR_DIR": str(folder), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-m", "dauda", "setup"], cwd=folder, env=environment,
        stdin=keyboard, stdout=keyboard, stderr=keyboard,
    ) as process:  # fmt: skip
        os.close(keyboard)
        output, deadline = "", time.monotonic() + 60
        while time.monotonic() < deadline:
            ready, _, _ = select.select([screen], [], [], 0.5)
            try:
                output += os.read(screen, 65536).decode() if ready else ""
            except OSError:
                break  # The other side has closed the terminal.
            if answers and output.endswith(": "):
                os.write(screen, f"{answers.pop(0)}\n".encode())
                output += "\n"
        os.close(screen)
        process.wait(timeout=30)
    return output, process.returncode
