"""A desk that keeps what it is handed in memory."""

import threading

from bot.messages import Inbound


class DeskInMemory:
    """`webhooks.deps.Desk` without a database; `broken` lets storing fail."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.broken = False
        self.accepted: list[Inbound] = []
        self.repeated: list[Inbound] = []
        self.reports: list[tuple[str, str, str, str | None]] = []

    def accept(self, inbound: Inbound) -> bool:
        """Keep `inbound` once; False when it was known."""
        with self._lock:
            if self.broken:
                raise OSError("the disk is full")
            key = (inbound.transport, inbound.external_id)
            known = any((each.transport, each.external_id) == key for each in self.accepted)
            (self.repeated if known else self.accepted).append(inbound)
            return not known

    def delivered(self, transport: str, message_id: str, status: str, error: str | None) -> None:
        """Keep the report."""
        with self._lock:
            if self.broken:
                raise OSError("the disk is full")
            self.reports.append((transport, message_id, status, error))
