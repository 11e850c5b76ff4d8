"""Airbnb: one calendar a listing, read about every two hours."""

from core.platforms.base import Mode, Platform, Urgent
from core.platforms.dialect import Dialect, Identity, Statement

_MEASURED = "six listings, about 885 reservations, 2,077 reads each, 2026"

DIALECT = Dialect(
    identity=Identity.CODE,
    tells_kinds=True,
    block_words=("airbnb (not available)", "not available"),
    code=r"\b(HM[A-Z0-9]{8})\b",
    far_days=355,
    statements=(
        Statement("R10", verified=True, source=f"{_MEASURED}: a reservation says Reserved and carries a code"),
        Statement(
            "R11", verified=True, source=f"{_MEASURED}: closures say Not available; max. end 367 to 372 days out"
        ),
        Statement("R12", verified=True, source=f"{_MEASURED}: four outages, none longer than 3.7 hours"),
        Statement("R13", verified=True, source=f"{_MEASURED}: an outage takes all events of a listing at once"),
        Statement("R14", verified=True, source=f"{_MEASURED}: no code had two UIDs; eight swaps on equal dates"),
    ),
)

PLATFORM = Platform(
    code="airbnb",
    name="Airbnb",
    modes=frozenset({Mode.ICAL, Mode.MANUAL, Mode.API, Mode.CHANNEX}),
    usual_read_hours=2,
    urgent=Urgent.REFRESH_IMPORT,
    dialect=DIALECT,
    hosts=(r"(?:[a-z0-9-]+\.)?airbnb\.(?:com|[a-z]{2}|cat|com?\.[a-z]{2})",),
    calendar_paths=(r"/calendar/ical/",),
    export_menu=("Listings", "Calendar", "Availability", "Connect to another website", "Export calendar"),
    import_menu=("Listings", "Calendar", "Availability", "Connect to another website", "Import calendar"),
    statements=(
        Statement("R3", verified=True, source="one calendar a listing, and a listing is one unit or a whole type"),
        Statement(
            "R7", verified=False, source="host reports of a two to three hour poll; help pages said 5 min to 6 h"
        ),
        Statement("R17", verified=True, source="addresses of genuine exports: /calendar/ical/ on airbnb's hosts"),
        Statement("R19", verified=True, source=f"{_MEASURED}: one read in 1.4 to 2.1 hours was never refused"),
        Statement("R26", verified=False, source="host reports: a refresh beside the imported calendar"),
    ),
)
