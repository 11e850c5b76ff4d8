"""Dramatiq as a doorbell: Redis between processes, in memory inside one. A message carries a row's id, no truth."""

import os
from typing import Any

# Read by dramatiq when its worker starts: what is prefetched is lost to others until a heartbeat runs out.
os.environ.setdefault("dramatiq_queue_prefetch", "1")
os.environ.setdefault("dramatiq_delay_queue_prefetch", "1")

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from dramatiq.brokers.stub import StubBroker

from core.outbox import service as outbox
from core.outbox.effects import EFFECTS
from workers.context import Context
from workers.running import run

HEARTBEAT_MS = 15_000
MAINTENANCE_CHANCE = 100_000
"""In a million commands: at our low traffic the default of 1,000 finds a dead worker's messages after hours."""
QUEUE = "dauda"


def make(redis_url: str | None) -> dramatiq.Broker:
    """The broker: on Redis when there is one, else inside this process. Without retries: those are rows of ours."""
    if redis_url is None:
        broker: dramatiq.Broker = StubBroker(middleware=[])
    else:
        broker = RedisBroker(  # type: ignore[no-untyped-call] # dramatiq leaves its constructor untyped.
            url=redis_url, middleware=[], heartbeat_timeout=HEARTBEAT_MS, maintenance_chance=MAINTENANCE_CHANCE
        )
    broker.declare_queue(QUEUE)
    return broker


def declare(broker: dramatiq.Broker, context: Context) -> None:
    """Give every effect its actor, named like the effect."""

    def answer(due_id: int, attempt: int) -> None:
        """Load the row, if its lease is still the one we were sent for, and do it."""
        with context.store.reading() as session:
            lease = outbox.leased(session, due_id, attempt)
        if lease is not None:
            run(context, lease)

    for kind in EFFECTS:
        actor: Any = dramatiq.actor
        actor(answer, actor_name=kind, queue_name=QUEUE, broker=broker)


def ring(broker: dramatiq.Broker, kind: str, due_id: int, attempt: int) -> None:
    """Send the actor of `kind` to a row leased for it."""
    broker.enqueue(dramatiq.Message(queue_name=QUEUE, actor_name=kind, args=(due_id, attempt), kwargs={}, options={}))
