"""Prepared feeds kept in memory, each built once however many ask for it at the same time."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime

from core.errors import Busy
from webhooks.calendar.prepared import Prepared

CAPACITY = 64 * 1024 * 1024
THREADS = 2

Key = tuple[int, int, datetime | str | None, date]
"""Link, version, when it got that version (a restored backup counts on from an old one), local day."""
Build = Callable[[], Prepared | None]


class FeedIsBehind(Busy):
    """The snapshot was older than the version asked for: what it says may have been closed since."""


class Shelf:
    """Feeds by `Key`, at most `capacity` bytes; the ones not asked for longest make room."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._kept: OrderedDict[Key, Prepared] = OrderedDict()
        self._size = 0
        self._flights: dict[Key, asyncio.Future[Prepared | None]] = {}
        self._threads: ThreadPoolExecutor | None = None

    def get(self, key: Key) -> Prepared | None:
        """The feed kept under `key`."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    async def built(self, key: Key, build: Build, limit: float) -> Prepared | None:
        """Let `build` run in a thread, once for all who wait for `key`; None when the link is gone.

        Raises `TimeoutError` after `limit` seconds, `FeedIsBehind`, and whatever `build` raises. What comes
        late is kept for the next one who asks.
        """
        flight = self._flights.get(key)
        if flight is None:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="feeds")
            flight = asyncio.get_running_loop().run_in_executor(self._threads, build)
            self._flights[key] = flight
            flight.add_done_callback(lambda done: self._land(key, done))
        done, _ = await asyncio.wait({flight}, timeout=limit)
        if not done:
            raise TimeoutError
        prepared = flight.result()
        if prepared is not None and prepared.version < key[1]:
            raise FeedIsBehind(link_id=prepared.link_id, version=prepared.version)
        return prepared

    def clear(self) -> None:
        """Forget everything: the database is another one now."""
        self._kept.clear()
        self._flights.clear()
        self._size = 0

    def close(self) -> None:
        """Forget everything and let the threads go."""
        self.clear()
        threads, self._threads = self._threads, None
        if threads is not None:
            threads.shutdown(wait=False, cancel_futures=True)

    def _land(self, key: Key, flight: asyncio.Future[Prepared | None]) -> None:
        expected = self._flights.get(key) is flight
        if expected:
            del self._flights[key]
        if flight.cancelled() or flight.exception() is not None:
            return
        prepared = flight.result()
        # Kept under the version that the snapshot itself had, or not at all.
        if expected and prepared is not None and prepared.version == key[1]:
            self._keep(key, prepared)

    def _keep(self, key: Key, prepared: Prepared) -> None:
        self._kept[key] = prepared
        self._size += prepared.size
        while self._size > self._capacity and self._kept:
            _, oldest = self._kept.popitem(last=False)
            self._size -= oldest.size
