"""OTAs, guests, front desks and the house in a closed loop: the rules of the trade hold, whatever happens.

A few hotel-days in a quick run, some 70 in a check, 10,000 in a soak, each run of five hotels on a database of its own
and as many runs side by side as there are cores. `DAUDA_SIMULATION_SEED` repeats the runs of a seed that was printed; a
soak takes a new one each time.
"""

import os
import secrets
from pathlib import Path

import pytest

from tests.simulators.plan import Plan
from tests.simulators.playing import cores, play_all
from tests.simulators.report import Report, total
from tests.support import databases
from tests.support.rounds import rounds, size

HOTELS, DAYS = rounds(quick=2, check=3, soak=5), rounds(quick=2, check=4, soak=20)
RUNS = {"sqlite": rounds(quick=1, check=2, soak=30), "postgresql": rounds(quick=0, check=1, soak=20)}
"""How many runs each test plays, by engine."""
PULLS_EVERY = (120, 180, 240)
"""Minutes; one run reads its calendars more often than the next."""
ENGINES = [engine for engine in databases.ENGINES if RUNS[engine]]
PROCESSES = cores() if size() == "soak" else 0
"""A soak has the machine to itself; other runs share it with all tests."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(rounds(300, 1800, 6 * 3600)),
    pytest.mark.parametrize("engine", ENGINES),
    *([pytest.mark.soak] if size() == "soak" else []),
]


def seed() -> str:
    """The seed of these runs."""
    return os.environ.get("DAUDA_SIMULATION_SEED") or (secrets.token_hex(4) if size() == "soak" else "baobab")


def played(engine: str, folder: Path, echoes: float) -> Report:
    """What the runs of a test came to; they must give the judge something to judge."""
    first = seed()
    plans = [
        Plan(f"{first}-{n}", HOTELS, DAYS, fails=0.5, echoes=echoes, pulls_every=PULLS_EVERY[n % len(PULLS_EVERY)])
        for n in range(RUNS[engine])
    ]
    found = total(play_all(plans, engine, folder, processes=PROCESSES))
    print(found)  # noqa: T201 - what the runs came to, and their seeds.
    assert found.double_sales > 0, "nobody bought what another had: the runs proved nothing"
    assert found.conflicts > 0
    return found


def test_r09_to_r24_no_sale_is_missed_no_booking_lost_and_no_night_closed_needlessly(
    engine: str, tmp_path: Path
) -> None:
    assert played(engine, tmp_path, echoes=0.0).faults == []


def test_r10_calendars_that_show_our_closures_again_change_nothing_of_that(engine: str, tmp_path: Path) -> None:
    # In a few days every calendar must, so that there is something to see.
    found = played(engine, tmp_path, echoes=1.0 if size() == "quick" else 0.6)
    assert found.echoes > 0, "no closure of ours came back: the runs proved nothing"
    assert found.faults == []
