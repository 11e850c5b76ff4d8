"""`dauda setup` from a file: told line by line, and nothing by halves."""

import json
from pathlib import Path

import pytest

from commands.setup_words import CHANGES, FAULTS, fault_line, told_line
from core.setup.account import Told, What
from core.setup.errors import Fault, Why
from tests.commands.conftest import Run
from tests.core.setup.house import BAOBAB, House


def test_a_first_setup_tells_what_it_made(run: Run, tmp_path: Path, house: House) -> None:
    file = tmp_path / "hotel.toml"
    file.write_text(BAOBAB)
    told = run("setup", str(file))
    assert told.exit_code == 0
    assert told.stdout.splitlines()[:3] == [
        "made property baobab: Baobab Guest House",
        "made room type DBL: Double",
        "made room 1 (DBL)",
    ]
    assert "linked room 3 to Airbnb; its feed: dauda feeds url --room 3 --channel airbnb" in told.stdout
    assert "note: Airbnb has no link for rooms 1, 2, 12A" in told.stdout
    assert house.place().name == "Baobab Guest House"


def test_the_second_time_it_says_that_nothing_changed(run: Run, baobab: Path) -> None:
    told = run("setup", str(baobab))
    assert told.exit_code == 0
    assert told.stdout.splitlines()[0] == "nothing changed"
    assert "kept" not in told.stdout


def test_what_the_file_leaves_out_is_named(run: Run, baobab: Path) -> None:
    baobab.write_text(BAOBAB.partition("[[staff]]")[0].replace('"3", "12A"', '"12A"'))
    told = run("setup", str(baobab))
    assert "kept, not in the file: room 3, Amina, channel Airbnb" in told.stdout


def test_a_wrong_file_names_file_line_and_key_and_writes_nothing(run: Run, baobab: Path, house: House) -> None:
    rows = house.rows()
    baobab.write_text(
        BAOBAB.replace("timezone", "time_zone").replace('room = "3"', 'room = "33"').replace("Guest House", "Lodge")
    )
    told = run("setup", str(baobab))
    assert told.exit_code == 1
    assert told.stdout == ""
    assert told.stderr.splitlines() == [
        f"{baobab}:1: property.timezone: missing",
        f"{baobab}:4: property.time_zone: unknown key 'time_zone'; did you mean 'timezone'?",
        "Nothing was changed.",
    ]
    assert house.rows() == rows


def test_what_does_not_fit_the_database_is_told_the_same_way(run: Run, baobab: Path, house: House) -> None:
    baobab.write_text(BAOBAB.replace('room = "3"', 'room = "33"').replace("Guest House", "Lodge"))
    told = run("setup", str(baobab))
    assert told.exit_code == 1
    assert f"{baobab}:29: channel.link.room: there is no room '33'; did you mean '3'?" in told.stderr
    assert house.place().name == "Baobab Guest House"


def test_the_account_is_there_as_json(run: Run, baobab: Path) -> None:
    told = json.loads(run("setup", "--json", str(baobab)).stdout)
    assert told["code"] == "baobab"
    assert told["changes"] == []
    assert told["notes"] == [
        {"what": "rooms_without_link", "facts": {"platform": "airbnb", "rooms": ["1", "2", "12A"]}}
    ]


def test_without_a_terminal_and_a_file_it_asks_for_a_file(run: Run) -> None:
    told = run("setup")
    assert told.exit_code == 2
    assert "no terminal" in told.stderr


def test_a_file_that_is_not_there_is_wrong_usage(run: Run) -> None:
    assert run("setup", "nowhere.toml").exit_code == 2


def test_a_file_that_is_no_text_is_told_so(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "hotel.toml"
    file.write_bytes(b'name = "\xff"')
    told = run("setup", str(file))
    assert told.exit_code == 1
    assert "UTF-8" in told.stderr


def test_a_byte_order_mark_does_no_harm(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "hotel.toml"
    file.write_text(BAOBAB, encoding="utf-8-sig")
    assert run("setup", str(file)).exit_code == 0


FACTS: dict[str, object] = {
    "said": "x", "value": "x", "wanted": "text", "most": 4, "known": ["a"], "mode": "manual", "first": 2, "room": "3",
    "to": "DBL", "nights": 2, "platform": "airbnb", "property": "baobab", "name": "Amina", "code": "baobab",
    "fields": ["base_rate"], "type": "DBL", "role": "staff", "interval": 1800, "rooms": ["1"], "least": 8,
    "other": "vrbo", "settings": {"active": False}, "count": 21,
    "parts": ["1", "2"], "plan": "STD", "season": "Easter",
}  # fmt: skip


@pytest.mark.parametrize("why", list(Why))
def test_every_fault_has_words(why: Why) -> None:
    line = fault_line("hotel.toml", Fault(7, "a.b", why, FACTS))
    assert line.startswith("hotel.toml:7: a.b: ")
    assert len(FAULTS) == len(Why)


@pytest.mark.parametrize("what", list(What))
def test_everything_told_has_words(what: What) -> None:
    assert told_line(Told(what, FACTS))
    assert len(CHANGES) == len(What)


def test_settings_are_told_as_the_file_says_them() -> None:
    settings = {"interval": 7200, "alert_after": 1800, "active": False, "when_unanswered": "keep", "mode": "ical"}
    assert told_line(Told(What.CHANNEL_CHANGED, {"platform": "airbnb", "settings": settings})) == (
        "changed channel Airbnb: interval = 2 h and alert_after = 30 min and active = false and "
        "when_unanswered = keep and mode = ical"
    )
