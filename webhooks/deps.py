"""What the routes are given by the application."""

from typing import Protocol

from bot.messages import Inbound


class Desk(Protocol):
    """Where messages and delivery reports are handed in (`app.state.desk`)."""

    def accept(self, inbound: Inbound) -> bool:
        """Store `inbound` durably and see to it that it is handled; False when it was known already."""
        ...

    def delivered(self, transport: str, message_id: str, status: str, error: str | None) -> None:
        """Take note of how far a message of ours has come."""
        ...
