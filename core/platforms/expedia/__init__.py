"""Expedia: no calendar sync for lodging is known; by hand, by API or through Channex."""

from core.platforms.base import Mode, Platform, Urgent

PLATFORM = Platform(
    code="expedia",
    name="Expedia",
    modes=frozenset({Mode.MANUAL, Mode.API, Mode.CHANNEX}),
    usual_read_hours=None,
    urgent=Urgent.CLOSE_BY_HAND,
)
