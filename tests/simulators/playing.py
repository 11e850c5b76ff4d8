"""Simulated runs from their first guest to the judge's last look: one, or many side by side."""

import gc
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from tests.simulators.court import Court
from tests.simulators.desk import FrontDesk
from tests.simulators.guests import Guests
from tests.simulators.phone import Phone
from tests.simulators.plan import Plan
from tests.simulators.report import Report
from tests.simulators.world import open_world
from tests.support import databases


def play(plan: Plan, database_url: str, var_dir: Path) -> Report:
    """Run `plan` on a migrated, empty database; what it came to. The same plan comes to the same."""
    with _collecting_seldom(), open_world(plan, database_url, var_dir) as world:
        desk = FrontDesk(world)
        phone = Phone(world)
        court = Court(world, desk, phone)
        court.begin()
        Guests(world).begin()
        desk.begin()
        phone.begin()
        world.run()
        court.end()
        return world.report


def play_all(plans: Sequence[Plan], engine: str, folder: Path, *, processes: int = 0) -> list[Report]:
    """Run each of `plans` on a database of its own, in `processes` of their own, 0: all in this one."""
    one = partial(_played, engine=engine, folder=folder)
    if processes == 0:
        return [one(plan) for plan in plans]
    with ProcessPoolExecutor(min(processes, len(plans)), mp_context=get_context("spawn")) as pool:
        return list(pool.map(one, plans))


def cores() -> int:
    """How many processes this machine runs side by side."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _played(plan: Plan, engine: str, folder: Path) -> Report:
    place = folder / plan.seed
    place.mkdir()
    with databases.migrated(engine, place) as url:
        return play(plan, url, place)


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Let the collector of cycles rest: it would walk through a run's statements again and again, and finds little."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
