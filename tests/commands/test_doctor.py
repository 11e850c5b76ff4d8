"""`dauda doctor` and `dauda migrate`."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from bot.models import InboundMessage
from commands import doctor as command
from core import doctor
from core.channels.models import Channel
from core.clock import SystemClock, business_day
from core.feeds.models import FeedVersion
from core.inventory.models import InventoryDay, RoomNight
from core.outbox import service as outbox
from core.outbox.effects import SweepChats
from core.stays.models import Stay
from core.stays.reasons import StayState
from tests.architecture.source import ROOT
from tests.commands.conftest import SECRET, Run, runner
from tests.core.platforms.installed import example, example_entry, install
from tests.core.setup.house import BAOBAB, House
from tests.support.databases import migrated, sqlite_copy

TODAY = business_day(SystemClock().now(), "Africa/Nairobi")


def wrong(run: Run, *arguments: str, **settings: str) -> list[str]:
    """The codes of what the doctor finds wrong; the exit code must say the same."""
    told = run("doctor", "--json", *arguments, **settings)
    found = json.loads(told.stdout)
    codes = [one["code"] for one in found["findings"] if one["wrong"]]
    assert (found["ok"], told.exit_code) == ((True, 0) if not codes else (False, 1))
    return codes


def test_a_house_in_order_is_told_so(run: Run, baobab: Path) -> None:
    assert baobab.exists()
    told = run("doctor")
    assert told.exit_code == 0
    assert "WRONG" not in told.stdout
    assert {line.split()[1] for line in told.stdout.splitlines() if line.startswith("ok")} >= {
        "settings", "schema", "database", "inventory", "stays", "feeds", "seals", "staff", "jobs", "messages",
    }  # fmt: skip


def leave_it(_house: House, _stay_id: int) -> None:
    """Do nothing: the twin of what follows."""


def lose_a_night(house: House, stay_id: int) -> None:
    """Take a held night from a stay behind everybody's back."""
    with house.store.unit_of_work() as work:
        held = work.session.scalars(select(RoomNight).where(RoomNight.stay_id == stay_id)).first()
        work.session.delete(held)


def state(house: House, stay_id: int, **columns: object) -> None:
    """Change a stay's row behind everybody's back."""
    with house.store.unit_of_work() as work:
        work.session.execute(update(Stay).where(Stay.id == stay_id).values(**columns))


def drop_versions(house: House, _stay_id: int) -> None:
    """Lose the feeds' versions."""
    with house.store.unit_of_work() as work:
        work.session.execute(delete(FeedVersion))


def lose_a_platform(house: House, _stay_id: int) -> None:
    """Let a channel's platform be one that is not installed."""
    with house.store.unit_of_work() as work:
        work.session.execute(update(Channel).values(platform="kibanda"))


def bury(house: House, _stay_id: int) -> None:
    """Give something up."""
    with house.store.unit_of_work() as work:
        due = outbox.add(work, SweepChats())
        due.buried, due.closed_at = True, work.now


def forget_a_due(house: House, _stay_id: int) -> None:
    """Leave something lying about."""
    with house.store.unit_of_work() as work:
        outbox.add(work, SweepChats(), at=work.now - timedelta(hours=1))


def leave_a_message(house: House, _stay_id: int) -> None:
    """Let a message wait for an hour."""
    with house.store.unit_of_work() as work:
        work.session.add(
            InboundMessage(
                transport="whatsapp", external_id="1", chat="1", sender="1", also=[], kind="text", text="hi",
                received_at=work.now - timedelta(hours=1),
            )
        )  # fmt: skip


@pytest.mark.parametrize(
    ("spoil", "codes"),
    [
        (leave_it, []),
        (lose_a_night, ["wrong_counters", "holding_stays_lack"]),
        (lambda house, stay_id: state(house, stay_id, state=StayState.RELEASED), ["released_stays_hold"]),
        (lambda house, stay_id: state(house, stay_id, state=StayState.CONTESTED), ["contested_stays_hold_all"]),
        (lambda house, stay_id: state(house, stay_id, departure=TODAY + timedelta(days=2)), ["nights_outside_stay"]),
        (drop_versions, ["rooms_without_version"]),
        (lose_a_platform, ["platform_missing"]),
        (bury, ["buried"]),
        (forget_a_due, ["late"]),
        (leave_a_message, ["unhandled"]),
    ],
)
def test_what_is_wrong_is_found_and_nothing_else(
    run: Run, baobab: Path, house: House, spoil: Callable[[House, int], None], codes: list[str]
) -> None:
    assert baobab.exists()
    stay_id = house.block("3", TODAY, TODAY + timedelta(days=3))
    spoil(house, stay_id)
    assert wrong(run) == codes
    text = run("doctor").stdout
    assert text.count("WRONG") == len(codes)


def test_the_repair_changes_counters_and_nothing_else(run: Run, baobab: Path, house: House) -> None:
    assert baobab.exists()
    stay_id = house.block("3", TODAY, TODAY + timedelta(days=3))
    with house.store.unit_of_work() as work:
        work.session.execute(update(InventoryDay).where(InventoryDay.night == TODAY).values(blocked=0))
    assert wrong(run) == ["wrong_counters"]
    assert wrong(run) == ["wrong_counters"]
    assert wrong(run, "--repair") == []
    assert wrong(run) == []
    lose_a_night(house, stay_id)
    assert wrong(run, "--repair") == ["holding_stays_lack"]


def test_another_key_than_the_one_everything_was_sealed_with_is_noticed(run: Run, baobab: Path) -> None:
    assert baobab.exists()
    assert wrong(run, DAUDA_SECRET_KEY="another") == ["broken_seals"]
    assert wrong(run, DAUDA_SECRET_KEY=f"another,{SECRET}") == []


def test_a_wrong_setting_is_told_instead_of_everything_else(run: Run) -> None:
    assert wrong(run, WORKER_INTERVAL="soon") == ["wrong_setting"]


def test_a_broker_that_does_not_answer_is_noticed(run: Run, redis_url: str) -> None:
    assert wrong(run, DAUDA_REDIS_URL="redis://127.0.0.1:9/0") == ["no_broker"]
    assert wrong(run, DAUDA_REDIS_URL=redis_url) == []


def test_a_database_that_is_not_there_is_noticed_and_not_made(tmp_path: Path) -> None:
    run = runner(f"sqlite:///{tmp_path}/none.db", tmp_path)
    assert wrong(run) == ["no_database"]
    assert not (tmp_path / "none.db").exists()


def test_a_database_that_does_not_answer_is_noticed(tmp_path: Path) -> None:
    run = runner("postgresql://dauda@127.0.0.1:9/dauda", tmp_path)
    assert wrong(run) == ["unreachable"]


def test_an_old_schema_is_noticed_and_migrated_on_demand(postgres_url: str, tmp_path: Path) -> None:
    run = runner(postgres_url, tmp_path)
    assert wrong(run) == ["old_schema"]
    assert run("rooms", "list").exit_code == 1
    told = run("migrate")
    assert told.exit_code == 0
    assert told.stdout.startswith("The database is at ")
    assert wrong(run) == []


@pytest.mark.parametrize(("safe", "said"), [((3, 0, 0), False), ((99, 0, 0), True)])
def test_an_sqlite_that_is_not_safe_is_remarked_upon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, safe: tuple[int, int, int], *, said: bool
) -> None:
    monkeypatch.setattr(doctor, "SAFE_SQLITE", safe)
    with migrated("sqlite", tmp_path) as url:
        told = runner(url, tmp_path)("doctor")
    assert ("99.0.0 or newer is safe" in told.stdout) is said
    assert told.exit_code == 0


@pytest.mark.parametrize(("looks", "codes"), [("looks=3", []), ("looks=1", ["platform_off"])])
def test_r32_an_installed_platform_that_cannot_be_used_is_named_and_stops_nothing(
    tmp_path: Path, looks: str, codes: list[str]
) -> None:
    database_url = sqlite_copy(tmp_path / "dauda.db")  # Platforms are found without asking the database.
    (tmp_path / "hotel.toml").write_text(BAOBAB)
    assert runner(database_url, tmp_path)("setup", str(tmp_path / "hotel.toml")).exit_code == 0
    site = tmp_path / "site"
    site.mkdir()
    install(site, example().replace("looks=3", looks), example_entry())
    environment = {
        "PYTHONPATH": f"{site}:{ROOT}", "DAUDA_DATABASE_URL": database_url, "DAUDA_SECRET_KEY": SECRET,
        "DAUDA_VAR_DIR": str(tmp_path),
    }  # fmt: skip

    def dauda(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "dauda", *arguments]
        return subprocess.run(
            command, env=environment, cwd=site, check=False, capture_output=True, text=True, timeout=60
        )

    told = dauda("doctor", "--json")
    found = [one for one in json.loads(told.stdout)["findings"] if one["wrong"]]
    assert [one["code"] for one in found] == codes
    assert told.returncode == len(codes)
    assert ["R12" in one["facts"]["why"] for one in found] == [True] * len(codes)
    rooms = dauda("rooms", "list")
    assert (rooms.returncode, len(rooms.stdout.splitlines())) == (0, 5)
    assert rooms.stderr.count("platform_off") == len(codes)


def test_every_finding_has_words() -> None:
    source = Path(str(doctor.__file__)).read_text() + Path(str(command.__file__)).read_text()
    codes = set(re.findall(r'Finding\(\s*"\w+", "(\w+)"', source)) | {
        "released_stays_hold", "nights_outside_stay", "holding_stays_lack", "contested_stays_hold_all",
        "stays_without_reservation", "reservations_without_stay", "wrong_dates_of_reservation",
        "wrong_totals_of_reservation", "wrong_prices_of_stay", "lost_revisions",
    }  # fmt: skip
    assert codes == set(command.WORDS)
