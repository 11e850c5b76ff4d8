"""What the routes are given by the application."""

from typing import Annotated, Protocol

from fastapi import Depends, Request

from bot.messages import Inbound
from core.config import Settings
from core.db.work import Store
from core.sealing import Sealer

LOCAL_URL = "http://127.0.0.1:8000"
"""Where calendars are served as long as nobody has said how we are reached from outside."""


class Desk(Protocol):
    """Where messages and delivery reports are handed in (`app.state.desk`)."""

    def accept(self, inbound: Inbound) -> bool:
        """Store `inbound` durably and see to it that it is handled; False when it was known already."""
        ...

    def delivered(self, transport: str, message_id: str, status: str, error: str | None) -> None:
        """Take note of how far a message of ours has come."""
        ...


def _store(request: Request) -> Store:
    found: Store = request.app.state.store
    return found


def _settings(request: Request) -> Settings:
    found: Settings = request.app.state.settings
    return found


def _sealer(request: Request) -> Sealer:
    return Sealer(_settings(request).secret_key)


Stored = Annotated[Store, Depends(_store)]
"""The database: a route opens its unit of work itself, so that it is committed before the answer is written."""
Told = Annotated[Settings, Depends(_settings)]
Sealing = Annotated[Sealer, Depends(_sealer)]
