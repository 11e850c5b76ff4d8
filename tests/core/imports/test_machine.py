"""Any sequence of sales, cancellations, outages, looks, blocks, moves and decisions: what must hold after each."""

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from core.conflicts import keeping, queries, service
from core.conflicts.commands import KeepStay
from core.conflicts.views import ConflictView
from core.errors import DaudaError
from core.events.service import By
from core.feeds import service as feeds
from core.feeds.fetch.answers import Trouble
from core.stays.reasons import StayState
from core.values.nights import Nights
from tests.core.conflicts.counter import wrong_cases
from tests.core.conflicts.feeds import wrong_feeds
from tests.support import databases
from tests.support.calendars import ChannelCalendar, Shown, closed, reserved
from tests.support.desk import Desk
from tests.support.hotel import make_hotel, open_store
from tests.support.rounds import rounds
from tests.support.truth import faults

ROOMS = {"3": "DBL", "4": "DBL", "5": "DBL"}
SOLD = (("airbnb", "3"), ("booking_com", "3"), ("airbnb", "4"))
FAR = 60
LIMIT = rounds(quick=120, check=900, soak=7_000)
channels = some.integers(0, len(SOLD) - 1)
offsets = some.integers(0, 8)
lengths = some.integers(1, 4)
choices = some.integers(0, 5)
pauses = some.sampled_from((timedelta(minutes=1), timedelta(minutes=30), timedelta(hours=5), timedelta(hours=20)))


@dataclass(slots=True)
class Ota:
    """What one channel has sold for one room, and what of it our last good look saw."""

    calendar: ChannelCalendar
    sold: dict[str, Nights] = field(default_factory=dict)
    seen: dict[str, Nights] = field(default_factory=dict)
    made: int = 0

    def shown(self, today: date) -> list[Shown]:
        """Its calendar now; something far away is always in it, so that no cancellation is half of it."""
        first = date(2027, 1, 1)
        far = [Nights(first + timedelta(days=20 * n), first + timedelta(days=20 * n + 2)) for n in range(9)]
        write = reserved if self.calendar.platform == "airbnb" else lambda nights, _: closed(nights)
        events = [write(nights, f"FAR{self.calendar.room}00{n:02d}") for n, nights in enumerate(far)]
        return [*events, *(write(nights, code) for code, nights in self.sold.items() if nights.departure > today)]


class Season(RuleBasedStateMachine):
    """Three calendars that are read, and a desk that lives with what they say."""

    engine = "sqlite"

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        folder = Path(self.open.enter_context(tempfile.TemporaryDirectory()))
        url = self.open.enter_context(databases.migrated(self.engine, folder))
        store = self.open.enter_context(open_store(url))
        hotel = make_hotel(store, ROOMS, links=SOLD)
        self.desk = Desk(store, hotel, By(hotel.people["Amina"], "console"))
        self.otas = [Ota(ChannelCalendar(self.desk, platform, room)) for platform, room in SOLD]

    def teardown(self) -> None:
        self.open.close()

    @rule(channel=channels, first=offsets, count=lengths)
    def sells(self, channel: int, first: int, count: int) -> None:
        ota, wanted = self.otas[channel], self._nights(first, count)
        if all(not wanted.overlaps(nights) for nights in ota.sold.values()):
            ota.made += 1
            ota.sold[f"A{ota.calendar.room}{ota.made:06d}"] = wanted

    @rule(channel=channels, choice=choices)
    def cancels(self, channel: int, choice: int) -> None:
        ota = self.otas[channel]
        if ota.sold:
            del ota.sold[sorted(ota.sold)[choice % len(ota.sold)]]

    @rule(channel=channels, choice=choices, more=lengths)
    def changes(self, channel: int, choice: int, more: int) -> None:
        ota = self.otas[channel]
        if not ota.sold:
            return
        code = sorted(ota.sold)[choice % len(ota.sold)]
        longer = Nights(ota.sold[code].arrival, ota.sold[code].departure + timedelta(days=more))
        if all(not longer.overlaps(nights) for other, nights in ota.sold.items() if other != code):
            ota.sold[code] = longer

    @rule(channel=channels, pause=pauses)
    def looks(self, channel: int, pause: timedelta) -> None:
        ota = self.otas[channel]
        today = (self.desk.store.clock.now() + pause + timedelta(hours=3)).date()
        assert ota.calendar.look(*ota.shown(today), after=pause).trouble is None
        ota.seen = dict(ota.sold)
        self._opens()

    @rule(channel=channels, pause=pauses)
    def fails(self, channel: int, pause: timedelta) -> None:
        self.otas[channel].calendar.fail(Trouble.TIMEOUT, after=pause)

    @rule(channel=channels)
    def reads_our_feed(self, channel: int) -> None:
        self.otas[channel].calendar.has_read()

    @rule(room=some.sampled_from(sorted(ROOMS)), first=offsets, count=lengths)
    def block(self, room: str, first: int, count: int) -> None:
        self._try(lambda: self.desk.block(room, self._nights(first, count)))

    @rule(channel=channels, choice=choices, room=some.sampled_from(sorted(ROOMS)))
    def move(self, channel: int, choice: int, room: str) -> None:
        stays = [stay for stay in self.otas[channel].calendar.stays() if stay.state == StayState.HOLDING]
        if stays:
            self._try(lambda: self.desk.move(stays[choice % len(stays)].id, room))

    @precondition(lambda self: self._cases())
    @rule(choice=choices, party=choices)
    def keep(self, choice: int, party: int) -> None:
        cases = self._cases()
        case = cases[choice % len(cases)]
        winner = case.parties[party % len(case.parties)].stay.stay_id
        command = KeepStay(case.conflict_id, case.revision, winner)

        def decide() -> None:
            with self.desk.store.unit_of_work() as work:
                service.decide(work, command, self.desk.by)

        self._try(decide)

    @invariant()
    def nights_cases_and_counters_are_true(self) -> None:
        store = self.desk.store
        assert [*faults(store.database.read, store.clock.now()), *wrong_cases(store)] == []

    @invariant()
    def no_booking_is_lost(self) -> None:
        today = (self.desk.store.clock.now() + timedelta(hours=3)).date()
        for ota in self.otas:
            believed = [row for row in ota.calendar.rows() if row.state not in ("gone", "ended")]
            for nights in ota.seen.values():
                if nights.departure > today:
                    covering = [r for r in believed if r.arrival <= nights.arrival and r.departure >= nights.departure]
                    assert covering, f"{ota.calendar.platform} sold {nights}, and we know nothing of it"
                    assert all(row.stay_id is not None or row.taken_as == "echo" for row in covering)

    @invariant()
    def the_feeds_show_what_is_so(self) -> None:
        rooms = self.desk.hotel.rooms
        shown = {(ota.calendar.link_id, rooms[ota.calendar.room]): ota.calendar.feed() for ota in self.otas}
        assert list(wrong_feeds(self.desk.store, shown)) == []

    def _cases(self) -> tuple[ConflictView, ...]:
        with self.desk.store.reading() as session:
            return queries.open_cases(session, self.desk.hotel.property_id, self.desk.store.clock.now())

    def _opens(self) -> None:
        with self.desk.store.unit_of_work() as work:
            for room_id in self.desk.hotel.rooms.values():
                feeds.open_due(work, room_id)
                keeping.open_due(work, room_id)

    def _try(self, act: object) -> None:
        """Do something that a rule may refuse."""
        try:
            act()  # type: ignore[operator]
        except DaudaError:
            return

    def _nights(self, first: int, count: int) -> Nights:
        arrival = (self.desk.store.clock.now() - timedelta(hours=2)).date() + timedelta(days=first)
        return Nights(arrival, arrival + timedelta(days=count))


class SeasonOnPostgreSQL(Season):
    """The same on PostgreSQL."""

    engine = "postgresql"


@pytest.mark.timeout(LIMIT)
def test_whatever_channels_tell_on_sqlite_no_booking_is_lost() -> None:
    many = settings(max_examples=rounds(quick=10, check=60, soak=1_500), stateful_step_count=rounds(20, 30, 50))
    run_state_machine_as_test(Season, settings=many)


@pytest.mark.timeout(LIMIT)
def test_whatever_channels_tell_on_postgresql_no_booking_is_lost() -> None:
    few = settings(max_examples=rounds(quick=2, check=10, soak=300), stateful_step_count=rounds(20, 30, 50))
    run_state_machine_as_test(SeasonOnPostgreSQL, settings=few)
