"""VRBO, HomeAway and Abritel: one calendar a listing, read within six hours."""

from datetime import timedelta

from core.platforms.base import Mode, Platform, Urgent
from core.platforms.dialect import Dialect, Identity, Statement

DIALECT = Dialect(
    identity=Identity.UID,
    tells_kinds=True,
    block_words=("blocked", "indisponible", "not available", "unavailable", "tentative", "provisoire"),
    grace=timedelta(hours=6),
    looks=3,
    statements=(
        Statement(
            "R10", verified=True, source="one genuine export of 2020: Reserved and Blocked, in the host's language"
        ),
        Statement("R11", verified=False, source="one genuine export of 2020; other words count as bookings"),
        Statement("R12", verified=False, source="no outage is on record; six hours and three looks"),
        Statement("R14", verified=False, source="one genuine export of 2020 has UUIDs; that they last is assumed"),
    ),
)

PLATFORM = Platform(
    code="vrbo",
    name="VRBO",
    modes=frozenset({Mode.ICAL, Mode.MANUAL, Mode.API, Mode.CHANNEX}),
    usual_read_hours=6,
    urgent=Urgent.REFRESH_IMPORT,
    dialect=DIALECT,
    sources=("a vendor's help page: up to six hours",),
)
