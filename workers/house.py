"""One process of Dauda put together: transports, desk, broker, relay, started and stopped in the right order."""

from collections.abc import Mapping
from dataclasses import dataclass

import dramatiq

import workers.jobs
from bot.contents import KeptContents
from bot.transports.base import Transport
from bot.transports.registry import build
from core.config import Settings
from core.db.work import Store
from core.feeds.fetch.client import Means
from core.feeds.fetch.headers import agent
from core.outbox import service as outbox
from core.sealing import Sealer
from workers import broker as bell
from workers import bus, timetable
from workers.context import Context
from workers.desk import Desk
from workers.puller import Puller
from workers.relay import Relay

assert workers.jobs.__all__  # noqa: S101 - importing the package declares the jobs.
LOCAL_URL = "http://127.0.0.1:8000"


@dataclass(slots=True)
class Jobs:
    """The part of a process that does what is due."""

    relay: Relay
    puller: Puller | None
    worker: dramatiq.Worker | None
    broker: dramatiq.Broker

    def start(self) -> None:
        """Begin to lease and to work."""
        if self.worker is not None:
            self.worker.start()
        if self.puller is not None:
            self.puller.start()
        self.relay.start()

    def stop(self) -> None:
        """Stop leasing, finish what runs."""
        self.relay.stop()
        if self.puller is not None:
            self.puller.stop()
        if self.worker is not None:
            self.worker.stop(timeout=20_000)
        self.broker.close()


def context(
    settings: Settings, store: Store, sealer: Sealer, transports: Mapping[str, Transport] | None = None
) -> Context:
    """The house as jobs see it, with the transports whose settings are there (or those given)."""
    built = dict(transports) if transports is not None else build(settings, KeptContents(store))
    means = Means(agent=agent(settings.public_url), clock=store.clock)
    return Context(
        store, built, sealer, settings.public_url or LOCAL_URL,
        means=means, allow_private=settings.allow_private_feeds, bus=bus.make(settings),
        is_public=settings.public_url is not None,
    )  # fmt: skip


def jobs(settings: Settings, made: Context, *, threads: int = 4, work_here: bool = True) -> Jobs:
    """The relay and, unless workers run elsewhere, a worker with `threads` threads and the reading of calendars."""
    broker = bell.make(settings.redis_url)
    bell.declare(broker, made)
    timetable.post(made.store, publishes=made.bus is not None)
    if settings.embedded:
        with made.store.unit_of_work() as work:
            outbox.release_all(work)
    relay = Relay(made.store, broker, interval=settings.worker_interval, batch=settings.worker_batch_size)
    worker = dramatiq.Worker(broker, worker_threads=threads, worker_timeout=100) if work_here else None
    puller = Puller(made, interval=settings.worker_interval) if work_here else None
    return Jobs(relay, puller, worker, broker)


def desk(made: Context) -> Desk:
    """The desk of this process."""
    return Desk(made)


__all__ = ["Jobs", "context", "desk", "jobs"]
