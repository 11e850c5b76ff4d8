"""The one loop over everything that is due: effects, retries and the timetable alike."""

import threading

import dramatiq

from core.db.work import Store
from core.logs import logger
from core.outbox import service as outbox
from core.outbox.effects import PullFeed
from workers.broker import ring

NOT_RUNG = (PullFeed.kind,)
"""Calendars are leased by whoever has room for them (`workers.puller`): in a queue their leases could run out."""
_log = logger(__name__)


class Relay:
    """Leases what is due and rings for it; several may run, in one process or many."""

    def __init__(self, store: Store, broker: dramatiq.Broker, *, interval: float, batch: int) -> None:
        self._store = store
        self._broker = broker
        self._interval = interval
        self._batch = batch
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="relay", daemon=True)

    def start(self) -> None:
        """Begin, on a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Stop leasing; rows leased but not done are leased again when their time is over."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=30)

    def once(self) -> int:
        """Lease one batch and ring for it; how many rows. A look comes first: it takes no lock when nothing is due."""
        with self._store.reading() as session:
            if not outbox.anything_due(session, self._store.clock.now(), but=NOT_RUNG):
                return 0
        with self._store.unit_of_work() as work:
            leases = outbox.lease(work, self._batch, but=NOT_RUNG)
        for position, lease in enumerate(leases):
            try:
                ring(self._broker, lease.kind, lease.due_id, lease.attempt)
            except Exception:
                # Nobody heard the bell, so nothing was tried: an outage of Redis must not use up the attempts.
                self._give_back(leases[position:])
                raise
        return len(leases)

    def _give_back(self, leases: list[outbox.Lease]) -> None:
        with self._store.unit_of_work() as work:
            for lease in leases:
                outbox.give_back(work, lease)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                more = self.once() >= self._batch
            except Exception as error:  # noqa: BLE001 - the loop outlives every outage of the database or of Redis.
                _log.warning("relay_failed", error=type(error).__name__)
                more = False
            if not more:
                self._stopping.wait(self._interval)
