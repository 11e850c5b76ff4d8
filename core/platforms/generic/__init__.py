"""Any other calendar: nothing is known of it but RFC 5545."""

from core.platforms.base import Mode, Platform, Urgent
from core.platforms.dialect import ASSUMED, Statement

PLATFORM = Platform(
    code="generic",
    name="Other calendar",
    modes=frozenset({Mode.ICAL, Mode.MANUAL}),
    usual_read_hours=6,
    urgent=Urgent.CLOSE_BY_HAND,
    dialect=ASSUMED,
    usual_interval=60 * 60,
    least_interval=15 * 60,
    statements=(
        Statement("R3", verified=False, source="nothing is known; a room or a whole type may be linked"),
        Statement("R7", verified=False, source="some sites read once a day; most within six hours"),
        Statement(
            "R19", verified=False,
            source="an hour, since some sites have a daily quota: Tripadvisor's help speaks of one, where 6h is safe",
        ),
        Statement("R26", verified=False, source="no button is known that reads our calendar at once"),
    ),
)  # fmt: skip
