"""`dauda channels`."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from commands.channels import WORDS
from core.channels.models import Channel
from core.imports.views import LinkState
from tests.commands.conftest import Run
from tests.core.setup.house import BAOBAB, House

MORE = """
[[channel]]
platform = "gommt"
mode = "manual"

[[channel]]
platform = "generic"
mode = "ical"
inclusive_end = true
when_unanswered = "keep"
alert_after = "1h"
"""


@pytest.fixture
def several(run: Run, tmp_path: Path) -> Path:
    """Set up the example hotel with three channels."""
    file = tmp_path / "hotel.toml"
    file.write_text(BAOBAB + MORE)
    assert run("setup", str(file)).exit_code == 0
    return file


def test_channels_are_listed_with_how_they_are_kept(run: Run, several: Path) -> None:
    assert several.exists()
    head, airbnb, gommt, other = run("channels", "list").stdout.splitlines()
    assert head.split()[:2] == ["Channel", "Mode"]
    assert airbnb.split("  ")[0] == "Airbnb"
    assert "30 min" in airbnb
    assert "1 h without a good read" in airbnb
    assert "1 of 1" in airbnb
    assert "not read yet" in airbnb
    assert gommt.split() == ["GoMMT", "manual", "–", "–", "0", "of", "0", "–"]
    assert "2 h without a good read" in other
    assert other.endswith("ends include the last night, keeps what vanished until somebody answers")


def test_channels_are_listed_as_json(run: Run, several: Path, house: House) -> None:
    assert several.exists()
    first, *_ = json.loads(run("channels", "list", "--json").stdout)
    with house.store.reading() as session:
        channel = session.scalars(select(Channel).where(Channel.platform == "airbnb")).one()
    assert first == {
        "channel_id": channel.id, "platform": "airbnb", "mode": "ical", "interval": 1800, "active": True,
        "alert_after": 1800, "inclusive_end": False, "frees_unanswered": True, "exports": None,
        "links": 1, "imports": 1, "reading": {"waiting": 1},
    }  # fmt: skip


def test_r06_a_channel_is_paused_and_resumed(run: Run, baobab: Path) -> None:
    assert baobab.exists()
    told = run("channels", "pause", "airbnb")
    assert (told.exit_code, told.stdout) == (
        0, "Airbnb is paused: its calendars are not read, its bookings stay, our feeds go on.\n",
    )  # fmt: skip
    assert run("channels", "list").stdout.splitlines()[1].endswith("1 paused  paused")
    assert run("channels", "pause", "airbnb").stdout == "Airbnb was paused before.\n"
    assert run("channels", "resume", "airbnb").stdout == "Airbnb is read again, for the first time now.\n"
    assert run("channels", "resume", "airbnb").stdout == "Airbnb was not paused.\n"


def test_pausing_is_told_to_machines(run: Run, baobab: Path) -> None:
    assert baobab.exists()
    for changed in (True, False):
        told = json.loads(run("channels", "pause", "airbnb", "--json").stdout)
        assert told == {"platform": "airbnb", "active": False, "changed": changed}
    told = json.loads(run("channels", "resume", "airbnb", "--json").stdout)
    assert told == {"platform": "airbnb", "active": True, "changed": True}


@pytest.mark.parametrize("verb", ["pause", "resume"])
def test_a_channel_that_is_not_there_is_told(run: Run, baobab: Path, verb: str) -> None:
    assert baobab.exists()
    told = run("channels", verb, "vrbo")
    assert (told.exit_code, told.stderr.strip()) == (1, "VRBO is no channel of this property.")


def test_r06_a_channel_whose_platform_is_gone_is_listed_and_paused(run: Run, baobab: Path, house: House) -> None:
    assert baobab.exists()
    with house.store.unit_of_work() as work:
        work.session.scalars(select(Channel)).one().platform = "kibanda"
    assert "not installed: served, not read" in run("channels", "list").stdout
    assert run("channels", "pause", "kibanda").stdout.startswith("kibanda is paused")
    assert run("feeds", "list").stdout.splitlines()[1].startswith("kibanda")


def test_every_state_of_a_calendar_has_words() -> None:
    assert set(WORDS) == set(LinkState)
