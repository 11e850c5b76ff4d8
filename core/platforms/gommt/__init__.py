"""GoMMT (MakeMyTrip and Goibibo): cannot be written to by calendar; a person closes the gap."""

from datetime import timedelta

from core.platforms.base import Mode, Platform, Urgent
from core.platforms.dialect import Statement

PLATFORM = Platform(
    code="gommt",
    name="GoMMT",
    modes=frozenset({Mode.MANUAL, Mode.CHANNEX}),
    usual_read_hours=None,
    urgent=Urgent.CLOSE_BY_HAND,
    no_show_within=timedelta(days=7),
    statements=(
        Statement("R23", verified=False, source="a partner's page: no-shows within seven days of check-in"),
        Statement("R26", verified=False, source="the extranet closes a room by hand; no calendar sync was found"),
        Statement("R27", verified=False, source="no calendar tells its bookings"),
    ),
)
