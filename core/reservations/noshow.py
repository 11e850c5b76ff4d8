"""Until when a platform wants to know that a guest did not come."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from core.platforms.registry import PLATFORMS


def report_by(source: str, arrival: date, timezone: str) -> datetime | None:
    """The instant until which the platform that sold a stay takes the report; None where none is known.

    Counted from the midnight in which the day of arrival begins, at the property.
    """
    platform = PLATFORMS.get(source)
    if platform is None or platform.no_show_within is None:
        return None
    begins = datetime.combine(arrival, time.min, ZoneInfo(timezone))
    return begins.astimezone(UTC) + platform.no_show_within
