"""`dauda inventory`."""

import json
from pathlib import Path

from tests.commands.conftest import Run


def test_days_are_made_once(run: Run, baobab: Path) -> None:
    assert baobab.exists()
    # The setup has made those up to the horizon.
    assert run("inventory", "preload").stdout == "baobab: all days are there\n"
    assert json.loads(run("inventory", "preload", "--days", "9", "--json").stdout) == {"made": {"baobab": 0}}


def test_days_of_a_type_without_rooms_are_made_too(run: Run, baobab: Path) -> None:
    baobab.write_text(baobab.read_text() + '\n[[room_type]]\ncode = "ANX"\nname = "Annex"\n')
    assert run("setup", str(baobab)).exit_code == 0
    assert run("inventory", "preload", "--days", "9").stdout == "baobab: 9 days made\n"
    assert run("inventory", "preload", "--property", "baobab", "--days", "10").stdout == "baobab: 1 days made\n"


def test_what_makes_no_sense_is_wrong_usage(run: Run, baobab: Path) -> None:
    assert baobab.exists()
    assert run("inventory", "preload", "--days", "0").exit_code == 2
    assert run("inventory", "preload", "--property", "mango").exit_code == 2
