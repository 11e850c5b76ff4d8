"""A channel's calendar in a test: what it shows is served as bytes and recorded as the importer records it."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256

from sqlalchemy import select

from core.channels.models import ChannelBooking, ChannelLink, LinkImport
from core.feeds import queries as feeds
from core.feeds.fetch.answers import Answer, Failed, Fetched, NotModified, Trouble
from core.feeds.versions import version_of
from core.imports import service
from core.imports.reading import prepare, read
from core.imports.service import Applied
from core.stays.models import Stay
from core.values.nights import Nights, as_pairs, runs
from tests.support.desk import Desk
from tests.support.hotel import SEALER

HALF_HOUR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Shown:
    """One event of a calendar, as one of the platforms writes it."""

    nights: Nights
    uid: str
    summary: str
    description: str = ""


def reserved(nights: Nights, code: str) -> Shown:
    """Return a reservation as Airbnb writes it: `code` is eight letters or digits, HM goes before it."""
    url = f"Reservation URL: https://www.airbnb.com/hosting/reservations/details/HM{code}"
    return Shown(nights, f"1418fb94e984-{sha256(code.encode()).hexdigest()[:32]}@airbnb.com", "Reserved", url)


def not_available(nights: Nights) -> Shown:
    """Return a closure as Airbnb writes it."""
    mark = sha256(str(nights.arrival).encode()).hexdigest()[:32]
    return Shown(nights, f"7f662ec65913-{mark}@airbnb.com", "Airbnb (Not available)")


def closed(nights: Nights) -> Shown:
    """Return an event as Booking.com writes every one of them."""
    mark = sha256(str(nights.arrival).encode()).hexdigest()[:32]
    return Shown(nights, f"{mark}@booking.com", "CLOSED - Not available")


def calendar(*events: Shown, made_by: str = "-//OTA//Calendar//EN") -> bytes:
    """Return an iCalendar body with these events."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{made_by}", "CALSCALE:GREGORIAN"]
    for event in events:
        lines += [
            "BEGIN:VEVENT", "DTSTAMP:20261120T120000Z", f"UID:{event.uid}",
            f"DTSTART;VALUE=DATE:{event.nights.arrival:%Y%m%d}", f"DTEND;VALUE=DATE:{event.nights.departure:%Y%m%d}",
            f"SUMMARY:{event.summary}", *([f"DESCRIPTION:{event.description}"] if event.description else []),
            "END:VEVENT",
        ]  # fmt: skip
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


@dataclass(slots=True)
class ChannelCalendar:
    """The calendar that one channel serves for one room of the desk's hotel, or for one type by its code."""

    desk: Desk
    platform: str
    room: str
    link_id: int = field(init=False)

    def __post_init__(self) -> None:
        self.link_id = self.desk.hotel.links[self.platform, self.room]
        with self.desk.store.unit_of_work() as work:
            link = work.session.get_one(ChannelLink, self.link_id)
            url = f"https://{self.platform}.example/{self.room}.ics"
            link.import_url = SEALER.seal(url, "channel_links.import_url")

    def look(self, *events: Shown, after: timedelta = HALF_HOUR) -> Applied:
        """Let time pass, show `events`, and have them read."""
        return self.answer(calendar(*events), after=after)

    def looks(self, times: int, *events: Shown, after: timedelta = HALF_HOUR) -> None:
        """Show the same several times."""
        for _ in range(times):
            self.look(*events, after=after)

    def fail(self, trouble: Trouble = Trouble.STATUS_5XX, *, after: timedelta = HALF_HOUR) -> Applied:
        """Let time pass and the fetch fail."""
        return self.answer(Failed(trouble, "down", 503), after=after)

    def answer(self, answer: bytes | Answer, *, after: timedelta = HALF_HOUR) -> Applied:
        """Let time pass and have one answer read and recorded."""
        self.desk.advance(after)
        store = self.desk.store
        with store.reading() as session:
            order = prepare(session, SEALER, self.link_id, store.clock.now(), allow_private=False)
        assert order is not None
        if isinstance(answer, bytes):
            answer = Fetched(answer, None, None, sha256(answer).hexdigest())
        brought = read(order, answer)
        with store.unit_of_work() as work:
            return service.apply(work, order, brought, 0.1)

    def unchanged(self, *, after: timedelta = HALF_HOUR) -> Applied:
        """Let time pass and the server say that nothing changed."""
        return self.answer(NotModified(), after=after)

    def has_read(self) -> None:
        """Let the channel read our feed as it stands, now."""
        with self.desk.store.unit_of_work() as work:
            link = work.session.get_one(ChannelLink, self.link_id)
            version = select(version_of()).select_from(ChannelLink).where(ChannelLink.id == self.link_id)
            link.read_at, link.read_version = work.now, work.session.scalar(version) or 0
            link.read_nights = as_pairs(runs(self.feed()))

    def rows(self) -> list[ChannelBooking]:
        """Return all that the channel told us, in the order in which it came."""
        with self.desk.store.reading() as session:
            query = select(ChannelBooking).where(ChannelBooking.link_id == self.link_id)
            return list(session.scalars(query.order_by(ChannelBooking.number)))

    def stays(self) -> list[Stay]:
        """Return the stays that came of it, in that order."""
        return [self.desk.stay(row.stay_id) for row in self.rows() if row.stay_id is not None]

    def stay(self, code: str) -> Stay:
        """Return the stay of an Airbnb reservation."""
        return next(stay for stay in self.stays() if stay.reference == f"HM{code}")

    def memory(self) -> LinkImport:
        """Return how its reading goes."""
        with self.desk.store.reading() as session:
            return session.get_one(LinkImport, self.link_id)

    def feed(self) -> set[date]:
        """Return the nights to come that our feed for this channel shows busy."""
        store = self.desk.store
        with store.reading() as session:
            shown = feeds.shown(session, self.link_id, store.clock.now())
        return {night for event in shown for night in event.nights}
