"""Expedia: no calendar sync for lodging is known; by hand, by API or through Channex."""

from core.platforms.base import Mode, Platform, Urgent
from core.platforms.dialect import Statement

PLATFORM = Platform(
    code="expedia",
    name="Expedia",
    modes=frozenset({Mode.MANUAL, Mode.API, Mode.CHANNEX}),
    usual_read_hours=None,
    urgent=Urgent.CLOSE_BY_HAND,
    statements=(
        Statement("R26", verified=False, source="the extranet closes a room by hand; no calendar sync was found"),
        Statement("R27", verified=False, source="no calendar tells its bookings; its calendars are for travellers"),
    ),
)
