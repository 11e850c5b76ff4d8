"""VRBO, HomeAway and Abritel: one calendar a listing, read within six hours."""

from datetime import timedelta

from core.platforms.base import Export, Mode, Platform, Urgent
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
    least_interval=15 * 60,
    hosts=(
        r"(?:[a-z0-9-]+\.)?(?:vrbo|homeaway)\.(?:com|[a-z]{2}|com?\.[a-z]{2})",
        r"(?:[a-z0-9-]+\.)?(?:abritel\.fr|fewo-direkt\.de|stayz\.com\.au|bookabach\.co\.nz)",
    ),
    calendar_paths=(r"/icalendar/",),
    export_menu=("Calendar", "Import & export", "Export calendar"),
    import_menu=("Calendar", "Import & export", "Import calendar"),
    export_choice=Export.NO_TENTATIVE,
    statements=(
        Statement("R3", verified=False, source="one calendar a listing; that a listing is one unit is assumed"),
        Statement("R7", verified=False, source="a vendor's help page: up to six hours; another: hourly"),
        Statement(
            "R10", verified=True, source="its help: tentative bookings are exported only where the box is ticked"
        ),
        Statement("R17", verified=True, source="one genuine export: /icalendar/; the brands' hosts from their sites"),
        Statement("R19", verified=False, source="nothing is known of a limit; not more than four reads an hour"),
        Statement("R26", verified=False, source="help pages of partners: a refresh beside the imported calendar"),
    ),
)
