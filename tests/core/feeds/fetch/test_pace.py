"""When to look next, and how many looks a host gets at once."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.feeds.fetch.pace import AT_ONCE_PER_HOST, LONGEST_PAUSE, admitted, next_look, pause

HALF_HOUR = timedelta(minutes=30)
MIDDLE = 0.5
"""The chance at which the jitter is nothing."""

chances = st.floats(0, 1, exclude_max=True)
intervals = st.timedeltas(timedelta(minutes=1), timedelta(days=30))


def test_the_interval_is_spread_by_a_tenth_to_both_sides() -> None:
    assert pause(HALF_HOUR, 0, 0.0) == timedelta(minutes=27)
    assert pause(HALF_HOUR, 0, MIDDLE) == HALF_HOUR
    assert timedelta(minutes=32, seconds=59) < pause(HALF_HOUR, 0, 0.9999) < timedelta(minutes=33)


def test_each_failure_doubles_the_pause_up_to_six_hours() -> None:
    minutes = [pause(HALF_HOUR, failures, MIDDLE).total_seconds() / 60 for failures in range(7)]
    assert minutes == [30, 60, 120, 240, 360, 360, 360]


def test_an_interval_longer_than_the_longest_pause_is_kept() -> None:
    assert pause(timedelta(hours=24), 3, MIDDLE) == timedelta(hours=24)
    assert pause(timedelta(hours=24), 0, MIDDLE) == timedelta(hours=24)


def test_a_server_s_wish_is_never_undercut_and_never_beyond_the_cap() -> None:
    assert pause(HALF_HOUR, 1, 0.0, timedelta(hours=3)) == timedelta(hours=3)
    assert pause(HALF_HOUR, 1, MIDDLE, timedelta(seconds=5)) == timedelta(hours=1)
    assert pause(HALF_HOUR, 1, MIDDLE, timedelta(days=3)) == LONGEST_PAUSE


def test_the_next_look_is_an_instant() -> None:
    now = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    assert next_look(now, HALF_HOUR, 1, MIDDLE) == datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


@given(intervals, st.integers(0, 10**9), chances)
def test_no_pause_leaves_its_bounds(interval: timedelta, failures: int, chance: float) -> None:
    found = pause(interval, failures, chance)
    assert interval * 0.89 < found < max(interval, LONGEST_PAUSE) * 1.11


@given(intervals, st.integers(0, 40), chances)
def test_one_more_failure_never_shortens_the_pause(interval: timedelta, failures: int, chance: float) -> None:
    assert pause(interval, failures, chance) <= pause(interval, failures + 1, chance)


@given(st.lists(st.sampled_from(["a", "b", None])), st.dictionaries(st.sampled_from(["a", "b"]), st.integers(0, 6)))
def test_no_host_gets_more_than_its_share_and_nobody_waits_without_need(
    due: list[str | None], running: dict[str, int]
) -> None:
    numbered = list(enumerate(due))
    start = admitted(numbered, lambda one: one[1], running)
    assert start == [one for one in numbered if one in start]
    counted = Counter(host for _, host in start)
    for host in ("a", "b"):
        room = max(AT_ONCE_PER_HOST - running.get(host, 0), 0)
        assert counted[host] == min(room, due.count(host))
    assert counted[None] == due.count(None)
