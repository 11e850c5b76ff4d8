"""The simulator finds what a naive house does wrong: each switch takes one guard away, and the judge speaks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from core.channels import taken
from core.channels.models import ChannelBooking
from core.conflicts import cases
from core.imports import echoes, looks, taking
from core.imports import service as imports
from core.inventory import service as inventory
from core.platforms.base import Platform
from core.platforms.registry import PLATFORMS
from core.stays.telling import Change
from core.values.nights import Nights
from tests.simulators.plan import Plan
from tests.simulators.playing import play
from tests.simulators.report import Report
from tests.support import databases

HOTELS, DAYS = 2, 3

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def run_of(tmp_path: Path, *, fails: float = 0.3, echoes: float = 0.0) -> Report:
    """A lively run on SQLite, up to the first fault. The same without a switch is the closed loop's own test."""
    plan = Plan("t2", HOTELS, DAYS, rush=0.8, guests=8.0, late=0.0, fails=fails, echoes=echoes, stops=True)
    with databases.migrated("sqlite", tmp_path) as url:
        return play(plan, url, tmp_path)


def test_an_importer_that_drops_what_it_has_no_room_for_loses_bookings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sell: Callable[..., Change | None] = taking.sell

    def careless(look: looks.Look, row: ChannelBooking) -> Change | None:
        nights = Nights(row.arrival, row.departure)
        if len(inventory.free_of(look.work, look.room_ids[0], list(nights))) < len(nights):
            row.taken_as = taken.MIRROR
            return None
        return sell(look, row)

    monkeypatch.setattr(taking, "sell", careless)
    assert any("is taken as mirror" in fault for fault in run_of(tmp_path).faults)


def test_a_house_that_opens_no_cases_misses_double_sales(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cases, "review", lambda *_args, **_more: [])
    assert any("no case says so" in fault for fault in run_of(tmp_path).faults)


def test_an_importer_that_believes_disappearances_at_once_opens_sold_nights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "PLATFORMS", {code: _hasty(platform) for code, platform in PLATFORMS.items()})
    faults = run_of(tmp_path, fails=6.0).faults
    assert any("is shown open" in fault or "is released" in fault for fault in faults)


def test_an_importer_that_takes_every_echo_for_a_sale_finds_conflicts_without_buyers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(echoes, "strip", lambda _look, known, shown, _events: (known, list(shown)))
    assert any("no second buyer" in fault for fault in run_of(tmp_path, echoes=1.0).faults)


def _hasty(platform: Platform) -> Platform:
    if platform.dialect is None:
        return platform
    return replace(platform, dialect=replace(platform.dialect, grace=timedelta(), looks=1))
