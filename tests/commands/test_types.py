"""The commands about calendars take a type where they take a room (R3)."""

import json
from pathlib import Path

import pytest

from tests.commands.conftest import Run
from tests.core.setup.house import BAOBAB

OF_TYPE = BAOBAB.replace('[[channel.link]]\nroom = "3"\n', '[[channel.link]]\ntype = "DBL"\n')


@pytest.fixture
def doubles(run: Run, tmp_path: Path) -> Path:
    """Set up the house whose doubles are sold as one listing."""
    file = tmp_path / "doubles.toml"
    file.write_text(OF_TYPE, encoding="utf-8")
    told = run("setup", str(file))
    assert told.exit_code == 0, told.output
    assert "linked all rooms of type DBL to Airbnb" in told.output
    assert "dauda feeds url --type DBL --channel airbnb" in told.output
    return file


def test_r03_the_feed_of_a_type_is_listed_printed_and_rotated(run: Run, doubles: Path) -> None:
    assert doubles.exists()
    assert "all DBL" in run("feeds", "list").stdout
    (link,) = json.loads(run("feeds", "list", "--type", "dbl", "--json").stdout)
    assert (link["room"], link["type"]) == (None, "DBL")
    assert json.loads(run("feeds", "list", "--room", "3", "--json").stdout) == []
    of_type = ("--type", "DBL", "--channel", "airbnb")
    first = run("feeds", "url", *of_type).stdout.strip()
    assert "/ics/" in first
    assert run("feeds", "rotate", *of_type).stdout.strip() != first


@pytest.mark.parametrize("named", [(), ("--room", "3", "--type", "DBL")])
def test_one_of_room_and_type_is_named(run: Run, doubles: Path, named: tuple[str, ...]) -> None:
    assert doubles.exists()
    told = run("feeds", "url", *named, "--channel", "airbnb")
    assert told.exit_code == 2
    assert "--type" in told.stderr


def test_a_type_without_a_link_is_said_so(run: Run, doubles: Path) -> None:
    assert doubles.exists()
    told = run("feeds", "url", "--type", "TWN", "--channel", "airbnb")
    assert told.exit_code == 1
    assert "type TWN" in told.stderr
    assert run("feeds", "pull", "--type", "TWN").exit_code == 1


def test_the_channels_of_a_type_are_listed(run: Run, doubles: Path) -> None:
    assert doubles.exists()
    assert "Airbnb" in run("channels", "list", "--type", "DBL").stdout
    assert "Airbnb" not in run("channels", "list", "--room", "3").stdout
