"""The closed loop: OTAs, guests, the front desk and the house under one simulated clock, and a judge who looks on."""

import heapq
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from core.clock import local_date
from core.platforms.registry import PLATFORMS as KNOWN
from tests.simulators import plan as plans
from tests.simulators.books import read_nights
from tests.simulators.house import BUSY, House, open_house
from tests.simulators.ota.failing import Kind
from tests.simulators.otas import OtaProcess
from tests.simulators.plan import BEGIN, PLATFORMS, Plan, Shape
from tests.simulators.report import Report
from tests.simulators.truth import Party, Span, Truth
from tests.support.hotel import Hotel

AT_ONCE = timedelta(seconds=30)
"""When a calendar is looked at after its channel has read ours (R10)."""
TOLD = (200, 304)
Act = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Listing:
    """One room at one OTA, as both sides know it."""

    link_id: int
    platform: str
    key: str
    """Its name at the OTA."""
    hotel: Hotel
    room: str
    zone: str
    shows_closures: bool
    """Whether its calendar shows what its host closed."""

    @property
    def room_id(self) -> int:
        """The room that it sells."""
        return self.hotel.rooms[self.room]

    @property
    def tells_kinds(self) -> bool:
        """Whether its calendar tells bookings from closures."""
        dialect = KNOWN[self.platform].dialect
        return dialect is not None and dialect.tells_kinds


@dataclass(slots=True)
class World:
    """One run. Everything happens in `run`, in the order of its time."""

    plan: Plan
    random: Random
    house: House
    otas: dict[str, OtaProcess]
    report: Report
    truth: Truth = field(default_factory=Truth)
    listings: dict[int, Listing] = field(default_factory=dict)
    """By link."""
    zones: dict[int, str] = field(default_factory=dict)
    """By property."""
    failing: dict[int, Kind] = field(default_factory=dict)
    hiding: dict[int, Collection[str]] = field(default_factory=dict)
    """What the calendars that lie leave out, by link."""
    hidden: set[str] = field(default_factory=set)
    """The sales that a lie hid from the only look that could have told them from our closure come back (R10)."""
    connected: set[int] = field(default_factory=set)
    """The links whose calendars the house reads."""
    first_read: dict[tuple[int, date], datetime] = field(default_factory=dict)
    """Since when a link that does not tell its bookings from closures reads a night busy in our feed."""
    unread_sale: list[Callable[[Listing, Party], None]] = field(default_factory=list)
    """Who enters by hand what is sold where no calendar is read yet."""
    leaves_early: list[Callable[[Listing, Party], None]] = field(default_factory=list)
    """Who sees off a guest that needs fewer nights than he had booked."""
    after_any_pull: list[Act] = field(default_factory=list)
    after_pull: list[Callable[[Listing, bool], None]] = field(default_factory=list)
    """Who wants to know of a good look that told the truth, and whether it told anything new."""
    before_heal: list[Callable[[Listing], None]] = field(default_factory=list)
    _queue: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _made: int = 0

    @property
    def now(self) -> datetime:
        """The present."""
        return self.house.clock.now()

    def today(self, hotel: Hotel) -> date:
        """The day where a hotel stands."""
        return local_date(self.now, self.zones[hotel.property_id])

    def at(self, when: datetime, act: Act) -> None:
        """Let something happen."""
        self._made += 1
        heapq.heappush(self._queue, (when, self._made, act))

    def later(self, low: float, high: float, act: Act) -> None:
        """Let something happen in so many minutes."""
        self.at(self.now + timedelta(minutes=self.random.uniform(low, high)), act)

    def again(self, a_day: float, act: Act) -> None:
        """Let something happen again and again, so often a day by chance."""

        def one() -> None:
            act()
            self.again(a_day, act)

        if a_day > 0:
            self.at(self.now + timedelta(days=self.random.expovariate(a_day)), one)

    def run(self) -> None:
        """Let the days of the plan pass."""
        end = BEGIN + timedelta(days=self.plan.days)
        while self._queue and self._queue[0][0] <= end and not (self.plan.stops and self.report.faults):
            when, _, act = heapq.heappop(self._queue)
            self.house.clock.instant = max(when, self.now)
            self.house.catch_up()
            act()

    def open_hotel(self, shape: Shape) -> Hotel:
        """Make a hotel in the house and its listings at the OTAs, and let both read each other from now on."""
        hotel = self.house.add_hotel(shape.code, shape.zone, shape.rooms, shape.links)
        self.zones[hotel.property_id] = shape.zone
        for (platform, room), link_id in hotel.links.items():
            key = f"{shape.code}-{room}"
            options = plans.options(self.plan, self.random)
            shows = platform != "booking_com" or bool(options["echoes"])
            self.otas[platform].list(key, zone=shape.zone, feed=self.house.feed_url(link_id), **options)
            self.listings[link_id] = Listing(link_id, platform, key, hotel, room, shape.zone, shows)
            if self.random.random() < self.plan.late:
                self.later(12 * 60, 48 * 60, lambda link_id=link_id: self._connect(link_id))  # type: ignore[misc]
            else:
                self._connect(link_id)
        return hotel

    def _connect(self, link_id: int) -> None:
        """Let the house read the calendar of a listing from now on."""
        listing = self.listings[link_id]
        self.house.connect(link_id, self.otas[listing.platform].calendar_url(listing.key))
        self.connected.add(link_id)
        self.later(0, self.plan.pulls_every, lambda: self._pull_again(link_id))

    def ota(self, listing: Listing) -> OtaProcess:
        """The OTA of a listing, which knows the time."""
        ota = self.otas[listing.platform]
        ota.at(self.now)
        return ota

    def pull(self, link_id: int) -> None:
        """Have the house look at a listing's calendar."""
        listing = self.listings[link_id]
        self.ota(listing)
        pulled = self.house.pull(link_id)
        kind = self.failing.get(link_id)
        self.report.pulls[pulled.trouble or ("lie" if kind is not None else "good")] += 1
        for tell in self.after_any_pull:
            tell()
        if pulled.good and kind is not None and not listing.tells_kinds:
            self._note_hidden(link_id)
        if not pulled.good or kind is not None:
            return
        self.house.looks[link_id].append(self.now)
        self.after_pull_of(listing, news=pulled.news)

    def _note_hidden(self, link_id: int) -> None:
        """Write down whom nobody was told of when a lie seemed to prove that nights its channel has read are free."""
        for party in self.truth.of_link(link_id):
            read = any((link_id, night) in self.first_read for _, night in party.nights())
            if party.known is None and party.ticket in self.hiding.get(link_id, ()) and read:
                self.hidden.add(party.name)

    def after_pull_of(self, listing: Listing, *, news: bool) -> None:
        """The house was told how a listing stands."""
        fresh = False
        for party in self.truth.of_link(listing.link_id):
            if party.lives and party.known != party.span:
                party.known, fresh = party.span, True
        for tell in self.after_pull:
            tell(listing, news or fresh)

    def fail(self, listing: Listing) -> None:
        """Let a calendar fail for a while."""
        if listing.link_id in self.failing:
            return
        kind, minutes = plans.outage(self.random)
        self.failing[listing.link_id] = kind
        self.hiding[listing.link_id] = self.ota(listing).fail(listing.key, kind)
        self.at(self.now + timedelta(minutes=minutes), lambda: self._heal(listing))

    def sold(self, listing: Listing, code: str, uid: str, arrival: date, departure: date) -> Party:
        """Write down what a guest bought."""
        span = Span(self.now, listing.room_id, arrival, departure)
        name = f"{listing.platform} {code} ({listing.key})"
        party = Party(name, [span], listing.link_id, code)
        party.code = code if listing.platform == "airbnb" else None
        party.uid = uid if listing.platform == "vrbo" else None
        self.bought(party)
        if listing.link_id not in self.connected:
            for tell in self.unread_sale:
                tell(listing, party)
        return party

    def bought(self, party: Party) -> Party:
        """Write down a purchase, and whether somebody had one of its nights."""
        if not party.closes:
            others = {
                night
                for other in self.truth.live()
                if other.lost_at is None and not other.closes and other.span.room_id == party.span.room_id
                for night in other.nights()
            }
            self.report.sales += 1
            self.report.double_sales += bool(others & set(party.span.nights()))
        return self.truth.buy(party)

    def cancel_there(self, party: Party) -> None:
        """Cancel a booking at the OTA that sold it."""
        assert party.link_id is not None
        listing = self.listings[party.link_id]
        kept = self.ota(listing).cancel(listing.key, party.ticket or "")
        self.truth.end(party, self.now)
        for tell in self.leaves_early:
            tell(listing, party)
        if kept is not None:
            self.closed_there(listing, *kept)

    def closed_there(self, listing: Listing, arrival: date, departure: date) -> None:
        """Write a closure down where its calendar shows it; the host opens it again some days later."""
        party = None
        if listing.shows_closures:
            span = Span(self.now, listing.room_id, arrival, departure)
            name = f"{listing.platform} closure {self.now:%d %H:%M:%S} ({listing.key})"
            kind = "block" if listing.tells_kinds else None
            party = self.truth.buy(Party(name, [span], listing.link_id, closes=True, shown_as=kind))

        def reopen() -> None:
            self.ota(listing).reopen(listing.key, arrival, departure)
            if party is not None:
                self.truth.end(party, self.now)

        self.later(6 * 60, 72 * 60, reopen)

    def tick(self, platform: str) -> None:
        """Let an OTA read what it has to read, and the house look at once where that proves something (R10)."""
        count = self.house.reads.count
        reads = self.otas[platform].clock(self.now)
        self.house.reads.write(count + sum(status in TOLD for _, status in reads.done))
        keys = {listing.key: listing for listing in self.listings.values() if listing.platform == platform}
        for key, status in reads.done:
            self.report.reads[status] += 1
            assert status in (*TOLD, BUSY), f"{platform} was answered {status} for {key}"
            link_id = keys[key].link_id
            if keys[key].tells_kinds:
                continue
            self._note_read(link_id)
            if link_id in self.connected:
                self.at(self.now + AT_ONCE, lambda link_id=link_id: self.pull(link_id))  # type: ignore[misc]
        self.at(max(reads.next, self.now + timedelta(seconds=1)), lambda: self.tick(platform))

    def _note_read(self, link_id: int) -> None:
        """Write down which nights a channel has read busy since when."""
        nights = read_nights(self.house.store.database.read, link_id)
        for key in [key for key in self.first_read if key[0] == link_id and key[1] not in nights]:
            del self.first_read[key]
        for night in nights:
            self.first_read.setdefault((link_id, night), self.now)

    def _pull_again(self, link_id: int) -> None:
        self.pull(link_id)
        every = self.plan.pulls_every
        self.later(0.9 * every, 1.1 * every, lambda: self._pull_again(link_id))

    def _heal(self, listing: Listing) -> None:
        for tell in self.before_heal:
            tell(listing)
        self.ota(listing).fail(listing.key, None)
        del self.failing[listing.link_id], self.hiding[listing.link_id]


@contextmanager
def open_world(plan: Plan, database_url: str, var_dir: Path) -> Iterator[World]:
    """Start the OTAs and the house; nothing has happened yet but that their hotels exist."""
    with ExitStack() as stack:
        random = Random(plan.seed)
        otas = {name: stack.enter_context(OtaProcess(name, plan.seed, BEGIN)) for name in PLATFORMS}
        house = stack.enter_context(open_house(database_url, var_dir, BEGIN))
        world = World(plan, random, house, otas, Report(plan.seed, plan.hotel_days))
        for number in range(plan.hotels):
            world.open_hotel(plans.shape(number, random))
        for platform in PLATFORMS:
            if any(listing.platform == platform for listing in world.listings.values()):
                world.at(BEGIN, lambda platform=platform: world.tick(platform))  # type: ignore[misc]
        yield world
