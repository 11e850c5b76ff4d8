"""The bus on Redis: one stream, `dauda:bus`, whose entries have the fields `key`, `kind` and `event` (JSON)."""

from collections.abc import Sequence
from typing import ClassVar

import redis

from core.errors import Down
from core.events.log import Entry
from workers.bus.base import as_json, key_of

STREAM = "dauda:bus"
KEPT = 100_000
"""About how many entries the stream keeps; the log in the database keeps all."""
PATIENCE = 5.0


class RedisStreams:
    """Adds each batch in one transaction."""

    name: ClassVar[str] = "redis"

    def __init__(self, url: str) -> None:
        self._client = redis.Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)

    def publish(self, entries: Sequence[Entry]) -> None:
        """All of `entries`, or (as far as Redis could tell us) none. Raises `Down`."""
        try:
            with self._client.pipeline(transaction=True) as pipeline:
                for entry in entries:
                    fields = {"key": key_of(entry), "kind": entry.kind, "event": as_json(entry)}
                    pipeline.xadd(STREAM, fields, maxlen=KEPT, approximate=True)  # type: ignore[arg-type] # invariant.
                pipeline.execute()
        except redis.RedisError as error:
            raise Down(service="redis", error=type(error).__name__, retry_after=None) from error

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()
