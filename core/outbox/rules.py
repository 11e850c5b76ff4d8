"""How long a lease lasts, when a failed attempt is repeated and when it is given up. Pure."""

from datetime import timedelta

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 12
FIRST_WAIT = timedelta(seconds=2)
KEPT_FOR = timedelta(days=7)
LONGEST_WAIT = timedelta(minutes=30)


def wait_after(attempts: int, asked: float | None = None) -> timedelta:
    """The pause before the next attempt: doubling from two seconds to half an hour, or as the other side asked."""
    if asked is not None:
        return timedelta(seconds=max(0.0, asked))
    # A line of the timetable is attempted for ever: beyond the twentieth doubling nothing changes any more.
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << min(20, max(0, attempts - 1))))


def gives_up(attempts: int) -> bool:
    """Whether this was the last attempt (about an hour after the first)."""
    return attempts >= MOST_ATTEMPTS
