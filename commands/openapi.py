"""`dauda openapi`: the schema of the HTTP API, for those who write programs against it."""

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from bot.messages import Inbound
from commands.printing import as_json
from core.clock import SystemClock
from core.config import load
from core.db.engine import connect
from core.db.work import Store
from webhooks.app import create


class _NoDesk:
    """A desk that nobody stands at: the routes are described, not asked."""

    def accept(self, inbound: Inbound) -> bool:
        """Refuse."""
        raise NotImplementedError

    def delivered(self, transport: str, message_id: str, status: str, error: str | None) -> None:
        """Refuse."""
        raise NotImplementedError


@click.command()
def openapi() -> None:
    """Print the OpenAPI schema as JSON; it is the same whatever the settings are."""
    with TemporaryDirectory() as folder:
        settings = load({"DAUDA_VAR_DIR": str(Path(folder)), "DAUDA_SECRET_KEY": "signs nothing"}, dotenv=None)
        database = connect(settings.database_url)
        try:
            as_json(create(settings, Store(database, SystemClock()), _NoDesk()).openapi())
        finally:
            database.dispose()
