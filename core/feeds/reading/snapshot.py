"""What one read of a calendar says: events as nights, what was left out, and what could not be read."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from core.errors import Invalid
from core.feeds.rules import UID_DOMAIN


class NotACalendar(Invalid):
    """The body is no whole calendar; nothing of it may be believed.

    Facts: `reason` (empty, html, json, no_calendar, truncated, unbalanced, too_big, too_many).
    """


class Status(StrEnum):
    """STATUS of an event (RFC 5545 §3.8.1.11); one that says nothing, or something else, is confirmed."""

    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"
    CANCELLED = "cancelled"


class Flag(StrEnum):
    """What is remarkable about an event that was read all the same."""

    END_ASSUMED = "end_assumed"
    """It had no end, or one that leaves it no night: one night is assumed."""
    DAY_USE = "day_use"
    """It begins in the morning and ends on the same day: no night is taken."""
    DUPLICATE_UID = "duplicate_uid"
    """Other events of the same calendar carry its UID, and no SEQUENCE says which one counts."""
    UNKNOWN_ZONE = "unknown_zone"
    """Its TZID names no zone we know; its times were taken as the property's own."""
    BROKEN_LINE = "broken_line"
    """A line of it that does not decide its nights could not be read."""


class Reason(StrEnum):
    """Why an event could not be read."""

    NO_START = "no_start"
    BAD_DATE = "bad_date"
    REPEATED = "repeated"
    """DTSTART or DTEND stands in it more than once."""
    REVERSED = "reversed"
    """It ends before it begins."""
    BAD_DURATION = "bad_duration"
    RECURRENCE = "recurrence"
    """Its rule cannot be read, or asks for more days than we are willing to walk."""
    OUT_OF_RANGE = "out_of_range"
    """Its dates leave the calendar (years 1 to 9999)."""
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Options:
    """How one link's calendar is to be read.

    `today`: the property's local date, round which recurring events are expanded. `inclusive_end`: the calendar
    gives the last night as DTEND instead of the departure.
    """

    today: date
    inclusive_end: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One event: the nights from `start` up to, not including, `end`, as local dates of the property.

    `code`: a reservation's code found in the text (Airbnb's HM…). `occurrence`: of a recurring event, the date on
    which its rule puts it; `uid` and `occurrence` name it together. `raw`: its content lines, unfolded, as served;
    two events that differ in nothing else are equal.
    """

    uid: str | None
    start: date
    end: date
    summary: str = ""
    code: str | None = None
    status: Status = Status.CONFIRMED
    transparent: bool = False
    sequence: int = 0
    occurrence: date | None = None
    flags: frozenset[Flag] = frozenset()
    raw: str = field(default="", compare=False, repr=False)

    @property
    def ours(self) -> bool:
        """Whether we made it: it came back to us through the channel (R10)."""
        return self.uid is not None and self.uid.endswith(UID_DOMAIN)

    @property
    def takes_nights(self) -> bool:
        """Whether it keeps anybody else out; one that is cancelled, transparent or of a day does not."""
        return self.status is not Status.CANCELLED and not self.transparent and Flag.DAY_USE not in self.flags


@dataclass(frozen=True, slots=True)
class Problem:
    """An event that could not be read: its nights are unknown. `detail` is for engineers."""

    uid: str | None
    summary: str
    reason: Reason
    detail: str = ""
    raw: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A whole calendar. `events` take nights, `left_out` do not (cancelled, transparent, day use); both by start.

    `made_by`: its PRODIDs. `recurring`: a rule was expanded round `Options.today`, so that the same bytes say more
    tomorrow: an unchanged body must then be read again each day.
    """

    events: tuple[Event, ...]
    left_out: tuple[Event, ...] = ()
    problems: tuple[Problem, ...] = ()
    made_by: tuple[str, ...] = ()
    recurring: bool = False

    @property
    def partial(self) -> bool:
        """Whether an event's nights are unknown, so that what is missing here may not be gone."""
        return bool(self.problems)
