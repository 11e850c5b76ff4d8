"""Any other calendar: nothing is known of it but RFC 5545."""

from core.platforms.base import Mode, Platform, Urgent
from core.platforms.dialect import ASSUMED

PLATFORM = Platform(
    code="generic",
    name="Other calendar",
    modes=frozenset({Mode.ICAL, Mode.MANUAL}),
    usual_read_hours=6,
    urgent=Urgent.CLOSE_BY_HAND,
    dialect=ASSUMED,
)
