"""The jobs: one short function per effect. Importing this package declares them all."""

from workers.jobs import chat, feeds, upkeep

__all__ = ["chat", "feeds", "upkeep"]
