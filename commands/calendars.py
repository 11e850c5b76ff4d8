"""Looking at somebody else's calendar: what would be read in it, event by event, and what is wrong with it."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from core.feeds.fetch.answers import Ask, Failed, Fetched, NotModified, Trouble
from core.feeds.fetch.client import Means, fetch
from core.feeds.fetch.headers import agent
from core.feeds.reading import Event, Flag, NotACalendar, Options, Problem, Reason, Status, read
from core.feeds.reading.text import MOST_BYTES, MOST_EVENTS

TROUBLES = {
    Trouble.WRONG_ADDRESS: "not an address that is asked: http or https, port 80 or 443, no password",
    Trouble.REFUSED_ADDRESS: "refused: this is not a machine on the public internet",
    Trouble.DNS: "not reached: there is no such host",
    Trouble.UNREACHABLE: "not reached",
    Trouble.TIMEOUT: "not reached in time, or too slow",
    Trouble.TLS: "not reached safely",
    Trouble.REDIRECT: "redirected to where we do not follow",
    Trouble.TOO_LARGE: "too big to be a room's calendar",
    Trouble.BAD_ENCODING: "packed in a way that is not read",
    Trouble.BROKEN: "the answer was cut short or is none",
}

NO_CALENDARS = {
    "empty": "nothing is in it",
    "html": "a web page",
    "json": "an answer in JSON, perhaps an error",
    "no_calendar": "BEGIN:VCALENDAR is not at its beginning",
    "truncated": "END:VCALENDAR is not at its end: it was cut off",
    "unbalanced": "what begins in it does not end where it should",
    "too_big": f"more than {MOST_BYTES // 2**20} MB",
    "too_many": f"more than {MOST_EVENTS} events",
}
REASONS = {
    Reason.NO_START: "has no start",
    Reason.BAD_DATE: "a date that is none",
    Reason.REPEATED: "gives a date twice",
    Reason.REVERSED: "ends before it begins",
    Reason.BAD_DURATION: "lasts for no number of days",
    Reason.RECURRENCE: "recurs in a way that is not read",
    Reason.OUT_OF_RANGE: "lies outside the calendar",
    Reason.UNREADABLE: "cannot be read",
}
FLAGS = {
    Flag.END_ASSUMED: "no end: one night",
    Flag.DAY_USE: "a day without a night: not counted",
    Flag.DUPLICATE_UID: "another event has its UID",
    Flag.UNKNOWN_ZONE: "unknown zone: taken as the property's time",
    Flag.BROKEN_LINE: "a line of it is broken",
}
OURS = "ours"
CANCELLED = "cancelled: not counted"
TRANSPARENT = "leaves the room free: not counted"


class CannotGet(Exception):
    """The calendar could not be fetched or opened."""


@dataclass(frozen=True, slots=True)
class SeenEvent:
    """One event: half-open local dates, or what is wrong with it.

    `nights` are those it takes; 0: it keeps nobody out, and `note` says why.
    """

    uid: str | None
    code: str | None
    arrival: date | None
    departure: date | None
    nights: int | None
    summary: str
    note: str | None
    wrong: str | None


@dataclass(frozen=True, slots=True)
class Seen:
    """What stands in one body; `wrong`: it is no calendar or not a whole one, nothing of it would be believed."""

    made_by: tuple[str, ...]
    events: tuple[SeenEvent, ...]
    wrong: str | None


def is_address(source: str) -> bool:
    """Whether `source` is an address of the web; otherwise it is a file."""
    return source.lower().startswith(("http://", "https://"))


def get(source: str, *, allow_private: bool = False, public_url: str | None = None) -> bytes:
    """The bytes of a file or of an http(s) address, fetched as the importer does. Raises `CannotGet`."""
    if not is_address(source):
        try:
            with Path(source).open("rb") as file:
                return _capped(file.read(MOST_BYTES + 1))
        except OSError as error:
            raise CannotGet(error.strerror) from None
    match fetch(Ask(source, allow_private=allow_private), Means(agent=agent(public_url))):
        case Fetched(body=body):
            return body
        case Failed() as failed:
            raise CannotGet(_why(failed))
        case NotModified():
            raise CannotGet("the server answered 304")


def _why(failed: Failed) -> str:
    if failed.status is not None:
        return f"the server answered {failed.status}"
    return f"{TROUBLES[failed.kind]} ({failed.raw})"


def _capped(body: bytes) -> bytes:
    if len(body) > MOST_BYTES:
        raise CannotGet("too big to be a room's calendar")
    return body


def look(body: bytes, zone: str, today: date) -> Seen:
    """What the importer reads in `body` for a property in `zone` (an IANA name), whose day is `today`."""
    try:
        snapshot = read(body, zone, Options(today))
    except NotACalendar as refused:
        return Seen((), (), NO_CALENDARS[refused.facts["reason"]])
    events = [_event(event) for event in sorted((*snapshot.events, *snapshot.left_out), key=lambda one: one.start)]
    wrong = [_problem(problem) for problem in snapshot.problems]
    return Seen(snapshot.made_by, (*events, *wrong), None)


def _event(event: Event) -> SeenEvent:
    notes = [words for words, so in ((OURS, event.ours), (CANCELLED, event.status is Status.CANCELLED)) if so]
    if event.transparent:
        notes.append(TRANSPARENT)
    notes += (FLAGS[flag] for flag in Flag if flag in event.flags)
    nights = (event.end - event.start).days if event.takes_nights else 0
    return SeenEvent(
        event.uid, event.code, event.start, event.end, nights, event.summary, "; ".join(notes) or None, None
    )


def _problem(problem: Problem) -> SeenEvent:
    said = f"{REASONS[problem.reason]} ({problem.detail})" if problem.detail else REASONS[problem.reason]
    return SeenEvent(problem.uid, None, None, None, None, problem.summary, None, said)
