"""Agoda: calendar import exists for homes; no genuine feed is public, so everything here is assumed."""

from core.platforms.base import Mode, Platform, Urgent
from core.platforms.dialect import ASSUMED

PLATFORM = Platform(
    code="agoda",
    name="Agoda",
    modes=frozenset({Mode.ICAL, Mode.MANUAL, Mode.API, Mode.CHANNEX}),
    usual_read_hours=6,
    urgent=Urgent.CLOSE_BY_HAND,
    dialect=ASSUMED,
)
