"""Booking.com: one calendar a room type of one unit, read every two to three hours."""

from datetime import timedelta

from core.platforms.base import Export, Mode, Platform, Urgent
from core.platforms.dialect import Dialect, Identity, Statement

_MEASURED = "six rooms of two properties, about 27,000 reads, 2025 and 2026"

DIALECT = Dialect(
    identity=Identity.NIGHTS,
    longest_stay=30,
    far_days=535,
    statements=(
        Statement("R10", verified=True, source=f"{_MEASURED}: bookings and closures have the same summary"),
        Statement("R11", verified=False, source="a guess: over 30 nights, or to the far end that rolls at 549 days"),
        Statement(
            "R12", verified=True, source=f"{_MEASURED}: three outages, each over by the next read, an hour later"
        ),
        Statement("R13", verified=True, source=f"{_MEASURED}: one outage took events of three rooms of five at once"),
        Statement("R14", verified=True, source=f"{_MEASURED}: the UID is a function of room and start; the end stays"),
        Statement("R18", verified=True, source=f"{_MEASURED}: 697 UIDs, none with two starts"),
    ),
)

PLATFORM = Platform(
    code="booking_com",
    name="Booking.com",
    modes=frozenset({Mode.ICAL, Mode.MANUAL, Mode.API, Mode.CHANNEX}),
    usual_read_hours=3,
    urgent=Urgent.REFRESH_IMPORT,
    dialect=DIALECT,
    hosts=(r"(?:ical|admin)\.booking\.com", r"(?:www\.)?booking\.com"),
    calendar_paths=(r"/v1/export\b", r"/hotel/hoteladmin/ical\.html\b"),
    export_menu=("Rates & availability", "Sync calendars", "Export calendar"),
    import_menu=("Rates & availability", "Sync calendars", "Add calendar connection"),
    export_choice=Export.RESERVATIONS_ONLY,
    one_unit_per_type=True,
    most_links=20,
    no_show_within=timedelta(hours=48),
    statements=(
        Statement(
            "R3",
            verified=True,
            source="partner help, quoted by an agency: 20 types at most, one unit a type, no XML link",
        ),
        Statement("R7", verified=False, source="host reports of a two to three hour poll; some say half an hour"),
        Statement("R17", verified=True, source="addresses of genuine exports, the older form at admin.booking.com too"),
        Statement("R19", verified=True, source=f"{_MEASURED}: one read in 1.4 hours was never refused"),
        Statement("R23", verified=True, source="partner help, no-shows: 48 hours from midnight of the check-in day"),
        Statement("R26", verified=False, source="host reports: a refresh beside the connected calendar"),
    ),
)
