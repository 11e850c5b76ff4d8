"""Any sequence of verbs, with time passing, against the plain model of sets (C3)."""

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

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

from core.errors import DaudaError
from core.feeds import service as feeds
from core.feeds.models import LateOpening
from core.inventory.models import RoomNight
from core.stays.models import Stay
from core.stays.reasons import Reason, StayState
from core.stays.telling import Change
from core.values.nights import Nights
from tests.core.stays.model import Done, Guest, Model, span
from tests.support import databases
from tests.support.desk import open_desk
from tests.support.hotel import NOW
from tests.support.rounds import rounds
from tests.support.truth import faults

ROOMS = ("3", "4", "7")
PAUSES = (timedelta(minutes=6), timedelta(minutes=11), timedelta(hours=7), timedelta(hours=24))
STEPS = rounds(quick=25, check=30, soak=50)
LIMIT = rounds(quick=120, check=900, soak=7_000)
offsets = some.integers(-1, 4)
lengths = some.integers(1, 4)
rooms = some.sampled_from(ROOMS)
# Facts are the interesting ones: they displace others, who then wait.
reasons = some.sampled_from((Reason.GUEST, Reason.MAINTENANCE, Reason.OWNER, Reason.MAINTENANCE))
choices = some.integers(0, 3)


class Week(RuleBasedStateMachine):
    """Clerks at a desk of three rooms, over a week of nights."""

    engine = "sqlite"

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        folder = Path(self.open.enter_context(tempfile.TemporaryDirectory()))
        url = self.open.enter_context(databases.migrated(self.engine, folder))
        self.desk = self.open.enter_context(open_desk(url))
        self.model = Model(NOW)
        self.names = {room_id: name for name, room_id in self.desk.hotel.rooms.items()}

    def teardown(self) -> None:
        self.open.close()

    @initialize(first=some.integers(0, 2), room=rooms)
    def a_guest_is_displaced(self, first: int, room: str) -> None:
        self.block(room, 0, 4, Reason.GUEST)
        self.block(room, first, 2, Reason.MAINTENANCE)

    @rule(room=rooms, first=offsets, count=lengths, reason=reasons)
    def block(self, room: str, first: int, count: int, reason: Reason) -> None:
        wanted = Nights(self._day(first), self._day(first + count))
        fact = reason is Reason.MAINTENANCE
        refusal = self.model.block(room, wanted.arrival, wanted.departure, fact=fact)
        change = self._attempt(lambda: self.desk.block(room, wanted, reason), refusal)
        if change is not None:
            guest = Guest(room, wanted.arrival, wanted.departure, fact)
            self.model.begin(change.stay.id, guest)
            self._remember(change, "block", guest, set())

    @precondition(lambda self: self.model.stays)
    @rule(choice=choices)
    def unblock(self, choice: int) -> None:
        stay = self._stay(choice)
        self._change("unblock", stay, lambda: self.desk.unblock(stay), lambda: self.model.unblock(stay, None))

    @precondition(lambda self: self.model.stays)
    @rule(choice=choices, first=offsets, count=lengths)
    def unblock_some(self, choice: int, first: int, count: int) -> None:
        stay, opened = self._stay(choice), Nights(self._day(first), self._day(first + count))
        self._change(
            "unblock", stay, lambda: self.desk.unblock(stay, opened), lambda: self.model.unblock(stay, set(opened))
        )

    @precondition(lambda self: self.model.stays)
    @rule(choice=choices, more=lengths)
    def extend(self, choice: int, more: int) -> None:
        stay = self._stay(choice)
        departure = self.model.stays[stay].departure + timedelta(days=more - 1)
        self._change(
            "extend", stay, lambda: self.desk.extend(stay, departure), lambda: self.model.extend(stay, departure)
        )

    @precondition(lambda self: self.model.stays)
    @rule(choice=choices, less=lengths)
    def shorten(self, choice: int, less: int) -> None:
        stay = self._stay(choice)
        departure = self.model.stays[stay].departure - timedelta(days=less - 1)
        self._change(
            "shorten", stay, lambda: self.desk.shorten(stay, departure), lambda: self.model.shorten(stay, departure)
        )

    @precondition(lambda self: self.model.stays)
    @rule(choice=choices, room=rooms)
    def move(self, choice: int, room: str) -> None:
        stay = self._stay(choice)
        self._change("move", stay, lambda: self.desk.move(stay, room), lambda: self.model.move(stay, room))

    @precondition(lambda self: self.model.done)
    @rule(choice=choices)
    def undo(self, choice: int) -> None:
        latest = sorted(self.model.done, reverse=True)
        event = latest[choice % len(latest)]
        refusal = self.model.undo(event)
        self._attempt(lambda: self.desk.undo(event)[0].change, refusal)

    @rule(pause=some.sampled_from(PAUSES))
    def wait(self, pause: timedelta) -> None:
        self.desk.advance(pause)
        self.model.now += pause

    @precondition(lambda self: self.model.late)
    @rule(room=rooms)
    def relay(self, room: str) -> None:
        with self.desk.store.unit_of_work() as work:
            feeds.open_due(work, self.desk.hotel.rooms[room])
        self.model.open_due(room)

    @invariant()
    def the_nights_are_those_of_the_model(self) -> None:
        with self.desk.store.reading() as session:
            held = {(self.names[row.room_id], row.night): row.stay_id for row in session.scalars(select(RoomNight))}
            late = {
                (self.names[row.room_id], row.night): (row.opens_at, row.stay_id)
                for row in session.scalars(select(LateOpening))
            }
            stays = {stay.id: self._guest(stay) for stay in session.scalars(select(Stay))}
        assert held == self.model.held
        assert late == self.model.late
        assert stays == {stay: replace(guest, stamp=0) for stay, guest in self.model.stays.items()}

    @invariant()
    def the_counters_are_true(self) -> None:
        assert faults(self.desk.store.database.read, self.model.now) == []

    def _change(self, verb: str, stay: int, act: Callable[[], Change], predict: Callable[[], str | None]) -> None:
        before, held = replace(self.model.stays[stay]), self.model.of(stay)
        change = self._attempt(act, predict())
        if change is not None:
            self._remember(change, verb, before, held)

    def _attempt(self, act: Callable[[], Change], refusal: str | None) -> Change | None:
        change, code = None, None
        try:
            change = act()
        except DaudaError as error:
            code = error.code
        assert code == refusal
        return change

    def _remember(self, change: Change, verb: str, before: Guest, held: set[tuple[str, date]]) -> None:
        stay = change.stay.id
        wanted = span(before.arrival, before.departure) - self.model.stays[stay].wants
        gave_up = frozenset(cell for cell in held if cell[1] in wanted)
        self.model.told[stay] = self.model.stays[stay].stamp
        self.model.done[change.event_id] = Done(
            verb, stay, self.model.stays[stay].stamp, self.model.now, before.room, before.arrival, before.departure,
            gave_up,
        )  # fmt: skip

    def _guest(self, stay: Stay) -> Guest:
        return Guest(
            self.names[stay.room_id], stay.arrival, stay.departure,
            fact=stay.reason == Reason.MAINTENANCE, released=stay.state == StayState.RELEASED,
        )  # fmt: skip

    def _stay(self, choice: int) -> int:
        latest = sorted(self.model.stays, reverse=True)
        return latest[choice % len(latest)]

    def _day(self, offset: int) -> date:
        return self.model.today + timedelta(days=offset)


class WeekOnPostgreSQL(Week):
    """The same on PostgreSQL."""

    engine = "postgresql"


@pytest.mark.timeout(LIMIT)
def test_any_week_on_sqlite_ends_as_the_model_says() -> None:
    run_state_machine_as_test(
        Week, settings=settings(max_examples=rounds(quick=40, check=200, soak=2_000), stateful_step_count=STEPS)
    )


@pytest.mark.timeout(LIMIT)
def test_any_week_on_postgresql_ends_as_the_model_says() -> None:
    few = settings(max_examples=rounds(quick=8, check=40, soak=400), stateful_step_count=STEPS)
    run_state_machine_as_test(WeekOnPostgreSQL, settings=few)
