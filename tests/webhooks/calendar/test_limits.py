"""Token buckets."""

from webhooks.calendar.limits import Buckets


def allowed(buckets: Buckets, key: str, now: float, tries: int) -> int:
    """How many of `tries` at one instant are let through."""
    return sum(buckets.wait(key, now) == 0 for _ in range(tries))


def test_a_burst_is_let_through_and_then_the_rate_holds() -> None:
    buckets = Buckets(60)

    assert allowed(buckets, "a", 0.0, 100) == 20
    assert allowed(buckets, "a", 10.0, 100) == 10
    assert allowed(buckets, "a", 10_000.0, 100) == 20


def test_a_refusal_says_how_long_to_wait() -> None:
    buckets = Buckets(60)
    allowed(buckets, "a", 0.0, 20)

    assert 0.9 < buckets.wait("a", 0.05) <= 1
    assert buckets.wait("a", 1.05) == 0


def test_keys_do_not_pay_for_each_other() -> None:
    buckets = Buckets(60)
    allowed(buckets, "a", 0.0, 100)

    assert allowed(buckets, "b", 0.0, 100) == 20


def test_a_low_limit_allows_no_larger_burst_than_a_minutes_worth() -> None:
    assert allowed(Buckets(5), "a", 0.0, 100) == 5


def test_buckets_of_very_many_keys_do_not_pile_up() -> None:
    buckets = Buckets(60)
    for number in range(11_000):
        buckets.wait(f"client {number}", float(number))

    assert len(buckets._buckets) <= 10_000
    assert "client 10999" in buckets._buckets
