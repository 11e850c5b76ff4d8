"""The careful way: any VEVENT, property by property, with icalendar's readers of lines and values.

Each line is read on its own, so that a broken one costs itself, or its event when it decides the nights; the library's
reader of whole calendars is what the tests compare with.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo

from icalendar.parser import Contentline
from icalendar.prop import vDDDTypes, vDuration

from core.feeds.reading.days import Days, Moment, Unreadable, day_of, days, ends_after, local
from core.feeds.reading.plain import code_in
from core.feeds.reading.snapshot import Event, Flag, Options, Reason, Status
from core.feeds.reading.text import MOST_OF_A_LINE
from core.feeds.reading.zones import zone_of

_NAME = re.compile(r"[ \t]*([A-Za-z0-9-]+)")
_TEXTS = frozenset({"SUMMARY", "DESCRIPTION"})
_ONCE = frozenset({"DTSTART", "DTEND", "DURATION", "RECURRENCE-ID"})
_OFTEN = frozenset({"RRULE", "RDATE", "EXDATE"})
_DATES = _ONCE | _OFTEN
_READ = _TEXTS | _DATES | {"UID", "STATUS", "TRANSP", "SEQUENCE"}
_MOST_OFTEN = 1_000
_STATUS = {status.name: status for status in Status}


@dataclass(frozen=True, slots=True)
class Line:
    """One property as it was written: the zone of its times and its value, unescaped."""

    zone: str | None
    is_date: bool
    value: str


@dataclass(frozen=True, slots=True)
class Draft:
    """An event with what its rule needs: `start` and `end` as written, with their zones."""

    event: Event
    start: Moment
    end: Moment | None
    rules: tuple[str, ...] = ()
    added: tuple[Moment, ...] = ()
    dropped: tuple[Moment, ...] = ()

    @property
    def recurs(self) -> bool:
        """Whether it stands for more than one event, or for none."""
        return bool(self.rules or self.added or self.dropped)


@dataclass(slots=True)
class _Lines:
    """The lines of one event by name, with those that could not be read noted."""

    found: dict[str, list[Line]]
    flags: set[Flag]

    def text(self, name: str) -> str:
        lines = self.found.get(name)
        return lines[0].value if lines else ""

    def moments(self, name: str) -> tuple[Moment, ...]:
        return tuple(
            self.moment(Line(line.zone, line.is_date, value))
            for line in self.found.get(name, ())
            for value in line.value.split(",")
            if value.strip()
        )

    def only(self, name: str) -> Line | None:
        lines = self.found.get(name)
        return lines[0] if lines else None

    def moment(self, line: Line) -> Moment:
        """A date or a time of day. Raises `Unreadable`."""
        # Of a period only the beginning is asked for.
        moment = moment_of(line.value.partition("/")[0])
        if not isinstance(moment, datetime):
            return moment
        if line.is_date:
            return moment.date()
        if moment.tzinfo is None and line.zone:
            zone = zone_of(line.zone)
            if zone is None:
                self.flags.add(Flag.UNKNOWN_ZONE)
            return moment.replace(tzinfo=zone)
        return moment


def moment_of(value: str) -> Moment:
    """A DATE or DATE-TIME value, in UTC where it says so. Raises `Unreadable`."""
    try:
        moment: object = vDDDTypes.from_ical(value.strip())  # type: ignore[no-untyped-call]
    except ValueError as error:
        raise Unreadable(reason=Reason.BAD_DATE, detail=str(error)) from None
    if isinstance(moment, date):
        return moment
    raise Unreadable(reason=Reason.BAD_DATE, detail=f"{value[:40]!r} is no date")


def named(block: str) -> tuple[str | None, str]:
    """UID and summary of an event that may be broken otherwise."""
    lines = _lines("\n".join(line for line in block.split("\n") if line[:3].upper() in {"UID", "SUM"}))
    return lines.text("UID").strip() or None, lines.text("SUMMARY").strip()


def read(block: str, zone: tzinfo, options: Options) -> Draft:
    """The event of `block` (its unfolded lines). Raises `Unreadable`, OverflowError or ValueError."""
    lines = _lines(block)
    first = lines.only("DTSTART")
    if first is None:
        raise Unreadable(reason=Reason.NO_START)
    start = lines.moment(first)
    end = _end(lines, start)
    seen: Days = days(start, end, zone, inclusive_end=options.inclusive_end)
    if end is None and Flag.BROKEN_LINE in lines.flags:
        # The broken line may have been the end.
        raise Unreadable(reason=Reason.UNREADABLE, detail="no end, and a line that cannot be read")
    event = _event(lines, seen, block)
    if (written := lines.only("RECURRENCE-ID")) is not None:
        event = replace(event, occurrence=day_of(local(lines.moment(written), zone)))
    rules = tuple(line.value for line in lines.found.get("RRULE", ()))
    added, dropped = lines.moments("RDATE"), lines.moments("EXDATE")
    return Draft(replace(event, flags=event.flags | lines.flags), start, end, rules, added, dropped)


def _event(lines: _Lines, seen: Days, block: str) -> Event:
    summary = lines.text("SUMMARY").strip()
    sequence = lines.text("SEQUENCE").strip()
    return Event(
        uid=lines.text("UID").strip() or None,
        start=seen.start,
        end=seen.end,
        summary=summary,
        code=code_in(lines.text("DESCRIPTION"), summary),
        status=_STATUS.get(lines.text("STATUS").strip().upper(), Status.CONFIRMED),
        transparent=lines.text("TRANSP").strip().upper() == "TRANSPARENT",
        sequence=int(sequence) if re.fullmatch(r"[0-9]{1,9}", sequence) else 0,
        flags=seen.flags,
        raw=block[:MOST_OF_A_LINE],
    )


def _end(lines: _Lines, start: Moment) -> Moment | None:
    if (written := lines.only("DTEND")) is not None:
        return lines.moment(written)
    if (lasts := lines.only("DURATION")) is None:
        return None
    try:
        duration: timedelta = vDuration.from_ical(lasts.value.strip())  # type: ignore[no-untyped-call]
    except ValueError as error:
        raise Unreadable(reason=Reason.BAD_DURATION, detail=str(error)) from None
    return ends_after(start, duration)


def _lines(block: str) -> _Lines:
    lines = _Lines({}, set())
    for written in block.split("\n"):
        name = _NAME.match(written)
        if name is None or ":" not in written:
            lines.flags.add(Flag.BROKEN_LINE)
        elif (known := name[1].upper()) in _READ:
            _read_line(lines, known, written)
    return lines


def _read_line(lines: _Lines, name: str, written: str) -> None:
    before = len(lines.found.get(name, ()))
    if before and name in _ONCE:
        raise Unreadable(reason=Reason.REPEATED, detail=name)
    if before >= _MOST_OFTEN:
        raise Unreadable(reason=Reason.RECURRENCE, detail=f"{name} more than {_MOST_OFTEN} times")
    if before and name not in _OFTEN:
        # The first of several texts counts.
        return
    if len(written) > MOST_OF_A_LINE and name not in _TEXTS:
        raise Unreadable(reason=Reason.UNREADABLE, detail=f"{name} of {len(written)} characters")
    try:
        line = Contentline(written[:MOST_OF_A_LINE])  # type: ignore[no-untyped-call]
        _, params, value = line.parts()
    except ValueError as error:
        if name in _DATES:
            raise Unreadable(reason=Reason.UNREADABLE, detail=str(error)[:200]) from None
        lines.flags.add(Flag.BROKEN_LINE)
        return
    if name == "RECURRENCE-ID" and "RANGE" in params:
        raise Unreadable(reason=Reason.RECURRENCE, detail="this and all that follow")
    lines.found.setdefault(name, []).append(
        Line(_first(params.get("TZID")), _first(params.get("VALUE")) == "DATE", value)
    )


def _first(value: str | Sequence[str] | None) -> str | None:
    """A parameter's value; a list of them stands where a comma was written without quotes."""
    if value is None or isinstance(value, str):
        return value
    return value[0] if value else None
