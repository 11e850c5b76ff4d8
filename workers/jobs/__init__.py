"""The jobs: one short function per effect. Importing this package declares them all."""

from workers.jobs import chat, conflicts, events, feeds, imports, inventory, pulls, syncing, upkeep

__all__ = ["chat", "conflicts", "events", "feeds", "imports", "inventory", "pulls", "syncing", "upkeep"]
