"""The jobs: one short function per effect. Importing this package declares them all."""

from workers.jobs import access, chat, conflicts, departures, events, feeds, imports, inventory, pulls, syncing, upkeep

__all__ = [
    "access",
    "chat",
    "conflicts",
    "departures",
    "events",
    "feeds",
    "imports",
    "inventory",
    "pulls",
    "syncing",
    "upkeep",
]
