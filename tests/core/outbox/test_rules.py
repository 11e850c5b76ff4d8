"""Pauses between attempts, and when they end."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as some

from core.outbox import rules


@given(some.integers(1, 200))
def test_pauses_never_shrink_and_never_exceed_half_an_hour(attempts: int) -> None:
    assert rules.FIRST_WAIT <= rules.wait_after(attempts) <= rules.wait_after(attempts + 1) <= rules.LONGEST_WAIT


@given(some.floats(-1e6, 1e6))
def test_what_the_other_side_asks_for_is_done_unless_it_is_in_the_past(asked: float) -> None:
    assert rules.wait_after(3, asked) == timedelta(seconds=max(0.0, asked))


def test_the_twelfth_attempt_is_the_last() -> None:
    assert [rules.gives_up(attempts) for attempts in (1, 11, 12, 13)] == [False, False, True, True]
