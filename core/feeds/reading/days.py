"""From the start and end an event gives to the nights it takes, as local dates of the property.

A date stays a date and never passes through a time of day. A time of day is brought to the property's zone before
its date is taken; without a zone it is the property's own already.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from core.errors import Invalid
from core.feeds.reading.snapshot import Flag, Reason
from core.values.nights import ONE_NIGHT

NOON = time(12)
LAST_MINUTE = time(23, 59)
Moment = date | datetime


class Unreadable(Invalid):
    """An event's nights cannot be known. Facts `reason` (a `Reason`) and `detail`."""


@dataclass(frozen=True, slots=True)
class Days:
    """Half-open local dates; `flags` say what had to be assumed. A day use has no night."""

    start: date
    end: date
    flags: frozenset[Flag] = frozenset()


def days(start: Moment, end: Moment | None, zone: tzinfo, *, inclusive_end: bool) -> Days:
    """The days from `start` to `end`. Raises `Unreadable` when the end lies before the start."""
    here, there = local(start, zone), None if end is None else local(end, zone)
    first = day_of(here)
    if there is None:
        return _one_day(here)
    last = day_of(there)
    timed = isinstance(here, datetime) and isinstance(there, datetime)
    if last < first or (timed and there < here):
        raise Unreadable(reason=Reason.REVERSED, detail=f"{first} to {last}")
    if isinstance(there, datetime):
        # From the first to the last minute of a day: whole days, the last of them included.
        if isinstance(here, datetime) and here.time() == time.min and there.time() >= LAST_MINUTE:
            return Days(first, last + ONE_NIGHT)
    elif inclusive_end:
        return Days(first, last + ONE_NIGHT)
    return _one_day(here) if last == first else Days(first, last)


def _one_day(start: Moment) -> Days:
    """What begins and ends on one day: a night, unless it is a matter of the morning such as a check-out."""
    first = day_of(start)
    if isinstance(start, datetime) and time.min < start.time() < NOON:
        return Days(first, first, frozenset({Flag.DAY_USE}))
    return Days(first, first + ONE_NIGHT, frozenset({Flag.END_ASSUMED}))


def local(moment: Moment, zone: tzinfo) -> Moment:
    """`moment` as the property's clocks show it, without a zone; a date stays as it is."""
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        return moment.astimezone(zone).replace(tzinfo=None)
    return moment


def day_of(moment: Moment) -> date:
    """The date of `moment` where it was written."""
    return moment.date() if isinstance(moment, datetime) else moment


def ends_after(start: Moment, duration: timedelta) -> Moment:
    """The end of what begins at `start` and takes `duration`. Raises `Unreadable`."""
    if duration < timedelta(0):
        raise Unreadable(reason=Reason.REVERSED, detail=f"DURATION of {duration}")
    if not isinstance(start, datetime) and duration % ONE_NIGHT:
        raise Unreadable(reason=Reason.BAD_DURATION, detail=f"a date and {duration}")
    return start + duration
