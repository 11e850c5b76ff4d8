"""Agoda: calendar import exists for homes; no genuine feed is public, so everything here is assumed."""

from core.platforms.base import Mode, Platform, Urgent
from core.platforms.dialect import ASSUMED, Statement

PLATFORM = Platform(
    code="agoda",
    name="Agoda",
    modes=frozenset({Mode.ICAL, Mode.MANUAL, Mode.API, Mode.CHANNEX}),
    usual_read_hours=6,
    urgent=Urgent.CLOSE_BY_HAND,
    dialect=ASSUMED,
    least_interval=15 * 60,
    hosts=(r"(?:[a-z0-9-]+\.)?agoda\.(?:com|net)",),
    statements=(
        Statement("R3", verified=False, source="its help names calendar sync for homes; hotels are not mentioned"),
        Statement("R7", verified=False, source="nothing is known; six hours are the slowest that others take"),
        Statement("R17", verified=False, source="no genuine address is public; its sites' hosts"),
        Statement("R19", verified=False, source="nothing is known of a limit; not more than four reads an hour"),
        Statement("R26", verified=False, source="no button is known that reads our calendar at once"),
    ),
)
