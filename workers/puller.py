"""The reading of calendars has threads of its own, which take only what they have room for.

A look waits for somebody else's server, so that it may neither stand in the way of messages nor of other looks: of one
host only few run at once, in all processes together, and hosts that were slow the last time share a part of the
threads of each. What there is no room for stays where it is, unleased, so that no lease runs out in a queue and any
process may take it.
"""

import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

from core.channels.service import SEALED_FOR
from core.feeds.fetch import pace
from core.feeds.fetch.addresses import name_of
from core.imports import timetable
from core.imports.timetable import Waiting
from core.logs import logger
from core.outbox import service as outbox
from core.outbox.service import Lease
from core.sealing import BrokenSeal
from workers.context import Context
from workers.running import run

THREADS = 16
SLOW = 2.0
"""Seconds after which a look was slow: its server hangs, or its calendar is hard to read."""
SLOW_SHARE = 4
"""One of so many threads may wait for hosts that were slow."""
MOST_WAITING = 2_000
"""Links looked at to fill the threads: enough that a few hosts' crowd does not hide the others."""
_log = logger(__name__)


class Puller:
    """Leases calendars whose time has come and reads them; several may run, in one process or many."""

    def __init__(self, context: Context, *, interval: float, threads: int = THREADS) -> None:
        self._context = context
        self._interval = interval
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="pull")
        self._guard = threading.Lock()
        self._stopping = threading.Event()
        self._roomier = threading.Event()
        """Set when a look has ended, or when all shall."""
        self._running: dict[int, str | None] = {}
        """The hosts of the looks under way, by the ids of their rows."""
        self._slow: set[str] = set()
        self._waiting: list[Waiting] = []
        self._looked_at = float("-inf")
        self._hosts: dict[str, str | None] = {}
        """By sealed address; unsealing two thousand of them takes as long as a look."""
        self._thread = threading.Thread(target=self._run, name="puller", daemon=True)

    def start(self) -> None:
        """Begin, on a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Start nothing any more and finish what runs, which takes no longer than a fetch."""
        self._stopping.set()
        self._roomier.set()
        if self._thread.is_alive():
            self._thread.join(timeout=30)
        self._pool.shutdown(wait=True)
        self._context.reader.close()

    def once(self) -> int:
        """Start the looks whose time has come and for which there is room; how many."""
        with self._guard:
            room = self._threads - len(self._running)
        if room <= 0:
            return 0
        self._see()
        chosen = self._choose(room)
        if not chosen:
            return 0
        with self._context.store.unit_of_work() as work:
            chosen = self._choose(room, timetable.being_read(work))
            leases = outbox.lease(work, len(chosen), only=list(chosen)) if chosen else []
        with self._guard:
            self._waiting = [one for one in self._waiting if one.due_id not in chosen]
            self._running.update({lease.due_id: chosen[lease.due_id] for lease in leases})
        for lease in leases:
            self._pool.submit(self._pull, lease)
        return len(leases)

    def _see(self) -> None:
        """Look which calendars wait: at most once an interval, since a look may find thousands."""
        if monotonic() - self._looked_at < self._interval:
            return
        with self._context.store.reading() as session:
            found = timetable.waiting(session, self._context.store.clock.now(), MOST_WAITING)
        self._looked_at = monotonic()
        self._waiting = found
        if len(self._hosts) > 10 * MOST_WAITING:
            self._hosts.clear()

    def _choose(self, room: int, being_read: Sequence[Waiting] = ()) -> dict[int, str | None]:
        """The rows to lease now, with their hosts, in their order; among `being_read` are other processes' looks."""
        with self._guard:
            others = [self._host(one) for one in being_read if one.due_id not in self._running]
            running = Counter(host for host in (*self._running.values(), *others) if host is not None)
            slow = frozenset(self._slow)
            waiting = [one for one in self._waiting if one.due_id not in self._running]
        slow_room = max(1, self._threads // SLOW_SHARE) - sum(running[host] for host in slow)
        chosen: dict[int, str | None] = {}
        for one in pace.admitted(waiting, self._host, running):
            host = self._host(one)
            if host in slow:
                if slow_room <= 0:
                    continue
                slow_room -= 1
            chosen[one.due_id] = host
            if len(chosen) == room:
                break
        return chosen

    def _host(self, one: Waiting) -> str | None:
        if one.sealed is None:
            return None
        if one.sealed not in self._hosts:
            try:
                self._hosts[one.sealed] = name_of(self._context.sealer.unseal(one.sealed, SEALED_FOR))
            except BrokenSeal:
                self._hosts[one.sealed] = None
        return self._hosts[one.sealed]

    def _pull(self, lease: Lease) -> None:
        began = monotonic()
        try:
            run(self._context, lease)
        except Exception:  # noqa: BLE001 - the database may be away: the lease runs out and the look is repeated.
            _log.warning("pull_not_recorded", due=lease.due_id, exc_info=True)
        finally:
            with self._guard:
                host = self._running.pop(lease.due_id)
                if host is not None:
                    (self._slow.add if monotonic() - began > SLOW else self._slow.discard)(host)
            self._roomier.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._roomier.clear()
            try:
                started = self.once()
            except Exception as error:  # noqa: BLE001 - the loop outlives every outage of the database.
                _log.warning("puller_failed", error=type(error).__name__)
                started = 0
            if not started:
                self._roomier.wait(self._interval)
