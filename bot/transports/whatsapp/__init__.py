"""WhatsApp through Twilio: messages out by REST, messages and taps in by signed webhooks."""

from bot.transports.whatsapp.contents import Contents
from bot.transports.whatsapp.inbound import parse, rank, verify
from bot.transports.whatsapp.transport import WhatsApp

__all__ = ["Contents", "WhatsApp", "parse", "rank", "verify"]
