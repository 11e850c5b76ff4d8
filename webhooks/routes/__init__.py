"""Thin routes over the same use cases as the chat."""

from webhooks.routes import (
    auth,
    blocks,
    channels,
    conflicts,
    docs,
    events,
    health,
    imported,
    inventory,
    login,
    properties,
    rates,
    reservations,
    staff,
    sync,
    telegram,
    twilio,
)

ROUTERS = (
    twilio.router,
    telegram.router,
    health.router,
    docs.router,
    auth.router,
    login.router,
    properties.router,
    rates.router,
    reservations.router,
    inventory.router,
    blocks.router,
    imported.router,
    conflicts.router,
    channels.router,
    sync.router,
    staff.router,
    events.router,
)
"""Every router of the application."""
