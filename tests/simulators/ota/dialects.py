"""How each OTA writes a listing's calendar: the shapes of real exports, written anew."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, timedelta
from types import MappingProxyType

from tests.simulators.ota.listing import DAY, Booking, Listing, Span

FOLD = 75
Lines = Iterable[str]
Writer = Callable[[Listing, frozenset[str]], bytes]


def calendar(listing: Listing, hidden: frozenset[str] = frozenset()) -> bytes:
    """The calendar of a listing as its platform writes it; an outage hides the reservations with `hidden` codes.

    The code "*" in `hidden` hides everything else, too: closures and the far edge.
    """
    return WRITERS[listing.options.platform](listing, hidden)


def airbnb(listing: Listing, hidden: frozenset[str]) -> bytes:
    """Codes and lasting UIDs; closures clipped to today; stays are shown for a day after they ended, by UTC."""
    stamp = _stamp(listing)

    def sold(one: Booking) -> Lines:
        url = f"https://www.airbnb.com/hosting/reservations/details/{one.code}"
        yield from (stamp, *_dates(one.nights), "SUMMARY:Reserved")
        yield f"UID:1418fb94e984-{listing.hashed(one.code)}@airbnb.com"
        yield f"DESCRIPTION:Reservation URL: {url}\\nPhone Number (Last 4 Digits): {int(one.uid[:4], 16) % 10000:04}"

    def shut(nights: Span) -> Lines:
        yield from (stamp, *_dates(nights), "SUMMARY:Airbnb (Not available)")
        yield f"UID:7f662ec65913-{listing.hashed(nights.arrival)}@airbnb.com"

    utc_today = listing.now.astimezone(UTC).date()
    stays = [one for one in _shown(listing, hidden) if one.nights.departure + DAY > utc_today]
    closures = _closures(listing, hidden, 367)
    head = ("PRODID:-//Airbnb Inc//Hosting Calendar 1.0//EN", "CALSCALE:GREGORIAN", "VERSION:2.0")
    return _written(head, [*map(sold, stays), *map(shut, closures)])


def booking_com(listing: Listing, hidden: frozenset[str]) -> bytes:
    """One summary for all; the UID is a function of the start, which is clipped to the property's own today.

    With `echoes` it is an export of "reservations and closed dates", else of reservations only.
    """
    stamp = _stamp(listing)

    def event(nights: Span) -> Lines:
        at = Span(max(nights.arrival, listing.today), nights.departure)
        yield from (stamp, *_dates(at), f"UID:{listing.hashed(at.arrival)}@booking.com")
        yield from ("SUMMARY:CLOSED - Not available", "ORGANIZER:mailto:noreply@booking.com")

    stays = [one.nights for one in _shown(listing, hidden) if one.nights.departure > listing.today]
    closures = _closures(listing, hidden, 549) if listing.options.echoes else []
    ordered = sorted([*stays, *closures], key=lambda nights: (nights.arrival, nights.departure))
    head = (
        "VERSION:2.0",
        "PRODID:-//admin.booking.com\\\\\\, b.v.//NONSGML v1.0//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
    )
    return _written(head, map(event, ordered))


def vrbo(listing: Listing, hidden: frozenset[str]) -> bytes:
    """UUIDs; the summary tells reservations from closures; stays are shown for half a year after they ended."""
    stamp = _stamp(listing)

    def sold(one: Booking) -> Lines:
        yield from (f"UID:{one.uid}", stamp, *_dates(one.nights), f"SUMMARY:Reserved - {one.guest}")

    def shut(nights: Span) -> Lines:
        yield from (f"UID:{listing.hashed(nights)}", stamp, *_dates(nights), "SUMMARY:Blocked")

    stays = [one for one in _shown(listing, hidden) if one.nights.departure + timedelta(days=183) > listing.today]
    closures = [] if "*" in hidden else listing.shut_runs()
    head = ("VERSION:2.0", "CALSCALE:GREGORIAN", "PRODID:-//HomeAway.com, Inc.//EN")
    return _written(head, [*map(sold, stays), *map(shut, closures)])


WRITERS: Mapping[str, Writer] = MappingProxyType({"airbnb": airbnb, "booking_com": booking_com, "vrbo": vrbo})


def _shown(listing: Listing, hidden: frozenset[str]) -> Iterator[Booking]:
    return (one for one in listing.live() if one.code not in hidden)


def _closures(listing: Listing, hidden: frozenset[str], far_days: int) -> list[Span]:
    if "*" in hidden:
        return []
    edge = listing.edge(far_days)
    return [*listing.shut_runs(), *([edge] if edge is not None else [])]


def _stamp(listing: Listing) -> str:
    return f"DTSTAMP:{listing.now.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _dates(nights: Span) -> tuple[str, str]:
    return f"DTSTART;VALUE=DATE:{_day(nights.arrival)}", f"DTEND;VALUE=DATE:{_day(nights.departure)}"


def _day(day: date) -> str:
    return day.strftime("%Y%m%d")


def _written(head: Lines, events: Iterable[Lines]) -> bytes:
    lines = ["BEGIN:VCALENDAR", *head]
    for event in events:
        lines += ["BEGIN:VEVENT", *event, "END:VEVENT"]
    return b"".join(_folded(line) for line in [*lines, "END:VCALENDAR"])


def _folded(line: str) -> bytes:
    """A content line of RFC 5545 §3.1; a fold never parts the bytes of one letter."""
    parts, at = [], b""
    for letter in line:
        raw = letter.encode()
        if len(at) + len(raw) > FOLD:
            parts.append(at)
            at = b" "
        at += raw
    return b"\r\n".join([*parts, at]) + b"\r\n"
