"""Where truth and books meet: the judge looks after every good look, every act of the desk, and once a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.simulators import judge
from tests.simulators.books import Case, Row, Stays, cases_of, told_by
from tests.simulators.desk import FrontDesk
from tests.simulators.phone import Phone
from tests.simulators.plan import SELLS_AHEAD
from tests.simulators.truth import DAY, Party
from tests.simulators.world import Listing, World
from tests.support.hotel import Hotel
from tests.support.truth import faults as faults_of_nights

NIGHTLY = timedelta(days=1)


@dataclass(slots=True)
class Court:
    """The judge's own notes of a run."""

    world: World
    desk: FrontDesk
    phone: Phone
    seen: dict[int, frozenset[int]] = field(default_factory=dict)
    """The parties of each case as it was last looked at."""
    asked: set[int] = field(default_factory=set)
    """Stays that are our own closures come back, about which staff are asked."""
    asked_rows: set[int] = field(default_factory=set)
    """Bookings of which the same is true, whatever was made of them."""
    taken: set[str] = field(default_factory=set)
    """Sales that are taken for echoes, since a lie had proved that they were none (R10): nobody could know."""
    met: set[frozenset[str]] = field(default_factory=set)
    """The pairs of buyers whose case was found."""

    def begin(self) -> None:
        """Attend to everything."""
        self.world.after_pull.append(self._after_pull)
        self.world.before_heal.append(lambda listing: self._look_at_feeds(listing.hotel))
        self.desk.after_act.append(self._look)
        self.phone.after_answer.append(self._look)
        for hotel in self.world.house.hotels:
            self.world.later(12 * 60, 36 * 60, lambda hotel=hotel: self._day(hotel))  # type: ignore[misc]

    def end(self) -> None:
        """Look at everything once more."""
        for hotel in self.world.house.hotels:
            self._look(hotel)
            self._look_at_feeds(hotel)
            rows, _ = self._told(hotel)
            self.world.report.echoes += sum(row.taken_as == "echo" for row in rows)
        self._say(faults_of_nights(self.world.house.store.database.read, self.world.now))

    def _after_pull(self, listing: Listing, news: bool) -> None:  # noqa: FBT001 - a callback.
        if news:
            self._look(listing.hotel)

    def _day(self, hotel: Hotel) -> None:
        self.world.house.sweep()
        self._look(hotel)
        self._look_at_feeds(hotel)
        self.world.truth.forget(self.world.today(hotel) - 4 * DAY)
        self.world.at(self.world.now + NIGHTLY, lambda: self._day(hotel))

    def _look(self, hotel: Hotel) -> None:
        """Compare who bought what with what is on record."""
        world, today = self.world, self.world.today(hotel)
        rows, stays = self._told(hotel)
        self._note_previews(rows)
        cases = self._cases(hotel)
        links = set(hotel.links.values())
        self._note_taken(rows, today)
        parties = [party for party in world.truth.live() if party.link_id in links and party.name not in self.taken]
        self._say(judge.lost(parties, rows, stays, today))
        pairs = world.truth.double(hotel.rooms.values(), today)
        self._say(judge.missed(pairs, rows, cases, today))
        self._note_waits(pairs, rows, cases, hotel)
        for case in cases:
            if self.seen.get(case.case_id) != case.stays:
                self._new(case, rows, hotel)

    def _new(self, case: Case, rows: Sequence[Row], hotel: Hotel) -> None:
        """A case is new, or somebody joined it."""
        if case.case_id not in self.seen:
            self.world.report.conflicts += 1
            self.desk.found(case, hotel)
        self.seen[case.case_id] = case.stays
        told = [row for row in rows if row.stay_id in case.stays]
        ours = [row for row in told if row.row_id in self.asked_rows or self._no_look_could_prove(row, case.nights)]
        unproven = {row.stay_id for row in ours if row.stay_id is not None}
        self._note_asked(ours)
        self.asked |= unproven
        buyers = [judge.buyers_of(stay, self.world.truth, rows, case.opened_at) for stay in case.stays]
        names = {party.name for found in buyers for party in found}
        self.world.report.same_questions += len(names) == 1 and len(case.stays) > 1 and not unproven
        self._say(judge.phantom(case, self.world.truth, rows, self.asked))

    def _note_asked(self, rows: Iterable[Row]) -> None:
        new = {row.row_id for row in rows} - self.asked_rows
        self.world.report.echo_questions += len(new)
        self.asked_rows |= new

    def _note_taken(self, rows: Sequence[Row], today: date) -> None:
        """Which of the sales that a lie hid from the look that proved something are taken for echoes now."""
        hidden = [party for party in self.world.truth.live() if party.name in self.world.hidden]
        rows_of = {party.name: judge.row_of(party, rows, today) for party in hidden if party.known is not None}
        found = {name for name, row in rows_of.items() if row is not None and row.taken_as == "echo"}
        self.world.report.hidden += len(found - self.taken)
        self.taken = (self.taken - rows_of.keys()) | found

    def _note_previews(self, rows: Iterable[Row]) -> None:
        """A first read may find our own closure on nights blocked by hand: staff are asked what it is (R16)."""
        waiting = [row for row in rows if row.taken_as == "preview" and row.row_id not in self.asked_rows]
        self._note_asked([row for row in waiting if self._no_look_could_prove(row, set(row.nights))])

    def _no_look_could_prove(self, row: Row, disputed: set[date]) -> bool:
        """Whether a booking that nobody bought is our closure come back between a read of ours and the next look (R10).

        A look that told the truth between that read and the one that found the booking would have proved it.
        """
        bought = judge.buyers_of_row(row, self.world.truth.of_link(row.link_id), self.world.now)
        if self.world.listings[row.link_id].tells_kinds or next(bought, None) is not None:
            return False
        nights = sorted(disputed & set(row.nights))
        since = [self.world.first_read.get((row.link_id, night)) for night in nights]
        looks = self.world.house.looks[row.link_id]
        return bool(nights) and all(
            at is not None and not any(at < look < row.first_seen for look in looks) for at in since
        )

    def _look_at_feeds(self, hotel: Hotel) -> None:
        """Compare who has what with what each channel is shown."""
        world = self.world
        links = [link for link in world.house.links.values() if link.property_id == hotel.property_id]
        busy = {link.link_id: world.house.shown(link.link_id, SELLS_AHEAD) for link in links}
        rows, stays = self._told(hotel)
        ghosts = judge.ghosts(rows, stays, world.truth, world.now)
        shown = judge.Shown(world.now, world.today(hotel), SELLS_AHEAD, busy, ghosts)
        asked = {(row.link_id, night) for row in rows if self._is_asked(row) for night in row.nights}
        self._say(judge.reopened(world.truth, links, shown, asked, self.taken))
        needless = list(judge.needless(shown, world.truth, links, world.house.looks, self._cases(hotel)))
        world.report.needless += len(needless)
        self._say(needless)

    def _is_asked(self, row: Row) -> bool:
        return row.row_id in self.asked_rows or row.stay_id in self.asked

    def _note_waits(
        self, pairs: Iterable[tuple[Party, Party, object]], rows: Sequence[Row], cases: Sequence[Case], hotel: Hotel
    ) -> None:
        today = self.world.today(hotel)
        for one, other, _ in pairs:
            pair = frozenset((one.name, other.name))
            stays = {judge.stay_of(one, rows, today), judge.stay_of(other, rows, today)}
            opened = [case.opened_at for case in cases if stays <= case.stays]
            if pair not in self.met and opened:
                self.met.add(pair)
                sold = max(one.span.since, other.span.since)
                self.world.report.waits.append(max(min(opened) - sold, timedelta()))

    def _told(self, hotel: Hotel) -> tuple[list[Row], Stays]:
        return told_by(self.world.house.store.database.read, hotel.links.values())

    def _cases(self, hotel: Hotel) -> list[Case]:
        day = self.world.today(hotel) - DAY
        return cases_of(self.world.house.store.database.read, [hotel.property_id], day)

    def _say(self, faults: Iterable[str]) -> None:
        found = [f"{self.world.now:%Y-%m-%d %H:%M} {fault}" for fault in faults]
        self.world.report.faults += found
