"""How often somebody may try to log in."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.access.rules import QUIET, SHUT_FIRST, SHUT_MOST, Tries, neighbourhood, seconds_shut, tried

NOW = datetime(2026, 11, 20, 18, 40, tzinfo=UTC)
FREE = 5


def after(count: int, every: timedelta = timedelta(seconds=1)) -> Tries:
    """Return the count after so many tries."""
    tries = None
    for number in range(count):
        tries = tried(tries, NOW + number * every, FREE)
    assert tries is not None
    return tries


def test_the_first_tries_are_free() -> None:
    assert seconds_shut(None, NOW) == 0
    assert after(FREE - 1).shut_until is None


def test_it_is_shut_twice_as_long_each_time_up_to_the_most() -> None:
    shut = [(after(FREE + more, timedelta()).shut_until or NOW) - NOW for more in range(8)]
    assert shut[:3] == [SHUT_FIRST, 2 * SHUT_FIRST, 4 * SHUT_FIRST]
    assert shut[-1] == SHUT_MOST == max(shut)


def test_after_a_quiet_while_the_count_begins_anew() -> None:
    tries = after(FREE)
    assert tries.shut_until is not None
    assert tried(tries, tries.shut_until + QUIET, FREE).count == 1
    assert tried(tries, tries.shut_until + QUIET - timedelta(seconds=1), FREE).count == FREE + 1


def test_the_seconds_are_rounded_up_so_that_nobody_comes_too_early() -> None:
    assert seconds_shut(Tries(5, NOW, NOW + timedelta(seconds=1.2)), NOW) == 2
    assert seconds_shut(Tries(5, NOW, NOW), NOW) == 0


@given(st.lists(st.integers(min_value=0, max_value=2000), max_size=400))
def test_nobody_gets_more_than_a_handful_of_looks_an_hour(pauses: list[int]) -> None:
    tries, now, looks = None, NOW, []
    for pause in pauses:
        now += timedelta(seconds=pause)
        if not seconds_shut(tries, now):
            tries = tried(tries, now, FREE)
            looks.append(now)
    for start in looks:
        assert sum(start <= look < start + timedelta(hours=1) for look in looks) <= 4 * FREE


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("unknown", "unknown"),
    ],
)
def test_a_line_is_one_address_or_the_half_of_a_long_one(address: str, line: str) -> None:
    assert neighbourhood(address) == line
