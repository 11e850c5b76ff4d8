"""Fixtures of the importer's tests: the channels of room 3, and a hotel whose calendars only wait to be read."""

from collections.abc import Iterator

import pytest

from tests.core.imports.hotel import Calendars, open_calendars
from tests.support.calendars import ChannelCalendar
from tests.support.desk import Desk


@pytest.fixture
def airbnb(desk: Desk) -> ChannelCalendar:
    """Give the calendar that Airbnb serves for room 3."""
    return ChannelCalendar(desk, "airbnb", "3")


@pytest.fixture
def booking(desk: Desk) -> ChannelCalendar:
    """Give the calendar that Booking.com serves for room 3."""
    return ChannelCalendar(desk, "booking_com", "3")


@pytest.fixture
def calendars(database_url: str) -> Iterator[Calendars]:
    """Give the example hotel with calendars to read, on both engines."""
    with open_calendars(database_url) as opened:
        yield opened
