"""The bus on Kafka: one topic, `<prefix>events`, keyed by property, so that one partition has all of a property.

The producer is idempotent and waits for all replicas (librdkafka's `enable.idempotence`, which implies `acks=all`), so
that its own retries neither repeat nor reorder. The topic should be made by whoever runs Kafka.
"""

from collections.abc import Sequence
from typing import ClassVar

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from core.errors import Down
from core.events.log import Entry
from workers.bus.base import as_json, key_of

TOPIC = "events"
PATIENCE = 20.0
"""Seconds for a batch to be safe with the brokers."""


class Kafka:
    """A producer that is told of each message whether it arrived."""

    name: ClassVar[str] = "kafka"

    def __init__(self, brokers: str, prefix: str) -> None:
        self._topic = f"{prefix}{TOPIC}"
        self._settings: dict[str, str | int | float | bool] = {
            "bootstrap.servers": brokers, "enable.idempotence": True, "log_level": 0,
            "delivery.timeout.ms": int(PATIENCE * 1000),
        }  # fmt: skip
        self._producer: Producer | None = None

    def publish(self, entries: Sequence[Entry]) -> None:
        """Return when every one of `entries` arrived. Raises `Down` when one did not."""
        failed: list[str] = []

        def arrived(error: KafkaError | None, _message: Message) -> None:
            if error is not None:
                failed.append(error.name())

        if self._producer is None:
            self._producer = Producer(self._settings)
        try:
            for entry in entries:
                self._producer.produce(
                    self._topic, key=key_of(entry), value=as_json(entry), headers={"kind": entry.kind},
                    on_delivery=arrived,
                )  # fmt: skip
            left = self._producer.flush(PATIENCE)
        except (KafkaException, BufferError) as error:
            failed.append(type(error).__name__)
            left = 0
        if failed or left:
            # What is still under way would come after the next try and break the order: a new producer knows none.
            self._producer.purge()
            self._producer = None
            raise Down(service="kafka", error=failed[0] if failed else "timed out", retry_after=None)

    def close(self) -> None:
        """Let the producer go; nothing is under way between two batches."""
        self._producer = None
