"""Reading calendars: bytes a channel served become a `Snapshot` of nights, or one declared error."""

from core.feeds.reading.fingerprints import fingerprint
from core.feeds.reading.reader import read
from core.feeds.reading.snapshot import Event, Flag, NotACalendar, Options, Problem, Reason, Snapshot, Status

__all__ = (
    "Event",
    "Flag",
    "NotACalendar",
    "Options",
    "Problem",
    "Reason",
    "Snapshot",
    "Status",
    "fingerprint",
    "read",
)
