"""The event bus: what happened, told on to other programs over Redis Streams or Kafka.

The log in the database stays the truth; a bus is given each event at least once, those of one property in order, and
only after their commit. A program that reads it keeps the last `id` it has seen of each property, and skips repeats.
"""

from core.config import Settings
from workers.bus.base import EventBus


def make(settings: Settings) -> EventBus | None:
    """The bus of the settings; None when there is none. What a kind needs is imported only where it is chosen."""
    match settings.event_bus:
        case "redis":
            from workers.bus.redis_streams import RedisStreams  # noqa: PLC0415 - see above.

            return RedisStreams(settings.redis_url or "")
        case "kafka":
            from workers.bus.kafka import Kafka  # noqa: PLC0415 - see above.

            return Kafka(settings.kafka_brokers or "", settings.kafka_topic_prefix)
        case _:
            return None


__all__ = ["EventBus", "make"]
