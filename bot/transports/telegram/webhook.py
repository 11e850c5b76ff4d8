"""The secret by which we know Telegram's posts as Telegram's."""

import hashlib
import hmac

from core.config import Telegram


def webhook_secret(settings: Telegram, secret_key: str) -> str:
    """The configured secret, or one that every process derives alike from the house's secret key."""
    if settings.webhook_secret:
        return settings.webhook_secret
    told = f"telegram webhook {settings.bot_token}".encode()
    return hmac.new(secret_key.encode(), told, hashlib.sha256).hexdigest()


def same_secret(expected: str, given: str | None) -> bool:
    """Whether `X-Telegram-Bot-Api-Secret-Token` is right; every wrong one takes the same time."""
    return given is not None and hmac.compare_digest(expected.encode(), given.encode())
