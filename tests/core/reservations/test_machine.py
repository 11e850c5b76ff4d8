"""Any month of bookings, changes, splits, arrivals and departures ends as a model in plain Python says."""

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

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

from core.errors import DaudaError
from core.reservations.commands import StayChange
from core.reservations.service import Outcome
from core.values.nights import Nights
from tests.core.reservations.front import Front
from tests.core.reservations.judge import must_be_right
from tests.support import databases
from tests.support.desk import Desk, open_desk
from tests.support.hotel import TODAY
from tests.support.rounds import rounds
from tests.support.truth import must_be_true

ROOMS = ("3", "4", "7")
PRICE = 1500
STEPS = 25
LIMIT = 1_500
_OVER = ("cancelled", "no_show", "checked_out")


@dataclass
class Room:
    """One stay as the model knows it."""

    name: str
    arrival: date
    departure: date
    is_in: bool = False
    is_out: bool = False
    released: bool = False
    follows: int | None = None

    @property
    def cells(self) -> set[tuple[str, date]]:
        """The nights it should hold."""
        if self.released:
            return set()
        return {(self.name, self.arrival + timedelta(n)) for n in range((self.departure - self.arrival).days)}


@dataclass
class Booked:
    """One reservation as the model knows it."""

    stays: dict[int, Room]
    state: str = "confirmed"
    total: int = 0

    def follow(self, today: date, said: str | None = None) -> None:
        """Say how it stands by its stays."""
        alive = [stay for stay in self.stays.values() if not stay.released]
        if any(stay.is_in and not stay.is_out for stay in alive):
            self.state = "checked_in"
        elif any(not stay.is_out and stay.departure > today for stay in alive):
            self.state = "confirmed"
        elif any(stay.is_out for stay in self.stays.values()):
            self.state = "checked_out"
        elif said is not None:
            self.state = said
        if alive:
            self.total = sum(len(stay.cells) for stay in alive) * PRICE


@dataclass
class Model:
    """The house as plain Python knows it."""

    today: date = TODAY
    booked: dict[int, Booked] = field(default_factory=dict)

    def taken(self, but: int | None = None) -> set[tuple[str, date]]:
        """Every held night, but for those of one stay."""
        stays = ((number, stay) for one in self.booked.values() for number, stay in one.stays.items())
        return set().union(*(stay.cells for number, stay in stays if number != but))

    def cut(self, stay: Room) -> None:
        """Give up what is left of a stay."""
        if stay.departure <= self.today:
            return
        if stay.arrival >= self.today:
            stay.released = True
        else:
            stay.departure = self.today


class Month(RuleBasedStateMachine):
    """Clerks at work on SQLite."""

    engine = "sqlite"

    @initialize()
    def open(self) -> None:
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(TemporaryDirectory()))
        url = self.stack.enter_context(databases.migrated(self.engine, folder))
        self.desk: Desk = self.stack.enter_context(open_desk(url))
        self.front, self.model = Front(self.desk), Model()

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            self.stack.close()

    @rule(names=some.sets(some.sampled_from(ROOMS), min_size=1), first=some.integers(0, 6), count=some.integers(1, 4))
    def book(self, names: set[str], first: int, count: int) -> None:
        wanted = self._nights(first, count)
        cells = {(name, night) for name in names for night in wanted}
        refusal = "does_not_fit" if cells & self.model.taken() else None
        order = [self.front.room(name, wanted, str(PRICE)) for name in sorted(names)]
        done = self._attempt(lambda: self.front.book(*order), refusal)
        if done is not None:
            stays = {
                change.stay.id: Room(name, wanted.arrival, wanted.departure)
                for change, name in zip(done.changes, sorted(names), strict=True)
            }
            self.model.booked[done.reservation.id] = Booked(stays)
            self.model.booked[done.reservation.id].follow(self.model.today)

    @precondition(lambda self: self.model.booked)
    @rule(which=some.integers(0, 9), part=some.integers(0, 9), first=some.integers(0, 6), count=some.integers(1, 4),
          to=some.sampled_from(ROOMS))  # fmt: skip
    def modify(self, which: int, part: int, first: int, count: int, to: str) -> None:
        number, one = self._one(which)
        stay_id, stay = self._part(one, part)
        wanted = self._nights(first, count)
        if (
            stay.is_in
            or stay.arrival < self.model.today
            or stay.released
            or stay.follows
            or self._goes_on(one, stay_id)
        ):
            return
        prices = dict.fromkeys(wanted, Decimal(PRICE))
        change = StayChange(stay_id, wanted, self.desk.hotel.rooms[to], prices)
        refusal = "reservation_over" if one.state in _OVER else None
        if refusal is None and {(to, night) for night in wanted} & self.model.taken(stay_id):
            refusal = "does_not_fit"
        if self._attempt(lambda: self.front.modify(number, change), refusal) is not None:
            stay.name, stay.arrival, stay.departure = to, wanted.arrival, wanted.departure
            one.follow(self.model.today)

    @precondition(lambda self: self.model.booked)
    @rule(which=some.integers(0, 9))
    def cancel(self, which: int) -> None:
        number, one = self._one(which)
        left = [stay for stay in one.stays.values() if not stay.released and stay.departure > self.model.today]
        refusal = None
        if one.state in _OVER:
            refusal = "reservation_over"
        elif any(stay.is_in and not stay.is_out and not stay.released for stay in one.stays.values()):
            refusal = "guests_are_in"
        elif not left:
            refusal = "nights_left"
        if self._attempt(lambda: self.front.cancel(number), refusal) is not None:
            for stay in left:
                self.model.cut(stay)
            one.follow(self.model.today, "cancelled")

    @precondition(lambda self: self.model.booked)
    @rule(which=some.integers(0, 9))
    def check_in(self, which: int) -> None:
        number, one = self._one(which)
        come = [
            (stay_id, stay)
            for stay_id, stay in one.stays.items()
            if not stay.released and not stay.is_in and stay.arrival <= self.model.today < stay.departure
        ]
        refusal = "reservation_over" if one.state in _OVER else None if come else "nobody_to_check_in"
        if self._attempt(lambda: self.front.check_in(number), refusal) is not None:
            for stay_id, stay in come:
                stay.is_in = True
                for later in self._later(one, stay_id):
                    later.is_in = True
            one.follow(self.model.today)

    @precondition(lambda self: self.model.booked)
    @rule(which=some.integers(0, 9))
    def check_out(self, which: int) -> None:
        number, one = self._one(which)
        inside = [stay for stay in one.stays.values() if stay.is_in and not stay.is_out and not stay.released]
        refusal = "reservation_over" if one.state in _OVER else None if inside else "nobody_is_in"
        if self._attempt(lambda: self.front.check_out(number), refusal) is not None:
            for stay in inside:
                self.model.cut(stay)
                stay.is_out = True
            one.follow(self.model.today)

    @precondition(lambda self: self.model.booked)
    @rule(which=some.integers(0, 9), part=some.integers(0, 9), after=some.integers(1, 3), to=some.sampled_from(ROOMS))
    def split(self, which: int, part: int, after: int, to: str) -> None:
        number, one = self._one(which)
        stay_id, stay = self._part(one, part)
        night = stay.arrival + timedelta(after)
        if stay.released or stay.name == to or one.state in _OVER or stay.is_out:
            return
        refusal = None
        if night >= stay.departure or night < self.model.today:
            refusal = "cannot_divide"
        elif {(to, day) for _, day in stay.cells if day >= night} & self.model.taken():
            refusal = "night_taken"
        done = self._attempt(lambda: self.front.split(number, stay_id, night, to), refusal)
        if done is not None:
            tail = done.changes[1].stay
            for other in one.stays.values():
                other.follows = tail.id if other.follows == stay_id else other.follows
            one.stays[tail.id] = Room(to, night, stay.departure, is_in=stay.is_in, follows=stay_id)
            stay.departure = night
            one.follow(self.model.today)

    @rule()
    def a_day_goes_by(self) -> None:
        self.desk.advance(timedelta(days=1))
        self.model.today += timedelta(days=1)

    @invariant()
    def all_is_as_the_model_says(self) -> None:
        if not hasattr(self, "front"):
            return
        for number, one in self.model.booked.items():
            row = self.front.row(number)
            assert (row.state, row.total) == (one.state, Decimal(one.total))
            for stay_id, stay in one.stays.items():
                assert self.desk.held(stay_id) == stay.cells
        must_be_true(self.desk.store)
        must_be_right(self.desk.store)

    def _attempt(self, act: Callable[[], Outcome], refusal: str | None) -> Outcome | None:
        done, code = None, None
        try:
            done = act()
        except DaudaError as error:
            code = error.code
        assert code == refusal
        return done

    def _one(self, which: int) -> tuple[int, Booked]:
        number = sorted(self.model.booked, reverse=True)[which % len(self.model.booked)]
        return number, self.model.booked[number]

    def _part(self, one: Booked, part: int) -> tuple[int, Room]:
        number = sorted(one.stays)[part % len(one.stays)]
        return number, one.stays[number]

    def _goes_on(self, one: Booked, stay_id: int) -> bool:
        return any(other.follows == stay_id for other in one.stays.values())

    def _later(self, one: Booked, stay_id: int) -> Iterable[Room]:
        for number, stay in one.stays.items():
            if stay.follows == stay_id and not stay.released:
                yield stay
                yield from self._later(one, number)

    def _nights(self, first: int, count: int) -> Nights:
        arrival = self.model.today + timedelta(first)
        return Nights(arrival, arrival + timedelta(count))


class MonthOnPostgreSQL(Month):
    """The same on PostgreSQL."""

    engine = "postgresql"


@pytest.mark.timeout(LIMIT)
def test_any_month_on_sqlite_ends_as_the_model_says() -> None:
    run_state_machine_as_test(
        Month, settings=settings(max_examples=rounds(quick=8, check=50, soak=1_500), stateful_step_count=STEPS)
    )


@pytest.mark.timeout(LIMIT)
def test_any_month_on_postgresql_ends_as_the_model_says() -> None:
    few = settings(max_examples=rounds(quick=3, check=10, soak=300), stateful_step_count=STEPS)
    run_state_machine_as_test(MonthOnPostgreSQL, settings=few)
