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
    sources=("host reports of a two to three hour poll; a manual refresh exists in the calendar settings",),
)
