"""Where truth and books meet: the judge looks after every good look, every act of the desk, and once a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from tests.simulators import judge
from tests.simulators.books import Case, Row, Stays, cases_of, told_by
from tests.simulators.desk import FrontDesk
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
    seen: dict[int, frozenset[int]] = field(default_factory=dict)
    """The parties of each case as it was last looked at."""
    met: set[frozenset[str]] = field(default_factory=set)
    """The pairs of buyers whose case was found."""

    def begin(self) -> None:
        """Attend to everything."""
        self.world.after_pull.append(self._after_pull)
        self.world.before_heal.append(lambda listing: self._look_at_feeds(listing.hotel))
        self.desk.after_act.append(self._look)
        for hotel in self.world.house.hotels:
            self.world.later(12 * 60, 36 * 60, lambda hotel=hotel: self._day(hotel))  # type: ignore[misc]

    def end(self) -> None:
        """Look at everything once more."""
        for hotel in self.world.house.hotels:
            self._look(hotel)
            self._look_at_feeds(hotel)
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
        cases = self._cases(hotel)
        links = set(hotel.links.values())
        parties = [party for party in world.truth.live() if party.link_id in links]
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
        self._say(judge.phantom(case, self.world.truth, rows))

    def _look_at_feeds(self, hotel: Hotel) -> None:
        """Compare who has what with what each channel is shown."""
        world = self.world
        links = [link for link in world.house.links.values() if link.property_id == hotel.property_id]
        busy = {link.link_id: world.house.shown(link.link_id, SELLS_AHEAD) for link in links}
        shown = judge.Shown(world.now, world.today(hotel), SELLS_AHEAD, busy)
        self._say(judge.reopened(world.truth, links, shown))
        needless = list(judge.needless(shown, world.truth, links, world.house.looks, self._cases(hotel)))
        world.report.needless += len(needless)
        self._say(needless)

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
