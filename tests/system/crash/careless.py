"""Houses that are built wrongly on purpose: the loop must notice each of them. Named by `House(twist=…)`."""

import threading
import uuid
from dataclasses import replace

from bot import inbox
from bot.messages import Inbound
from core.db.work import Store
from workers.desk import Desk

HELD_BACK = 0.2
"""Seconds that a message stays in memory only."""
MARK = "#"


def acknowledge_first() -> None:
    """Answer 200 at once and store the message a little later."""
    accept = Desk.accept

    def later(desk: Desk, inbound: Inbound) -> bool:
        threading.Timer(HELD_BACK, accept, (desk, inbound)).start()
        return True

    setattr(Desk, "accept", later)  # noqa: B010 - mypy would not have it either.


def forget_what_came() -> None:
    """Take every delivery for a new message."""
    store_once = inbox.store_once

    def anew(store: Store, inbound: Inbound) -> bool:
        return store_once(store, replace(inbound, external_id=f"{inbound.external_id}{MARK}{uuid.uuid4().hex}"))

    inbox.store_once = anew
