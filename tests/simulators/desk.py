"""The front desk of every hotel: it blocks, unblocks, moves and checks in, decides cases and does what they leave."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import select

from core.conflicts import queries as cases
from core.conflicts import service as conflicts
from core.conflicts.commands import (
    ConflictCommand,
    KeepStay,
    MoveParties,
    OnlyOurBlock,
    SameBooking,
    TickFollowUp,
    UndoDecision,
)
from core.conflicts.models import FollowUp
from core.conflicts.views import AdviceKind, ConflictView
from core.db.work import UnitOfWork
from core.errors import DaudaError
from core.events.service import By
from core.stays import commands, service
from core.stays.models import Stay
from core.stays.reasons import Reason, StayState
from core.values.nights import Nights
from tests.simulators.books import Case
from tests.simulators.plan import SELLS_AHEAD
from tests.simulators.records import party_of, stays_of
from tests.simulators.truth import DAY, Party, Span
from tests.simulators.world import Listing, World
from tests.support.hotel import Hotel

HOUR = 60.0
TWO = 2
BY_HAND = 0.8
"""How many of the bookings that no calendar tells somebody enters by hand."""
_STANDS = (StayState.HOLDING, StayState.CONTESTED)
T = TypeVar("T")


@dataclass(slots=True)
class FrontDesk:
    """The staff of all hotels."""

    world: World
    after_act: list[Callable[[Hotel], None]] = field(default_factory=list)
    """Who wants to look after what somebody did."""
    stay_parties: dict[int, Party] = field(default_factory=dict)
    """The house's own parties, by stay."""

    def begin(self) -> None:
        """Open the desks."""
        self.world.unread_sale.append(self._note_by_hand)
        self.world.leaves_early.append(lambda listing, party: self._expect(listing.hotel, party))
        for hotel in self.world.house.hotels:
            self.world.again(self.world.plan.desk, lambda hotel=hotel: self._act(hotel))  # type: ignore[misc]

    def found(self, case: Case, hotel: Hotel) -> None:
        """A new case is on somebody's phone: it will be decided."""
        self.world.later(10, 10 * HOUR, lambda: self._decide(case.case_id, hotel))

    def _act(self, hotel: Hotel) -> None:
        acts = (self._block, self._block, self._give_up, self._change, self._move, self._check_in)
        self.world.random.choice(acts)(hotel)
        for tell in self.after_act:
            tell(hotel)

    def _block(self, hotel: Hotel) -> None:
        random, today = self.world.random, self.world.today(hotel)
        room = random.choice(sorted(hotel.rooms))
        arrival = today + min(SELLS_AHEAD - 1, int(random.expovariate(1 / 6))) * DAY
        nights = Nights(arrival, arrival + random.choice((1, 1, 2, 3)) * DAY)
        reason = random.choice((Reason.WALK_IN, Reason.GUEST, Reason.OWNER, Reason.MAINTENANCE))
        order = commands.BlockRoom(hotel.rooms[room], nights, reason)
        change = self._do(hotel, f"block {reason}", lambda work, by: service.block(work, order, by))
        if change is not None:
            span = Span(self.world.now, hotel.rooms[room], nights.arrival, nights.departure)
            name = f"{reason} {change.stay.id} ({hotel.property_id})"
            party = Party(name, [span], stay_id=change.stay.id, known=span)
            self.stay_parties[change.stay.id] = self.world.bought(party)

    def _note_by_hand(self, listing: Listing, party: Party) -> None:
        """Enter a guest of an OTA whose calendar is not read yet, as soon as somebody has seen the mail."""
        order = commands.BlockRoom(listing.room_id, Nights(party.span.arrival, party.span.departure), Reason.GUEST)

        def enter() -> None:
            if not party.lives or party.known is not None or len(party.spans) > 1:
                return
            made = self._do(listing.hotel, "enter by hand", lambda work, by: service.block(work, order, by))
            if made is not None:
                party.by_hand = made.stay.id

        if self.world.random.random() < BY_HAND:
            self.world.later(5, HOUR, enter)

    def _give_up(self, hotel: Hotel) -> None:
        if (stay := self._own(hotel)) is None:
            return
        order = commands.UnblockRoom(stay.id, stay.revision)
        if self._do(hotel, "unblock", lambda work, by: service.unblock(work, order, by)) is not None:
            self.world.truth.end(self.stay_parties[stay.id], self.world.now)

    def _change(self, hotel: Hotel) -> None:
        if (stay := self._own(hotel)) is None:
            return
        departure = stay.departure + self.world.random.choice((-1, 1, 2)) * DAY
        if departure > stay.departure:
            longer = commands.ExtendStay(stay.id, stay.revision, departure)
            change = self._do(hotel, "extend", lambda work, by: service.extend(work, longer, by))
        else:
            shorter = commands.ShortenStay(stay.id, stay.revision, departure)
            change = self._do(hotel, "shorten", lambda work, by: service.shorten(work, shorter, by))
        if change is not None:
            self._stands(self.stay_parties[stay.id], change.stay)

    def _move(self, hotel: Hotel) -> None:
        """Put any stay to come into any other room."""
        today = self.world.today(hotel)
        by_hand = {party.by_hand for party in self.world.truth.live()}
        stays = [one for one in self._stays(hotel) if one.state == StayState.HOLDING and one.arrival > today]
        stays = [one for one in stays if one.id not in by_hand]
        if not stays or len(hotel.rooms) == 1:
            return
        stay = self.world.random.choice(stays)
        to = self.world.random.choice([room for room in sorted(hotel.rooms.values()) if room != stay.room_id])
        order = commands.MoveStay(stay.id, stay.revision, to)
        change = self._do(hotel, "move", lambda work, by: service.move(work, order, by))
        if change is not None and (party := self._party(hotel, stay.id)) is not None:
            self._stands(party, change.stay)

    def _check_in(self, hotel: Hotel) -> None:
        today = self.world.today(hotel)
        for stay in self._stays(hotel):
            if stay.arrival != today or stay.checked_in_at is not None or not Reason(stay.reason).sells:
                continue
            party = self._party(hotel, stay.id)
            if party is None or not party.lives:
                continue
            order = commands.CheckIn(stay.id, stay.revision)
            self._do(hotel, "check in", lambda work, by, order=order: service.check_in(work, order, by))  # type: ignore[misc]
            if party.link_id is not None:
                self._expect(hotel, party)

    def _expect(self, hotel: Hotel, party: Party) -> None:
        """A guest who is in the house leaves when he says so; no calendar shortens his stay (R12)."""
        self.world.later(10, 6 * HOUR, lambda: self._see_off(hotel, party))

    def _see_off(self, hotel: Hotel, party: Party) -> None:
        today = self.world.today(hotel)
        stays = {stay.id: stay for stay in self._stays(hotel) if stay.checked_in_at is not None}
        stay = next((stays[stay_id] for stay_id in stays_of(self.world, hotel, party) if stay_id in stays), None)
        leaves = max(today, party.span.departure if party.lives else today)
        if stay is None or stay.departure <= leaves:
            return
        if leaves > stay.arrival:
            order = commands.ShortenStay(stay.id, stay.revision, leaves)
            self._do(hotel, "leaves early", lambda work, by: service.shorten(work, order, by))
        else:
            gone = commands.UnblockRoom(stay.id, stay.revision)
            self._do(hotel, "leaves at once", lambda work, by: service.unblock(work, gone, by))

    def _decide(self, case_id: int, hotel: Hotel) -> None:
        with self.world.house.store.reading() as session:
            view = cases.case(session, case_id, self.world.now)
        if view is None or view.state != "open":
            return
        command = self._choice(view, hotel)
        by = self._do(hotel, type(command).__name__, lambda work, by: conflicts.decide(work, command, by))
        if by is None:
            self.world.later(10, 2 * HOUR, lambda: self._decide(case_id, hotel))
            return
        self.world.report.decisions[type(command).__name__] += 1
        self._follow(hotel)
        if self.world.random.random() < 0.1:
            self.world.later(1, HOUR, lambda: self._undo(case_id, hotel))

    def _choice(self, view: ConflictView, hotel: Hotel) -> ConflictCommand:
        """What a person says who knows the guests: what is no clash, mostly what is advised, else one of them."""
        parties = {one.stay.stay_id: self._party(hotel, one.stay.stay_id) for one in view.parties}
        guests = [party.name for party in parties.values() if party is not None]
        if len(view.parties) == TWO and len(guests) == TWO and len(set(guests)) == 1:
            return SameBooking(view.conflict_id, view.revision)
        if any(one.echo_possible and not one.holds and parties[one.stay.stay_id] is None for one in view.parties):
            return OnlyOurBlock(view.conflict_id, view.revision)
        # Nobody changes the room in the middle of his stay: that is between the guest and the desk.
        asks_guests = (AdviceKind.RELOCATE, AdviceKind.SPLIT)
        ways = [one for one in view.advice if one.kind not in asks_guests and one.moves]
        if ways and self.world.random.random() < 0.7:
            return MoveParties(view.conflict_id, view.revision, ways[0].moves)
        there = [stay_id for stay_id, party in parties.items() if party is not None and party.lives]
        winner = self.world.random.choice(there or list(parties))
        return KeepStay(view.conflict_id, view.revision, winner)

    def _undo(self, case_id: int, hotel: Hotel) -> None:
        with self.world.house.store.reading() as session:
            view = cases.case(session, case_id, self.world.now)
        if view is None or view.state != "decided":
            return
        command = UndoDecision(case_id, view.revision)
        if self._do(hotel, "UndoDecision", lambda work, by: conflicts.decide(work, command, by)) is not None:
            self._follow(hotel)
            self.world.later(10, 5 * HOUR, lambda: self._decide(case_id, hotel))

    def _follow(self, hotel: Hotel) -> None:
        """Take over where everybody sleeps now, and send the losers away in due time."""
        found = [(self._party(hotel, stay.id) or self._split_off(stay), stay) for stay in self._stays(hotel)]
        housed = {party.name for party, stay in found if party is not None and stay.state in _STANDS}
        for party, stay in found:
            if party is None or (party.name in housed and stay.state not in _STANDS):
                # Nobody, or a guest on record twice who has a room by the other record.
                continue
            self._stands(party, stay)
            if stay.state != StayState.SHADOWED:
                party.lost_at = None
            elif party.lost_at is None:
                party.lost_at = self.world.now
                self.world.later(HOUR, 12 * HOUR, lambda party=party, stay=stay: self._send_away(party, stay.id, hotel))  # type: ignore[misc]

    def _split_off(self, stay: Stay) -> Party | None:
        """The rest of a block that gave way in its middle is a party of its own."""
        if stay.source is not None or stay.state == StayState.RELEASED:
            return None
        span = Span(self.world.now, stay.room_id, stay.arrival, stay.departure)
        party = Party(f"rest {stay.id} ({stay.property_id})", [span], stay_id=stay.id, known=span)
        self.stay_parties[stay.id] = self.world.truth.buy(party)
        return party

    def _send_away(self, party: Party, stay_id: int, hotel: Hotel) -> None:
        """Cancel at the OTA that sold it, or tell the guest; at times somebody ticks that off, too."""
        if party.lost_at is None or not party.lives:
            return
        ticks = party.link_id is None or self.world.random.random() < 0.5
        if party.link_id is not None:
            self.world.cancel_there(party)
        self.world.truth.end(party, self.world.now)
        if not ticks:
            return
        with self.world.house.store.reading() as session:
            query = select(FollowUp.id).where(FollowUp.stay_id == stay_id, FollowUp.done_at.is_(None))
            tasks = list(session.scalars(query))
        for task in tasks:
            self._do(hotel, "tick", lambda work, by, task=task: conflicts.decide(work, TickFollowUp(task), by))  # type: ignore[misc]

    def _stands(self, party: Party, stay: Stay) -> None:
        """Write down where a party is now that somebody here has put it there."""
        own = party.link_id is None
        if own and stay.state == StayState.RELEASED:
            self.world.truth.end(party, self.world.now)
            return
        if own and not party.lives and stay.state in _STANDS and stay.departure > stay.arrival:
            self.world.truth.revive(party, Span(self.world.now, stay.room_id, stay.arrival, stay.departure))
            return
        had = party.span
        nights = (stay.arrival, stay.departure) if own else (had.arrival, had.departure)
        if (stay.room_id, *nights) != (had.room_id, had.arrival, had.departure):
            self.world.truth.change(party, Span(self.world.now, stay.room_id, *nights), told_by=None)
            known = party.known
            if own:
                party.known = party.span
            elif known is not None:
                party.known = Span(self.world.now, stay.room_id, known.arrival, known.departure)

    def _party(self, hotel: Hotel, stay_id: int) -> Party | None:
        """Who a stay is in truth."""
        return self.stay_parties.get(stay_id) or party_of(self.world, hotel, stay_id)

    def _own(self, hotel: Hotel) -> Stay | None:
        """Any stay of the house's own that is to be spent still."""
        today = self.world.today(hotel)
        stays = [stay for stay in self._stays(hotel) if stay.id in self.stay_parties and stay.departure > today]
        stays = [stay for stay in stays if stay.state in (StayState.HOLDING, StayState.CONTESTED)]
        return self.world.random.choice(stays) if stays else None

    def _stays(self, hotel: Hotel) -> list[Stay]:
        """The stays of a hotel that are not over."""
        with self.world.house.store.reading() as session:
            query = select(Stay).where(Stay.property_id == hotel.property_id, Stay.departure >= self.world.today(hotel))
            return list(session.scalars(query.order_by(Stay.id)))

    def _do(self, hotel: Hotel, name: str, verb: Callable[[UnitOfWork, By], T]) -> T | None:
        """Do something in a unit of work; None when a rule refuses it."""
        try:
            with self.world.house.store.unit_of_work() as work:
                done = verb(work, By(hotel.people["Amina"], "console"))
        except DaudaError as error:
            self.world.report.acts[f"{name}: {error.code}"] += 1
            return None
        self.world.report.acts[name] += 1
        return done
