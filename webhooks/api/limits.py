"""How often a caller may ask, in this process's memory: callers each for themselves, strangers by their address."""

import math
import threading
import time
from collections.abc import Hashable

from core.access.errors import TooManyTries
from webhooks.calendar.limits import Buckets

BURST = 60
STRANGERS_PER_MINUTE = 60
"""Requests a minute from one address without credentials that hold."""


class Limits:
    """Buckets for callers and for strangers; routes run in threads, so each question is asked under a lock.

    `per_minute` holds for each caller; 0 means no limit, for strangers either.
    """

    def __init__(self, per_minute: int) -> None:
        self._callers = Buckets(per_minute, BURST) if per_minute > 0 else None
        self._strangers = Buckets(STRANGERS_PER_MINUTE) if per_minute > 0 else None
        self._lock = threading.Lock()

    def caller(self, name: Hashable) -> None:
        """Count one request of this caller. Raises `TooManyTries`."""
        self._count(self._callers, name)

    def stranger(self, address: Hashable) -> None:
        """Count one request without credentials that hold. Raises `TooManyTries`."""
        self._count(self._strangers, address)

    def _count(self, buckets: Buckets | None, key: Hashable) -> None:
        if buckets is None:
            return
        with self._lock:
            wait = buckets.wait(key, time.monotonic())
        if wait:
            raise TooManyTries(retry_after=math.ceil(wait))
