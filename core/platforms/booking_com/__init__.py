"""Booking.com: one calendar a room type of one unit, read every two to three hours."""

from core.platforms.base import Mode, Platform, Urgent

PLATFORM = Platform(
    code="booking_com",
    name="Booking.com",
    modes=frozenset({Mode.ICAL, Mode.MANUAL, Mode.API, Mode.CHANNEX}),
    usual_read_hours=3,
    urgent=Urgent.REFRESH_IMPORT,
    one_unit_per_type=True,
    sources=(
        "host reports of a two to three hour poll",
        "partner help: one unit a room type with calendar sync",
    ),
)
