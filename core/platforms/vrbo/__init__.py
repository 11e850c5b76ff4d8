"""VRBO, HomeAway and Abritel: one calendar a listing, read within six hours."""

from core.platforms.base import Mode, Platform, Urgent

PLATFORM = Platform(
    code="vrbo",
    name="VRBO",
    modes=frozenset({Mode.ICAL, Mode.MANUAL, Mode.API, Mode.CHANNEX}),
    usual_read_hours=6,
    urgent=Urgent.REFRESH_IMPORT,
    sources=("a vendor's help page: up to six hours",),
)
