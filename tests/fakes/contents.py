"""A place for the SIDs of contents, in memory."""

import threading


class ContentsInMemory:
    """`bot.transports.whatsapp.Contents` without a database."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.kept: dict[tuple[str, str], str] = {}

    def get(self, account_sid: str, name: str) -> str | None:
        """Return the SID kept for `name`."""
        with self._lock:
            return self.kept.get((account_sid, name))

    def put(self, account_sid: str, name: str, sid: str) -> str:
        """Keep `sid` unless one is kept already, and return the kept one."""
        with self._lock:
            return self.kept.setdefault((account_sid, name), sid)

    def forget(self, account_sid: str, name: str, sid: str) -> None:
        """Let go of `sid` if it is the kept one."""
        with self._lock:
            if self.kept.get((account_sid, name)) == sid:
                del self.kept[account_sid, name]
