"""`dauda feeds pull`."""

import json
from pathlib import Path

from sqlalchemy import select

from core.channels.models import Channel, ChannelBooking, ChannelLink
from core.channels.service import SEALED_FOR
from core.sealing import Sealer
from tests.commands.conftest import SECRET, Run
from tests.core.setup.house import House

PRIVATE = {"DAUDA_ALLOW_PRIVATE_FEEDS": "1"}


def connect(house: House, url: str | None) -> None:
    """Have the first link, and no other, read from `url`."""
    with house.store.unit_of_work() as work:
        for number, link in enumerate(work.session.scalars(select(ChannelLink).order_by(ChannelLink.id))):
            link.import_url = Sealer(SECRET).seal(url, SEALED_FOR) if url and not number else None


def test_a_calendar_is_read_at_once_and_what_came_is_printed(run: Run, baobab: Path, house: House, served: str) -> None:
    assert baobab.exists()
    connect(house, f"{served}/a.ics")
    told = run("feeds", "pull", "--json", **PRIVATE)
    (pulled,) = json.loads(told.stdout)
    assert told.exit_code == 0
    assert (pulled["outcome"], pulled["trouble"], pulled["gone"]) == ("read", None, 0)
    again = run("feeds", "pull", **PRIVATE)
    assert again.exit_code == 0
    assert [line.split()[:4] for line in again.stdout.splitlines()[1:]] == [["Airbnb", pulled["room"], "read", "0"]]
    with house.store.reading() as session:
        assert len(session.scalars(select(ChannelBooking)).all()) <= 1


def test_one_that_cannot_be_read_is_named_and_the_exit_code_says_so(
    run: Run, baobab: Path, house: House, served: str
) -> None:
    assert baobab.exists()
    connect(house, f"{served}/missing.ics")
    told = run("feeds", "pull", **PRIVATE)
    assert told.exit_code == 1
    assert "status_4xx" in told.stdout
    assert served not in told.stdout + told.stderr


def test_this_machine_is_not_asked_unless_the_settings_allow_it(
    run: Run, baobab: Path, house: House, served: str
) -> None:
    assert baobab.exists()
    connect(house, f"{served}/a.ics")
    told = run("feeds", "pull", "--json")
    assert told.exit_code == 1
    assert json.loads(told.stdout)[0]["outcome"] == "failed"


def test_a_paused_channel_is_not_read(run: Run, baobab: Path, house: House, served: str) -> None:
    assert baobab.exists()
    connect(house, f"{served}/a.ics")
    with house.store.unit_of_work() as work:
        for channel in work.session.scalars(select(Channel)):
            channel.active = False
    told = run("feeds", "pull", "--json", **PRIVATE)
    assert (told.exit_code, json.loads(told.stdout)[0]["outcome"]) == (0, "not read")


def test_only_what_is_named_is_read_and_what_is_not_there_is_refused(
    run: Run, baobab: Path, house: House, served: str
) -> None:
    assert baobab.exists()
    connect(house, f"{served}/a.ics")
    assert json.loads(run("feeds", "pull", "--channel", "airbnb", "--json", **PRIVATE).stdout) != []
    refused = run("feeds", "pull", "--channel", "vrbo", **PRIVATE)
    assert refused.exit_code == 1
    assert "There is no link of" in refused.stderr
    connect(house, None)
    assert json.loads(run("feeds", "pull", "--json").stdout) == []
