"""Any sequence of blocks, sales, decisions and undos, with time passing: what must hold after each (C3)."""

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as some
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from core.conflicts import cases, keeping
from core.conflicts.commands import (
    DecideLater,
    KeepStay,
    MoveParties,
    OnlyOurBlock,
    SameBooking,
    TickFollowUp,
    UndoDecision,
)
from core.conflicts.models import Conflict
from core.conflicts.views import CaseState, ConflictView
from core.errors import DaudaError
from core.events.service import By
from core.feeds import service as feeds
from core.stays.models import Stay
from core.stays.reasons import Reason, StayState
from core.stays.telling import Change
from core.values.nights import Nights
from tests.core.conflicts.counter import Counter, wrong_cases
from tests.core.conflicts.feeds import wrong_feeds
from tests.support import databases
from tests.support.desk import Desk
from tests.support.hotel import make_hotel, open_store
from tests.support.rounds import rounds
from tests.support.truth import faults

ROOMS = {"3": "DBL", "4": "DBL", "5": "DBL", "7": "TWN"}
SOLD = ("3", "4")
PLATFORMS = ("airbnb", "booking_com")
PAUSES = (timedelta(minutes=6), timedelta(minutes=11), timedelta(hours=7), timedelta(hours=24))
STEPS = rounds(quick=25, check=30, soak=50)
LIMIT = rounds(quick=120, check=900, soak=7_000)
offsets = some.integers(0, 4)
lengths = some.integers(1, 4)
rooms = some.sampled_from(("3", "3", "4", "5", "7"))
sold = some.sampled_from(SOLD)
platforms = some.sampled_from(PLATFORMS)
reasons = some.sampled_from((Reason.GUEST, Reason.OWNER, Reason.MAINTENANCE, Reason.WALK_IN))
choices = some.integers(0, 5)
verbs = some.sampled_from(("unblock", "open the last night", "move", "extend", "check in"))
_T = TypeVar("_T")


class Week(RuleBasedStateMachine):
    """Channels that sell, clerks who block and insist, and people who decide and think better of it."""

    engine = "sqlite"

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        folder = Path(self.open.enter_context(tempfile.TemporaryDirectory()))
        url = self.open.enter_context(databases.migrated(self.engine, folder))
        store = self.open.enter_context(open_store(url))
        hotel = make_hotel(store, ROOMS, links=[(platform, room) for platform in PLATFORMS for room in SOLD])
        self.counter = Counter(Desk(store, hotel, By(hotel.people["Amina"], "console")))
        self.changes: list[int] = []
        self.told: dict[int, Nights] = {}

    def teardown(self) -> None:
        self.open.close()

    @initialize(first=some.integers(0, 2), room=sold)
    def two_sales(self, first: int, room: str) -> None:
        self.sell(room, 0, 3, "airbnb")
        self.sell(room, first, 2, "booking_com")

    @rule(room=rooms, first=offsets, count=lengths, reason=reasons, insist=some.booleans())
    def block(self, room: str, first: int, count: int, reason: Reason, insist: bool) -> None:  # noqa: FBT001
        verb = self.counter.insist if insist else self.counter.desk.block
        self._remember(lambda: verb(room, self._nights(first, count), reason).event_id)

    @rule(room=sold, first=offsets, count=lengths, platform=platforms)
    def sell(self, room: str, first: int, count: int, platform: str) -> None:
        wanted = self._nights(first, count)
        # A calendar does not contradict itself here: that is no case (R11).
        if all(not wanted.overlaps(nights) for nights in self.told.values()) or platform == "airbnb":
            stay = self.counter.sell(room, wanted, platform, f"HM{len(self.told)}" if platform == "airbnb" else None)
            self.told[stay] = wanted

    @precondition(lambda self: self.told)
    @rule(choice=choices, more=lengths, drops=some.booleans())
    def tell(self, choice: int, more: int, drops: bool) -> None:  # noqa: FBT001
        stay = self._one(list(self.told), choice)
        if drops or not self._is_airbnb(stay):
            self.counter.drop(stay)
            return
        before = self.told[stay]
        self.told[stay] = Nights(before.arrival, before.departure + timedelta(days=more))
        self.counter.redate(stay, before, self.told[stay])

    @rule(choice=choices, verb=verbs, more=lengths, room=rooms)
    def change(self, choice: int, verb: str, more: int, room: str) -> None:
        stay, desk = self._stay(choice), self.counter.desk
        last = Nights(stay.departure - timedelta(days=1), stay.departure)
        ways: dict[str, Callable[[], Change]] = {
            "unblock": lambda: desk.unblock(stay.id),
            "open the last night": lambda: desk.unblock(stay.id, last),
            "move": lambda: desk.move(stay.id, room),
            "extend": lambda: desk.extend(stay.id, stay.departure + timedelta(days=more)),
            "check in": lambda: self.counter.check_in(stay.id),
        }
        self._remember(lambda: ways[verb]().event_id)

    @precondition(lambda self: self.changes)
    @rule(choice=choices)
    def undo(self, choice: int) -> None:
        self._try(lambda: self.counter.desk.undo(self._one(self.changes, choice)))

    @precondition(lambda self: self.counter.cases())
    @rule(choice=choices, party=choices)
    def keep(self, choice: int, party: int) -> None:
        case = self._case(choice)
        winner = case.parties[party % len(case.parties)].stay.stay_id
        if self._try(lambda: self.counter.decide(KeepStay(case.conflict_id, case.revision, winner))):
            stay, today = self.counter.desk.stay(winner), self._nights(0, 1).arrival
            held = {night for _, night in self.counter.desk.held(winner)}
            assert {night for night in stay.nights if night >= today} <= held

    @precondition(lambda self: self.counter.cases())
    @rule(choice=choices, way=choices)
    def follow_the_advice(self, choice: int, way: int) -> None:
        case = self._case(choice)
        ways = [advice.moves for advice in case.advice if advice.moves]
        if ways:
            moves = ways[way % len(ways)]
            # What is advised can be done.
            self.counter.decide(MoveParties(case.conflict_id, case.revision, moves))

    @precondition(lambda self: self.counter.cases())
    @rule(choice=choices, kind=some.sampled_from((SameBooking, OnlyOurBlock, DecideLater)))
    def settle(self, choice: int, kind: type[SameBooking | OnlyOurBlock | DecideLater]) -> None:
        case = self._case(choice)
        self._try(lambda: self.counter.decide(kind(case.conflict_id, case.revision)))

    @precondition(lambda self: self._decided())
    @rule(choice=choices)
    def undo_decision(self, choice: int) -> None:
        conflict_id, revision = self._one(self._decided(), choice)
        self._try(lambda: self.counter.decide(UndoDecision(conflict_id, revision)))

    @precondition(lambda self: self.counter.tasks())
    @rule(choice=choices)
    def tick(self, choice: int) -> None:
        task = self._one(list(self.counter.tasks()), choice)
        self.counter.decide(TickFollowUp(task.follow_up_id))

    @rule(pause=some.sampled_from(PAUSES))
    def wait(self, pause: timedelta) -> None:
        self.counter.desk.advance(pause)
        with self.counter.desk.store.unit_of_work() as work:
            cases.sweep(work)
            for room_id in self.counter.desk.hotel.rooms.values():
                feeds.open_due(work, room_id)
                keeping.open_due(work, room_id)

    @invariant()
    def all_is_true(self) -> None:
        desk = self.counter.desk
        engine, now = desk.store.database.read, desk.store.clock.now()
        assert [*faults(engine, now), *wrong_cases(desk.store)] == []

    @invariant()
    def the_feeds_show_what_is_so(self) -> None:
        desk = self.counter.desk
        shown = {
            (desk.hotel.links[platform, room], desk.hotel.rooms[room]): self.counter.shown(room, platform)
            for platform in PLATFORMS
            for room in SOLD
        }
        assert list(wrong_feeds(desk.store, shown)) == []

    def _remember(self, act: Callable[[], int]) -> None:
        self._try(lambda: self.changes.append(act()))

    def _try(self, act: Callable[[], object]) -> bool:
        """Do something that a rule may refuse."""
        try:
            act()
        except DaudaError:
            return False
        return True

    def _one(self, things: list[_T], choice: int) -> _T:
        return things[-1 - choice % len(things)]

    def _case(self, choice: int) -> ConflictView:
        found = self.counter.cases()
        return found[choice % len(found)]

    def _decided(self) -> list[tuple[int, int]]:
        with self.counter.desk.store.reading() as session:
            query = select(Conflict.id, Conflict.revision).where(Conflict.state == CaseState.DECIDED)
            return [(row[0], row[1]) for row in session.execute(query)]

    def _stay(self, choice: int) -> Stay:
        with self.counter.desk.store.reading() as session:
            found = session.scalars(select(Stay).where(Stay.state != StayState.RELEASED).order_by(Stay.id.desc())).all()
        return found[choice % len(found)] if found else self.counter.desk.stay(1)

    def _is_airbnb(self, stay: int) -> bool:
        return self.counter.desk.stay(stay).source == "airbnb"

    def _nights(self, first: int, count: int) -> Nights:
        today = (self.counter.desk.store.clock.now() - timedelta(hours=2)).date()
        arrival = today + timedelta(days=first)
        return Nights(arrival, arrival + timedelta(days=count))


class WeekOnPostgreSQL(Week):
    """The same on PostgreSQL."""

    engine = "postgresql"


@pytest.mark.timeout(LIMIT)
def test_whatever_is_decided_on_sqlite_the_nights_are_true() -> None:
    many = settings(max_examples=rounds(quick=15, check=40, soak=2_000), stateful_step_count=STEPS)
    run_state_machine_as_test(Week, settings=many)


@pytest.mark.timeout(LIMIT)
def test_whatever_is_decided_on_postgresql_the_nights_are_true() -> None:
    few = settings(max_examples=rounds(quick=3, check=12, soak=300), stateful_step_count=STEPS)
    run_state_machine_as_test(WeekOnPostgreSQL, settings=few)
