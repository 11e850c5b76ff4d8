"""Airbnb: one calendar a listing, read about every two hours."""

from core.platforms.base import Mode, Platform, Urgent

PLATFORM = Platform(
    code="airbnb",
    name="Airbnb",
    modes=frozenset({Mode.ICAL, Mode.MANUAL, Mode.API, Mode.CHANNEX}),
    usual_read_hours=2,
    urgent=Urgent.REFRESH_IMPORT,
    sources=("host reports of a two to three hour poll; a manual refresh exists in the calendar settings",),
)
