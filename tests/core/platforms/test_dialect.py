"""What every platform with a calendar states about how that is to be read (R32)."""

from datetime import date, timedelta

import pytest

from core.platforms.dialect import Dialect, Kind
from core.platforms.registry import PLATFORMS
from core.values.nights import Nights

ARRIVAL = date(2026, 11, 20)
SPOKEN = {code: platform.dialect for code, platform in PLATFORMS.items() if platform.dialect is not None}


def stay(length: int) -> Nights:
    return Nights(ARRIVAL, ARRIVAL + timedelta(days=length))


def spoken(code: str) -> Dialect:
    return SPOKEN[code]


@pytest.mark.parametrize(
    ("code", "summary", "kind"),
    [
        ("airbnb", "Airbnb (Not available)", Kind.BLOCK),
        ("airbnb", "Not available", Kind.BLOCK),
        ("airbnb", "Reserved", Kind.RESERVATION),
        ("vrbo", "Blocked", Kind.BLOCK),
        ("vrbo", "INDISPONIBLE", Kind.BLOCK),
        ("vrbo", "Provisoire - GUEST", Kind.BLOCK),
        ("vrbo", "Réservée", Kind.RESERVATION),
        ("generic", "Blocked", Kind.RESERVATION),
        ("booking_com", "CLOSED - Not available", Kind.RESERVATION),
    ],
)
def test_r11_the_summary_tells_the_kind_where_the_platform_tells_it(code: str, summary: str, kind: Kind) -> None:
    assert spoken(code).kind(summary, stay(3), coded=False, far=False) is kind


def test_r11_a_code_is_a_reservation_whatever_the_summary_says() -> None:
    assert spoken("airbnb").kind("Not available", stay(3), coded=True, far=False) is Kind.RESERVATION


@pytest.mark.parametrize(
    ("length", "far", "kind"), [(30, False, "reservation"), (31, False, "block"), (3, True, "block")]
)
def test_r11_booking_com_is_told_by_length_and_by_the_far_end(length: int, far: bool, kind: str) -> None:  # noqa: FBT001
    assert spoken("booking_com").kind("CLOSED - Not available", stay(length), coded=False, far=far) == kind


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Reservation URL: https://www.airbnb.com/hosting/reservations/details/HMX8XQ5R5A\\nPhone", "HMX8XQ5R5A"),
        ("https://www.airbnb.com/reservation/itinerary?code=HMX8XQ5R5A", "HMX8XQ5R5A"),
        ("GUEST (HMX8XQ5R5A)", "HMX8XQ5R5A"),
        ("Airbnb (Not available)", None),
        ("SHMX8XQ5R5AB", None),
    ],
)
def test_r09_airbnb_codes_are_found_in_every_format(text: str, code: str | None) -> None:
    assert spoken("airbnb").code_in("", text) == code


def test_r09_other_platforms_have_no_code() -> None:
    assert spoken("booking_com").code_in("HMX8XQ5R5A") is None
