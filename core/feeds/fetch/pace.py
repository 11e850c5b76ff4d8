"""How often a calendar is asked for: jitter, backing off, and no crowd before one host."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

LONGEST_PAUSE = timedelta(hours=6)
"""Neither failures nor a server's wish keep us away for longer, jitter aside: an unread calendar sells nights twice."""
JITTER = 0.1
AT_ONCE_PER_HOST = 4

T = TypeVar("T")


def pause(interval: timedelta, failures: int, chance: float, retry_after: timedelta | None = None) -> timedelta:
    """How long to wait before the next look.

    `failures` counts the failed looks in a row: each doubles the interval, up to `LONGEST_PAUSE` (or to the interval
    when that is longer). `chance`, from 0 to below 1, spreads the looks by a tenth to both sides, so that a hundred
    rooms set up together do not ask together for ever; the wish of the server is never undercut.
    """
    # Sixteen doublings make six hours of any interval, and no interval too long for a timedelta.
    doubled = interval * (1 << min(max(failures, 0), 16))
    wanted = doubled if failures <= 0 else max(interval, min(doubled, LONGEST_PAUSE))
    spread = wanted * (1 + JITTER * (2 * chance - 1))
    return spread if retry_after is None else max(spread, min(retry_after, LONGEST_PAUSE))


def next_look(
    now: datetime, interval: timedelta, failures: int, chance: float, retry_after: timedelta | None = None
) -> datetime:
    """The instant of the next look; see `pause`."""
    return now + pause(interval, failures, chance, retry_after)


def admitted(due: Iterable[T], host: Callable[[T], str | None], running: Mapping[str, int]) -> list[T]:
    """Which of the looks that are `due` may start now, in their order: at most `AT_ONCE_PER_HOST` a host.

    `running` counts the looks under way by host. What has no host (its address is wrong) bothers nobody and may start.
    """
    counted = Counter(running)
    start = []
    for one in due:
        name = host(one)
        if name is not None:
            if counted[name] >= AT_ONCE_PER_HOST:
                continue
            counted[name] += 1
        start.append(one)
    return start
