"""`dauda feeds replay` from the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from dauda import main
from tests.core.imports.test_replay import JOHN, MARY, calendar


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    """Give a history in which one of two bookings is gone for good."""
    both, one = calendar(MARY, JOHN).decode(), calendar(MARY).decode()
    days = ((20, both), (21, one), (22, one))
    file = tmp_path / "history.jsonl"
    file.write_text("\n".join(json.dumps({"fetched_at": f"2026-11-{day}T09:00:00Z", "ics": ics}) for day, ics in days))
    return file


def test_replay_prints_the_account_as_json(recorded: Path) -> None:
    result = CliRunner().invoke(main, ["feeds", "replay", str(recorded), "--platform", "airbnb", "--json"])
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["cancellations"] == 1
    assert told["freed"] == [{"at": "2026-11-22T09:00:00+00:00", "from": "2026-12-10", "to": "2026-12-12"}]
    assert {(one["ref"], one["cancelled_at"] is not None) for one in told["bookings"]} == {
        (MARY[0], False),
        (JOHN[0], True),
    }


def test_replay_prints_lines_for_people(recorded: Path) -> None:
    result = CliRunner().invoke(main, ["feeds", "replay", str(recorded), "--platform", "airbnb"])
    assert "2 bookings and closures, 1 cancelled, 1 runs of nights freed, 0 questions" in result.output


def test_replay_names_what_is_no_timeline(tmp_path: Path) -> None:
    file = tmp_path / "wrong.jsonl"
    file.write_text("hello")
    result = CliRunner().invoke(main, ["feeds", "replay", str(file), "--platform", "airbnb"])
    assert (result.exit_code, "line 1" in result.output) == (1, True)
