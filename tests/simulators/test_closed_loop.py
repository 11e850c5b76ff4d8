"""OTAs, guests, front desks and the house in a closed loop: the rules of the trade hold, whatever happens.

Some 20 hotel-days in a quick run, 50 in a check, 10,000 in a soak. `DAUDA_SIMULATION_SEED` repeats a run whose seed
was printed; a soak takes a new one each time.
"""

import os
import secrets
from pathlib import Path

import pytest

from tests.simulators.plan import Plan
from tests.simulators.playing import play
from tests.simulators.report import Report
from tests.support import databases
from tests.support.rounds import rounds, size

HOTELS, DAYS = rounds(quick=4, check=6, soak=40), rounds(quick=5, check=8, soak=250)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(rounds(300, 1800, 14400))]


def seed() -> str:
    """The seed of this run."""
    return os.environ.get("DAUDA_SIMULATION_SEED") or (secrets.token_hex(4) if size() == "soak" else "baobab")


def found_in(report: Report) -> list[str]:
    """What the judge found; the run must have given it something to judge."""
    print(report)  # noqa: T201 - what the run came to, and the seed to repeat it.
    assert report.double_sales > 0, "nobody bought what another had: the run proved nothing"
    assert report.conflicts > 0
    return report.faults


def test_r09_to_r24_no_sale_is_missed_no_booking_lost_and_no_night_closed_needlessly(
    database_url: str, tmp_path: Path
) -> None:
    # The rules are the same on both engines, and races are held elsewhere: a part of the days will do for the slower.
    hotels = HOTELS if database_url.startswith("sqlite") else max(1, HOTELS // 3)
    assert found_in(play(Plan(seed(), hotels, DAYS, fails=0.5), database_url, tmp_path)) == []


@pytest.mark.xfail(
    strict=False,
    reason="an echo that outlives its original may still become a needless case",
)
def test_r10_calendars_that_show_our_closures_again_change_nothing_of_that(tmp_path: Path) -> None:
    with databases.migrated("sqlite", tmp_path) as url:
        assert found_in(play(Plan(seed(), HOTELS // 2, DAYS, echoes=0.6), url, tmp_path)) == []


def test_a_run_is_the_same_again(tmp_path: Path) -> None:
    reports = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        with databases.migrated("sqlite", tmp_path / name) as url:
            reports.append(str(play(Plan("again", 1, 1, echoes=0.6), url, tmp_path / name)))
    assert reports[0] == reports[1]
