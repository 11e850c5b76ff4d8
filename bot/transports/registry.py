"""The transports there are, and how each is built from the settings."""

from collections.abc import Callable

from bot.transports.base import Transport
from bot.transports.telegram import Telegram
from bot.transports.whatsapp import Contents, WhatsApp
from core.config import Settings

Build = Callable[[Settings, Contents], Transport | None]

TWILIO_STATUS = "/webhooks/twilio/status"


def _whatsapp(settings: Settings, contents: Contents) -> Transport | None:
    if settings.twilio is None:
        return None
    status = f"{settings.public_url}{TWILIO_STATUS}" if settings.public_url else None
    return WhatsApp(settings.twilio, contents, status)


def _telegram(settings: Settings, _contents: Contents) -> Transport | None:
    return Telegram(settings.telegram) if settings.telegram else None


# The console is not built from settings: `dauda chat` gives it a terminal to print on (bot/transports/console.py).
TRANSPORTS: dict[str, Build] = {
    "whatsapp": _whatsapp,
    "telegram": _telegram,
}


def build(settings: Settings, contents: Contents) -> dict[str, Transport]:
    """The transports whose settings are present, by name."""
    built = {name: make(settings, contents) for name, make in TRANSPORTS.items()}
    return {name: transport for name, transport in built.items() if transport is not None}
