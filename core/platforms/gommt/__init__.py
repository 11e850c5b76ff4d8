"""GoMMT (MakeMyTrip and Goibibo): cannot be written to by calendar; a person closes the gap."""

from core.platforms.base import Mode, Platform, Urgent

PLATFORM = Platform(
    code="gommt",
    name="GoMMT",
    modes=frozenset({Mode.MANUAL, Mode.CHANNEX}),
    usual_read_hours=None,
    urgent=Urgent.CLOSE_BY_HAND,
)
