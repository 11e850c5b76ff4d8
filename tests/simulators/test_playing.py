"""Runs are the same again, and several come to one report."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tests.simulators.plan import Plan
from tests.simulators.playing import play_all
from tests.simulators.report import Report, total

ONE = Plan("again", 1, 1, echoes=0.6, pulls_every=240)


def test_a_run_is_the_same_again(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (once,) = play_all([ONE], "sqlite", tmp_path)
    (again,) = play_all([ONE], "sqlite", tmp_path / "other")
    assert str(once) == str(again)


def test_several_runs_come_to_the_sum_of_them() -> None:
    one = Report("one", 4, sales=3, waits=[timedelta(hours=1)], faults=["a night was sold twice"])
    one.pulls["good"] = 2
    other = replace(one, seed="other", faults=[], waits=[timedelta(hours=2)])
    whole = total([one, other])
    assert (whole.seed, whole.hotel_days, whole.sales, whole.pulls["good"]) == ("one other", 8, 6, 4)
    assert whole.waits == [timedelta(hours=1), timedelta(hours=2)]
    assert whole.faults == ["one: a night was sold twice"]
