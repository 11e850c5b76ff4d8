"""What every platform of the registry must state (R32)."""

import pkgutil

import pytest

from core import platforms
from core.platforms.base import Mode, Platform, Urgent
from core.platforms.registry import PLATFORMS


@pytest.mark.parametrize("code", PLATFORMS)
def test_r32_a_platform_says_what_it_is_called_how_it_is_kept_and_where_that_is_known_from(code: str) -> None:
    platform = PLATFORMS[code]
    assert platform.code == code == code.lower()
    assert platform.name.strip()
    assert platform.modes
    assert isinstance(platform.urgent, Urgent)
    assert platform.usual_read_hours is None or 0 < platform.usual_read_hours <= 24
    assert all(source.strip() for source in platform.sources)


@pytest.mark.parametrize("code", PLATFORMS)
def test_r27_every_platform_can_be_kept_by_hand(code: str) -> None:
    assert Mode.MANUAL in PLATFORMS[code].modes


@pytest.mark.parametrize("code", PLATFORMS)
def test_a_platform_that_reads_calendars_says_how_often(code: str) -> None:
    platform = PLATFORMS[code]
    assert Mode.ICAL in platform.modes or platform.usual_read_hours is None


def test_every_folder_of_a_platform_is_in_the_registry() -> None:
    found = {module.name for module in pkgutil.iter_modules(platforms.__path__) if module.ispkg}
    assert found == set(PLATFORMS)


def test_names_are_told_apart() -> None:
    assert len({platform.name for platform in PLATFORMS.values()}) == len(PLATFORMS)


def test_r26_airbnb_has_a_button_that_reads_our_calendar_at_once() -> None:
    airbnb: Platform = PLATFORMS["airbnb"]
    assert airbnb.urgent is Urgent.REFRESH_IMPORT


def test_r03_booking_com_takes_one_unit_a_type() -> None:
    assert PLATFORMS["booking_com"].one_unit_per_type
