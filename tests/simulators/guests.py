"""Guests and hosts at the OTAs: who looks for a room, cancels, changes dates, and what hosts close there."""

from dataclasses import dataclass
from datetime import date

from tests.simulators.plan import SELLS_AHEAD
from tests.simulators.truth import DAY, Party, Span
from tests.simulators.world import Listing, World
from tests.support.hotel import Hotel

HOUR = 60.0


@dataclass(slots=True)
class Guests:
    """The guests of all hotels."""

    world: World

    def begin(self) -> None:
        """Let them come; some have booked before the house reads its first calendar."""
        for hotel in self.world.house.hotels:
            for _ in range(self.world.random.randint(0, 4)):
                self._come(hotel)
            self.world.again(self.world.plan.guests, lambda hotel=hotel: self._come(hotel))  # type: ignore[misc]
            self.world.again(self.world.plan.host_closes, lambda hotel=hotel: self._host(hotel))  # type: ignore[misc]
            self.world.again(self.world.plan.fails, lambda hotel=hotel: self._fail(hotel))  # type: ignore[misc]

    def _come(self, hotel: Hotel) -> None:
        """Somebody looks for a room, and at times somebody else for the same nights soon after."""
        world = self.world
        away = min(SELLS_AHEAD - 1, int(world.random.expovariate(1 / 8)))
        arrival = world.today(hotel) + away * DAY
        departure = arrival + world.random.choice((1, 1, 2, 2, 3, 5)) * DAY
        here = [listing for listing in world.listings.values() if listing.hotel is hotel]
        first = world.random.choice(here)
        self.book(first, arrival, departure)
        others = [one for one in here if one.room == first.room and one is not first]
        if others and world.random.random() < world.plan.rush:
            other = world.random.choice(others)
            shift = world.random.choice((0, 0, 0, 1, -1)) * DAY
            world.later(1, 2.5 * HOUR, lambda: self._try(other, arrival + shift, departure + shift))

    def _try(self, listing: Listing, arrival: date, departure: date) -> None:
        self.book(listing, arrival, departure)

    def book(self, listing: Listing, arrival: date, departure: date) -> Party | None:
        """Book at an OTA; None when it is sold out there, as far as it knows."""
        world = self.world
        made = world.ota(listing).book(listing.key, arrival, departure)
        if made is None:
            return None
        party = world.sold(listing, made.code, made.uid, arrival, departure)
        chance = world.random.random()
        left = (departure - world.today(listing.hotel)).days * 24 * HOUR
        if chance < world.plan.cancels:
            world.later(HOUR, max(left, 2 * HOUR), lambda: self.cancel(party))
        elif chance < world.plan.cancels + world.plan.changes:
            world.later(HOUR, max(left, 2 * HOUR), lambda: self.change(party))
        return party

    def cancel(self, party: Party) -> None:
        """Cancel at the OTA."""
        world, listing = self.world, self._listing(party)
        if not party.lives or self._departure(party) <= world.today(listing.hotel) or _only_by_hand(party):
            return
        world.cancel_there(party)

    def change(self, party: Party) -> None:
        """Change a booking's dates at the OTA, if it has the room free."""
        world, listing = self.world, self._listing(party)
        today = world.today(listing.hotel)
        if not party.lives or self._departure(party) <= today or _only_by_hand(party):
            return
        had = party.span
        first = world.random.choice((-1, 0, 0, 1)) if had.arrival > today else 0
        last = world.random.choice((-1, 1, 2))
        arrival = max(today, had.arrival + first * DAY) if first else had.arrival
        departure = max(had.departure + last * DAY, arrival + DAY, today + DAY)
        if (arrival, departure) == (had.arrival, had.departure):
            return
        both = arrival != had.arrival and departure != had.departure
        if both and party.code is None and party.uid is None and had.room_id != listing.room_id:
            # Nothing says that it is the guest who was moved: the house takes it for a new one in the listing's room.
            return
        if world.ota(listing).change(listing.key, party.ticket or "", arrival, departure):
            span = Span(world.now, had.room_id, arrival, departure)
            world.truth.change(party, span, told_by=party.link_id)
            for tell in world.leaves_early:
                tell(listing, party)

    def _host(self, hotel: Hotel) -> None:
        """The host closes some nights at one OTA only, for a few days."""
        world = self.world
        listing = world.random.choice([one for one in world.listings.values() if one.hotel is hotel])
        arrival = world.today(hotel) + world.random.randint(1, SELLS_AHEAD - 4) * DAY
        departure = arrival + world.random.randint(1, 4) * DAY
        if world.ota(listing).shut(listing.key, arrival, departure):
            world.closed_there(listing, arrival, departure)

    def _fail(self, hotel: Hotel) -> None:
        here = [listing for listing in self.world.listings.values() if listing.hotel is hotel]
        self.world.fail(self.world.random.choice(here))

    def _listing(self, party: Party) -> Listing:
        assert party.link_id is not None
        return self.world.listings[party.link_id]

    def _departure(self, party: Party) -> date:
        return party.span.departure


def _only_by_hand(party: Party) -> bool:
    """Whether the house knows of a guest only what it entered itself: who does not change his mind until it reads."""
    return party.by_hand is not None and party.known is None
