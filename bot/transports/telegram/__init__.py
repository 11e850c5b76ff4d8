"""Telegram: messages out by its Bot API, updates in by webhook or long polling."""

import os

# The library's own opt-in to what its next major version does: without it every flood-control error warns.
os.environ.setdefault("PTB_TIMEDELTA", "1")

from bot.transports.telegram.inbound import parse, read
from bot.transports.telegram.poll import Poller
from bot.transports.telegram.transport import Telegram
from bot.transports.telegram.webhook import same_secret, webhook_secret

__all__ = ["Poller", "Telegram", "parse", "read", "same_secret", "webhook_secret"]
