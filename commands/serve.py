"""`dauda serve`: web, webhooks and, embedded, the jobs."""

from contextlib import ExitStack

import click
import uvicorn

from bot.transports.telegram import Poller, Telegram, webhook_secret
from commands.context import House, open_house
from core.feeds.reads import Reads
from core.logs import logger
from webhooks.app import create, with_calendars
from workers import house as workers
from workers.desk import Desk

GRACE = 25
_log = logger(__name__)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--no-jobs", is_flag=True, help="Leave the jobs to `dauda work`.")
def serve(host: str, port: int, *, no_jobs: bool) -> None:
    """Serve the web, the webhooks and (unless Redis is set or --no-jobs) the jobs."""
    with open_house() as house, ExitStack() as stack:
        settings = house.settings
        context = workers.context(settings, house.store, house.sealer)
        for transport in context.transports.values():
            stack.callback(transport.close)
        desk = workers.desk(context)
        stack.callback(desk.close)
        # With Redis the workers do the jobs, but this process relays too: what is due is never stuck behind one loop.
        if not no_jobs:
            jobs = workers.jobs(settings, context, work_here=settings.redis_url is None)
            jobs.start()
            stack.callback(jobs.stop)
        reads = Reads(house.store)
        stack.callback(reads.close)
        _listen_to_telegram(house, context.transports.get("telegram"), desk, stack)
        app = with_calendars(create(settings, house.store, desk), settings, house.store, reads)
        uvicorn.run(
            app, host=host, port=port, log_config=None, access_log=False, timeout_graceful_shutdown=GRACE,
            server_header=False, lifespan="on",
        )  # fmt: skip


def _listen_to_telegram(house: House, transport: object, desk: Desk, stack: ExitStack) -> None:
    """By webhook when we have a public address, else by long polling."""
    if not isinstance(transport, Telegram) or house.settings.telegram is None:
        return
    if house.settings.public_url is None:
        poller = Poller(transport, desk.accept)
        poller.start()
        stack.callback(poller.stop)
        return
    secret = webhook_secret(house.settings.telegram, house.settings.secret_key)
    try:
        transport.set_webhook(f"{house.settings.public_url}/webhooks/telegram", secret)
    except Exception as error:  # noqa: BLE001 - Telegram being away must not keep the hotel's calendars away.
        _log.warning("telegram_webhook_not_set", error=str(error))
