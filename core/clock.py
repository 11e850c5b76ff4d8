"""Time as a thing that is passed in: instants in UTC, days in a property's own zone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

BUSINESS_DAY_ENDS = time(5, 0)
CHECK_OUT_TIME = time(11, 0)
"""Until when guests leave on their day of departure, by the house's clock."""
CHECK_IN_TIME = time(14, 0)
"""From when guests come on their day of arrival."""


class Clock(Protocol):
    """Where the present comes from."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant in UTC."""
        return datetime.now(UTC)


@dataclass(slots=True)
class SetClock:
    """A clock that stands where it was put, for tests, replays and the demo."""

    instant: datetime

    def now(self) -> datetime:
        """The instant it was set to."""
        return self.instant

    def advance(self, by: timedelta) -> None:
        """Move on by `by`."""
        self.instant += by


def local_date(instant: datetime, zone: str) -> date:
    """The calendar day of `instant` in `zone` (an IANA name)."""
    return instant.astimezone(ZoneInfo(zone)).date()


def business_day(instant: datetime, zone: str) -> date:
    """The day the front desk is still living in (R29): until 05:00 it is yesterday."""
    local = instant.astimezone(ZoneInfo(zone))
    return local.date() - timedelta(days=1) if local.time() < BUSINESS_DAY_ENDS else local.date()


def instant_of(day: date, hour: time, zone: str) -> datetime:
    """The instant, in UTC, at which a clock in `zone` shows `hour` on `day`."""
    return datetime.combine(day, hour, ZoneInfo(zone)).astimezone(UTC)
