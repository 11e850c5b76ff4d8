"""The jobs: one short function per effect. Importing this package declares them all."""

from workers.jobs import chat, conflicts, feeds, imports, pulls, upkeep

__all__ = ["chat", "conflicts", "feeds", "imports", "pulls", "upkeep"]
