"""`dauda rooms`."""

import json
from datetime import timedelta
from pathlib import Path

from core.setup.rooms import today
from tests.commands.conftest import Run
from tests.core.setup.house import BAOBAB, House


def test_rooms_are_listed_in_the_order_of_the_setup(run: Run, baobab: Path) -> None:
    assert baobab.exists()
    lines = run("rooms", "list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["Room", "1", "2", "3", "12A"]
    assert lines[4].split("  ")[-1].strip() == "the garden double"
    assert "4500.00" in lines[1]


def test_rooms_are_listed_as_json(run: Run, baobab: Path) -> None:
    assert baobab.exists()
    (*_, last) = json.loads(run("rooms", "list", "--json").stdout)
    assert last == {
        "room": "12A", "type": "DBL", "type_name": "Double", "rate": "4500.00", "aliases": ["the garden double"],
        "removed_at": None,
    }  # fmt: skip


def test_r06_a_room_is_removed_and_restored(run: Run, baobab: Path, house: House) -> None:
    assert baobab.exists()
    assert run("rooms", "remove", "3").exit_code == 0
    assert house.room("3").removed_at is not None
    assert "removed" in run("rooms", "list").stdout.splitlines()[3]
    assert run("rooms", "restore", "3").exit_code == 0
    assert house.room("3").removed_at is None


def test_r06_a_room_in_use_is_not_removed(run: Run, baobab: Path, house: House) -> None:
    assert baobab.exists()
    with house.store.unit_of_work() as work:
        first = today(work, house.place()) + timedelta(days=3)
    house.block("3", first, first + timedelta(days=2))
    told = run("rooms", "remove", "3")
    assert told.exit_code == 1
    assert told.stderr.startswith(f"Room 3 has 2 nights to come, the first on {first}")
    assert house.room("3").removed_at is None


def test_a_room_that_is_not_there_is_told(run: Run, baobab: Path) -> None:
    assert baobab.exists()
    told = run("rooms", "remove", "33")
    assert (told.exit_code, told.stderr.strip()) == (1, "There is no room 33.")


def test_with_several_properties_the_one_must_be_said(run: Run, baobab: Path) -> None:
    other = baobab.with_name("other.toml")
    other.write_text(BAOBAB.replace('"baobab"', '"acacia"').partition("[[staff]]")[0])
    assert run("setup", str(other)).exit_code == 0
    told = run("rooms", "list")
    assert told.exit_code == 2
    assert "Known: baobab, acacia" in told.stderr
    assert run("rooms", "list", "--property", "ACACIA").exit_code == 0
    assert run("rooms", "list", "--property", "nowhere").exit_code == 2


def test_before_any_setup_it_says_how_to_begin(run: Run) -> None:
    told = run("rooms", "list")
    assert told.exit_code == 2
    assert "dauda setup" in told.stderr
