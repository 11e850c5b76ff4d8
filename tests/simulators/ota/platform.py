"""One OTA: its listings, when each reads our calendar, and the requests of guests and hosts."""

import http.client
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from urllib.parse import urlsplit

import icalendar

from tests.simulators.ota.dialects import calendar
from tests.simulators.ota.failing import Failure, Kind
from tests.simulators.ota.listing import Listing, Options, Span

PATIENCE = 10.0
AGENTS: Mapping[str, str] = {"airbnb": "AirbnbCalendar/2", "booking_com": "Booking-iCal/1.0", "vrbo": "HomeAway/3"}
Asked = Mapping[str, Any]
Told = dict[str, Any]


@dataclass(slots=True)
class Ota:
    """One OTA. `seed` makes its chances; its clock is told with every request."""

    platform: str
    seed: str
    now: datetime
    listings: dict[str, Listing] = field(default_factory=dict)
    failures: dict[str, Failure] = field(default_factory=dict)

    def hear(self, asked: Asked) -> Told:
        """Do what `asked["do"]` names, at `asked["now"]`."""
        self.now = datetime.fromisoformat(asked["now"])
        for listing in self.listings.values():
            listing.now = self.now
        return DOINGS[asked["do"]](self, asked)

    def export(self, key: str) -> bytes:
        """The calendar of a listing as it stands, with what an outage leaves out of it."""
        failure = self.failures.get(key)
        listing = self.listings[key]
        if failure is None or not failure.kind.lies:
            return calendar(listing)
        if failure.kind is Kind.EMPTY:
            return calendar(listing, frozenset([*listing.bookings, "*"]))
        return calendar(listing, failure.codes)

    def _list(self, asked: Asked) -> Told:
        given = dict(asked["options"])
        given["reads_every"] = tuple(given.get("reads_every", (120, 180)))
        options = Options(platform=self.platform, **given)
        key = asked["listing"]
        made = Listing(key, options, Random(f"{self.seed}:{self.platform}:{key}"), self.now)
        if options.feed is not None:
            made.next_read = self.now + timedelta(minutes=made.random.uniform(0, options.reads_every[1]))
        self.listings[key] = made
        return {}

    def _clock(self, _asked: Asked) -> Told:
        """Read what is due. Tells the reads, and when the next is due."""
        due = [one for one in self.listings.values() if one.next_read <= self.now]
        reads = [{"listing": one.key, "status": read(one)} for one in sorted(due, key=lambda one: one.next_read)]
        return {"reads": reads, "next": min(one.next_read for one in self.listings.values()).isoformat()}

    def _refresh(self, asked: Asked) -> Told:
        """The host presses the button that reads our calendar now."""
        return {"status": read(self.listings[asked["listing"]])}

    def _time(self, _asked: Asked) -> Told:
        return {}

    def _book(self, asked: Asked) -> Told:
        made = self.listings[asked["listing"]].book(_span(asked))
        return {"code": None} if made is None else {"code": made.code, "uid": made.uid}

    def _cancel(self, asked: Asked) -> Told:
        shut = self.listings[asked["listing"]].cancel(asked["code"])
        return {"closed": None if shut is None else [shut.arrival.isoformat(), shut.departure.isoformat()]}

    def _change(self, asked: Asked) -> Told:
        return {"changed": self.listings[asked["listing"]].change(asked["code"], _span(asked))}

    def _close(self, asked: Asked) -> Told:
        return {"closed": self.listings[asked["listing"]].close(_span(asked))}

    def _open(self, asked: Asked) -> Told:
        self.listings[asked["listing"]].open(_span(asked))
        return {}

    def _fail(self, asked: Asked) -> Told:
        """Let a listing's calendar fail until it is told otherwise; `kind` None heals it.

        A partial outage leaves out what the `chance` of the OTA picks, at least one reservation.
        """
        key = asked["listing"]
        if asked["kind"] is None:
            self.failures.pop(key, None)
            return {}
        listing = self.listings[key]
        codes = sorted(one.code for one in listing.live() if one.nights.departure > listing.today)
        lost = listing.random.sample(codes, listing.random.randint(1, len(codes))) if codes else []
        self.failures[key] = Failure(Kind(asked["kind"]), frozenset(lost))
        return {"codes": sorted(lost)}


DOINGS: Mapping[str, Callable[[Ota, Asked], Told]] = {
    "list": Ota._list,
    "clock": Ota._clock,
    "refresh": Ota._refresh,
    "time": Ota._time,
    "book": Ota._book,
    "cancel": Ota._cancel,
    "change": Ota._change,
    "close": Ota._close,
    "open": Ota._open,
    "fail": Ota._fail,
}


def read(listing: Listing) -> int:
    """Read our calendar and believe it; what is no whole calendar changes nothing. The status, 0 for no answer."""
    listing.plan_read()
    assert listing.options.feed is not None
    try:
        status, etag, body = _get(listing.options.feed, AGENTS[listing.options.platform], listing.etag)
    except (OSError, http.client.HTTPException):
        return 0
    if status == http.client.OK:
        try:
            listing.heard(busy_in(body))
        except ValueError:
            return 0
        listing.etag = etag if listing.options.validates else None
    return status


def busy_in(body: bytes) -> set[date]:
    """The nights that a calendar shows busy. Raises `ValueError` for what is none."""
    found = icalendar.Calendar.from_ical(body)
    assert isinstance(found, icalendar.Calendar)
    return {night for event in found.events for night in Span(event.start, event.end)}


def _get(url: str, agent: str, etag: str | None) -> tuple[int, str | None, bytes]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
    try:
        headers = {"User-Agent": agent, **({"If-None-Match": etag} if etag else {})}
        connection.request("GET", parts.path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.getheader("ETag"), answer.read()
    finally:
        connection.close()


def _span(asked: Asked) -> Span:
    return Span(date.fromisoformat(asked["arrival"]), date.fromisoformat(asked["departure"]))
