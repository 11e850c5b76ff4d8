"""How often an address may be asked: token buckets in this process's memory."""

from collections import OrderedDict
from collections.abc import Hashable

BURST = 20
UNKNOWN_PER_MINUTE = 30
"""Questions a minute and client for addresses that do not exist."""
_MOST = 10_000


class Buckets:
    """A bucket for each key, filled `per_minute` times a minute up to `burst`; idle ones are forgotten."""

    def __init__(self, per_minute: float, burst: int = BURST) -> None:
        self._rate = per_minute / 60
        self._burst = float(min(burst, max(per_minute, 1)))
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def wait(self, key: Hashable, now: float) -> float:
        """Take one drop at `now` (monotonic seconds): 0, or the seconds until there is one again."""
        drops, since = self._buckets.get(key) or (self._burst, now)
        drops = min(self._burst, drops + (now - since) * self._rate)
        if drops < 1:
            return (1 - drops) / self._rate
        self._buckets[key] = (drops - 1, now)
        self._buckets.move_to_end(key)
        if len(self._buckets) > _MOST:
            self._buckets.popitem(last=False)
        return 0
