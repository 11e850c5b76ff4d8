"""One serving process put together: transports, desk, jobs, web; taken apart in the reverse order."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from starlette.types import ASGIApp

from bot import languages
from bot.transports.base import Transport
from commands.context import House
from core.feeds.reads import Reads
from webhooks.app import create, with_calendars
from workers import house as workers
from workers.context import Context
from workers.desk import Desk


@dataclass(frozen=True, slots=True)
class Running:
    """A process that takes messages and serves `app`."""

    app: ASGIApp
    desk: Desk
    context: Context


@contextmanager
def running(house: House, *, jobs: bool = True, transports: Mapping[str, Transport] | None = None) -> Iterator[Running]:
    """Start the parts (jobs only when asked for) and stop them in the end, finishing what is in hand."""
    settings = house.settings
    # The first message after a start is answered as fast as the next one.
    languages.prepare()
    with ExitStack() as stack:
        context = workers.context(settings, house.store, house.sealer, transports)
        for transport in context.transports.values():
            stack.callback(transport.close)
        desk = workers.desk(context)
        stack.callback(desk.close)
        if jobs:
            # With Redis the workers do the jobs, but this process relays too: one stopped loop must not stop all.
            started = workers.jobs(settings, context, work_here=settings.redis_url is None)
            started.start()
            stack.callback(started.stop)
        reads = Reads(house.store)
        stack.callback(reads.close)
        app = with_calendars(create(settings, house.store, desk, house.bell.listen), settings, house.store, reads)
        yield Running(app, desk, context)
