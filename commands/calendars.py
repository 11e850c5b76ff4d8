"""Looking at somebody else's calendar: what would be read in it, event by event, and what is wrong with it."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from core.feeds.fetch.answers import Ask, Failed, Fetched, NotModified, Trouble
from core.feeds.fetch.client import Means, fetch
from core.feeds.fetch.headers import agent

MOST_BYTES = 4 * 2**20
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


class CannotGet(Exception):
    """The calendar could not be fetched or opened."""


@dataclass(frozen=True, slots=True)
class SeenEvent:
    """One event: half-open local dates, or what is wrong with it."""

    uid: str | None
    arrival: date | None
    departure: date | None
    nights: int | None
    summary: str
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


def look(body: bytes, zone: str) -> Seen:
    """What `body` says; times of day become dates in `zone` (an IANA name).

    icalendar reads leniently (RFC 5545 with what platforms make of it), so that most faults are told per event.
    """
    if wanting := [mark for mark in ("BEGIN:VCALENDAR", "END:VCALENDAR") if mark.encode() not in body.upper()]:
        return Seen((), (), f"{' and '.join(wanting)} missing")
    try:
        calendars = Calendar.from_ical(body, multiple=True)
    except ValueError as error:
        return Seen((), (), str(error) or "no calendar")
    if not calendars or any(not isinstance(one, Calendar) for one in calendars):
        return Seen((), (), "no calendar")
    events = [_event(event, ZoneInfo(zone)) for one in calendars for event in one.events]
    made_by = tuple(str(one["PRODID"]) for one in calendars if "PRODID" in one)
    return Seen(made_by, tuple(sorted(events, key=_order)), None)


def _order(event: SeenEvent) -> tuple[date, str]:
    return event.arrival or date.max, event.uid or ""


def _event(event: Event, zone: ZoneInfo) -> SeenEvent:
    uid = str(event["UID"]) if "UID" in event else None
    summary = str(event.get("SUMMARY", ""))
    try:
        arrival, departure = _local(event.start, zone), _local(event.end, zone)
    except Exception as error:  # noqa: BLE001 - a broken property raises many kinds; one event is not the calendar.
        return SeenEvent(uid, None, None, None, summary, str(error) or type(error).__name__)
    nights = (departure - arrival).days
    wrong = None
    if nights <= 0:
        wrong = "ends before it begins" if nights < 0 else "has no night"
    elif event.errors:
        wrong = "; ".join(f"{name}: {said}" for name, said in event.errors)
    return SeenEvent(uid, arrival, departure, nights, summary, wrong)


def _local(moment: date | datetime, zone: ZoneInfo) -> date:
    if not isinstance(moment, datetime):
        return moment
    return (moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)).date()
