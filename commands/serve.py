"""`dauda serve`: web, webhooks and, embedded, the jobs."""

from contextlib import ExitStack

import click
import uvicorn

from bot.transports.telegram import Poller, Telegram, webhook_secret
from commands.context import House, open_house
from commands.running import Running, running
from core.logs import logger

GRACE = 25
_log = logger(__name__)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--no-jobs", is_flag=True, help="Leave the jobs to `dauda work`.")
def serve(host: str, port: int, *, no_jobs: bool) -> None:
    """Serve the web, the webhooks and (unless Redis is set or --no-jobs) the jobs."""
    with open_house() as house, running(house, jobs=not no_jobs) as parts, ExitStack() as stack:
        _listen_to_telegram(house, parts, stack)
        uvicorn.run(
            parts.app, host=host, port=port, log_config=None, access_log=False, timeout_graceful_shutdown=GRACE,
            server_header=False, lifespan="on",
        )  # fmt: skip


def _listen_to_telegram(house: House, parts: Running, stack: ExitStack) -> None:
    """By webhook when we have a public address, else by long polling."""
    transport = parts.context.transports.get("telegram")
    if not isinstance(transport, Telegram) or house.settings.telegram is None:
        return
    if house.settings.public_url is None:
        poller = Poller(transport, parts.desk.accept)
        poller.start()
        stack.callback(poller.stop)
        return
    secret = webhook_secret(house.settings.telegram, house.settings.secret_key)
    try:
        transport.set_webhook(f"{house.settings.public_url}/webhooks/telegram", secret)
    except Exception as error:  # noqa: BLE001 - Telegram being away must not keep the hotel's calendars away.
        _log.warning("telegram_webhook_not_set", error=str(error))
