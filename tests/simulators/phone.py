"""What staff are asked about calendars, and what a person answers who asks the channel and knows the guests."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from core.channels.taken import PREVIEW
from core.db.work import UnitOfWork
from core.errors import DaudaError
from core.events.service import By
from core.feeds.told.values import State
from core.imports import answers, commands
from core.imports.news import About
from tests.simulators.books import Row, Word, told_by, words_since
from tests.simulators.judge import buyers_of_row, row_of
from tests.simulators.truth import Party
from tests.simulators.world import Listing, World
from tests.support.hotel import Hotel

HOUR = 60.0


@dataclass(slots=True)
class Phone:
    """The phones of all hotels: each word of the importer is read there, and each question answered."""

    world: World
    after_answer: list[Callable[[Hotel], None]] = field(default_factory=list)
    """Who wants to look after what somebody answered."""
    _last: int = 0

    def begin(self) -> None:
        """Listen."""
        self.world.after_any_pull.append(self._read)

    def _read(self) -> None:
        for word in words_since(self.world.house.store.database.read, self._last):
            self._last = word.word_id
            self.world.report.asked[word.about] += 1
            listing = self.world.listings[word.link_id]
            match word.about:
                case About.MASS:
                    self._later(listing, lambda listing=listing: self._mass(listing))  # type: ignore[misc]
                case About.FIRST_READ if word.bookings:
                    self._later(listing, lambda listing=listing: self._previews(listing))  # type: ignore[misc]
                case About.CLOSURE:
                    self._each(listing, word, self._closure)
                case About.LINGERING:
                    self._each(listing, word, self._lingering)
                case About.GUEST:
                    self._each(listing, word, self._guest)
                case _:
                    pass

    def _later(self, listing: Listing, act: Callable[[], None]) -> None:
        """Answer within hours, and let whoever wants to look afterwards."""

        def answered() -> None:
            act()
            for tell in self.after_answer:
                tell(listing.hotel)

        self.world.later(10, 8 * HOUR, answered)

    def _each(self, listing: Listing, word: Word, answer: Callable[[Listing, int], None]) -> None:
        for booking_id in word.bookings:
            self._later(listing, lambda booking_id=booking_id: answer(listing, booking_id))  # type: ignore[misc]

    def _mass(self, listing: Listing) -> None:
        """Say that all is cancelled, or that nothing is; a person who finds some of both lets the calendar tell."""
        asked = [row for row in self._rows(listing) if row.state == State.ASKED]
        live = [any(party.lives for party in self._buyers(listing, row)) for row in asked]
        if asked and (all(live) or not any(live)):
            order = commands.AnswerMass(listing.link_id, gone=not any(live))
            said = "mass gone" if order.gone else "mass kept"
            self._say(listing, said, lambda work, by: answers.answer_mass(work, order, by))

    def _previews(self, listing: Listing) -> None:
        """Join a first read with the blocks by hand where all of them are the same guests."""
        waiting = [row for row in self._rows(listing) if row.taken_as == PREVIEW]
        same = [any(party.by_hand is not None for party in self._buyers(listing, row)) for row in waiting]
        order = commands.JoinPreviews(listing.link_id, join=all(same))
        said = "previews joined" if order.join else "previews sold"
        self._say(listing, said, lambda work, by: answers.join_previews(work, order, by))

    def _closure(self, listing: Listing, booking_id: int) -> None:
        order = commands.SettleClosure(booking_id, everywhere=self.world.random.random() < 0.5)
        said = "closed everywhere" if order.everywhere else "closed only there"
        self._say(listing, said, lambda work, by: answers.settle_closure(work, order, by))

    def _lingering(self, listing: Listing, booking_id: int) -> None:
        """A booking cancelled on both sides that is still shown: whether somebody bought the same nights since."""
        row = next((row for row in self._rows(listing) if row.row_id == booking_id), None)
        new = row is not None and any(
            party.lives and not party.closes and party.lost_at is None for party in self._buyers(listing, row)
        )
        order = commands.SettleLingering(booking_id, new=new)
        said = "a new booking" if new else "the old booking"
        self._say(listing, said, lambda work, by: answers.settle_lingering(work, order, by))

    def _guest(self, listing: Listing, booking_id: int) -> None:
        order = commands.SettleGuest(booking_id, same=self.world.random.random() < 0.8)
        said = "the same guest" if order.same else "another guest"
        self._say(listing, said, lambda work, by: answers.settle_guest(work, order, by))

    def _rows(self, listing: Listing) -> list[Row]:
        rows, _ = told_by(self.world.house.store.database.read, [listing.link_id])
        return rows

    def _buyers(self, listing: Listing, row: Row) -> Iterable[Party]:
        """Who a booking on record is in truth."""
        today, mine = self.world.today(listing.hotel), self._rows(listing)
        parties = self.world.truth.of_link(listing.link_id)
        exactly = [p for p in parties if (found := row_of(p, mine, today)) is not None and found.number == row.number]
        return exactly or list(buyers_of_row(row, parties, self.world.now))

    def _say(self, listing: Listing, said: str, verb: Callable[[UnitOfWork, By], object]) -> None:
        try:
            with self.world.house.store.unit_of_work() as work:
                verb(work, By(listing.hotel.people["Amina"], "console"))
        except DaudaError as error:
            said = f"{said}: {error.code}"
        self.world.report.answers[said] += 1
