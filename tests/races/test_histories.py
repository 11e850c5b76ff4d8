"""Thirty-two clients who check, reserve, cancel, move, block and import at once are never told what cannot be true."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select

from core.errors import DaudaError
from core.inventory import audit, availability
from core.inventory.models import InventoryDay
from core.reservations import service as reservations
from core.reservations.commands import BookReservation, CancelReservation, Guest, RoomWanted
from core.reservations.models import Reservation
from core.stays.models import Stay
from core.stays.reasons import Reason, StayState
from core.values.nights import Nights
from tests.races.histories import NEVER, History, Look, Tenure, anomalies
from tests.support.desk import Desk, nights
from tests.support.hotel import clock_of, make_hotel
from tests.support.rounds import rounds
from tests.support.truth import must_be_true

CLIENTS = 32
NIGHTS = 5
SECONDS = rounds(quick=3, check=10, soak=600)
A_WHILE = 60
SEED = random.SystemRandom().getrandbits(32)
ROOMS = {str(number): "DBL" if number < 6 else "TWN" for number in range(1, 9)}
pytestmark = [pytest.mark.race, pytest.mark.timeout(SECONDS + 120)]


@pytest.fixture
def busy(desk: Desk) -> Desk:
    """Give the desk of a hotel of two types with few rooms."""
    return Desk(desk.store, make_hotel(desk.store, ROOMS, code="mango", links=()), desk.by)


@dataclass(slots=True)
class Kept:
    """What a client may give up or change: its own tenure and how the house knows it."""

    tenure: Tenure
    stay_id: int
    reservation_id: int | None


@dataclass(slots=True)
class Client:
    """One of them: it changes only what it made itself, so that it knows how that stands."""

    desk: Desk
    history: History
    chance: random.Random
    name: str
    counts: Counter[str]
    mine: list[Kept] = field(default_factory=list)
    made: int = 0

    def act(self) -> None:
        """Do one thing."""
        verbs: list[Callable[[], None]] = [self.check, self.check, self.reserve, self.reserve, self.bring, self.block]
        if self.mine:
            verbs += [self.give_up, self.give_up, self.give_up, self.move]
        self.chance.choice(verbs)()

    def check(self) -> None:
        """Ask what is free."""
        type_id = self._type()
        began = self.history.now()
        with self.desk.store.reading() as session:
            answer = availability.check(session, self.desk.hotel.property_id, type_id, nights(0, NIGHTS))
        ended = self.history.now()
        for day in answer.days:
            self.history.saw(Look(type_id, day.night, day.available, began, ended))
        self.counts["check"] += 1

    def reserve(self) -> None:
        """Book any room of a type, or this very one."""
        wanted, type_id = self._nights(), self._type()
        room_id = self.chance.choice(self._rooms(type_id)) if self.chance.random() < 0.5 else None
        self._book(wanted, type_id, room_id, "direct")

    def bring(self) -> None:
        """Store what a platform has sold: never refused."""
        type_id = self._type()
        self._book(self._nights(), type_id, None, "airbnb")

    def block(self) -> None:
        """Block a room."""
        type_id, wanted = self._type(), self._nights()
        room = self.chance.choice([name for name, code in ROOMS.items() if self.desk.hotel.types[code] == type_id])
        tenure = self.history.asks(self._key(), type_id, self.desk.hotel.rooms[room], tuple(wanted))
        with self._refusing(tenure):
            change = self.desk.block(room, wanted, Reason.OWNER)
            tenure.given = self.history.now()
            self.mine.append(Kept(tenure, change.stay.id, None))
            self.counts["block"] += 1

    def give_up(self) -> None:
        """Cancel or unblock something of one's own."""
        kept = self.mine.pop(self.chance.randrange(len(self.mine)))
        kept.tenure.leaving = self.history.now()
        try:
            self._give_up(kept)
        except DaudaError as error:
            # Nothing happened; it stands as before, and nobody was told otherwise.
            kept.tenure.leaving = NEVER
            self.mine.append(kept)
            self.counts[error.code] += 1
            return
        kept.tenure.left = self.history.now()
        self.counts["give_up"] += 1

    def move(self) -> None:
        """Put something of one's own into another room of its type."""
        kept = self.chance.choice(self.mine)
        if kept.tenure.waits:
            return
        room_id = self.chance.choice(self._rooms(kept.tenure.type_id))
        name = next(name for name, each in self.desk.hotel.rooms.items() if each == room_id)
        before, kept.tenure.room_id = kept.tenure.room_id, None
        try:
            # From now on nobody can say in which of the two it is; for the type it counts all the time.
            self.desk.move(kept.stay_id, name)
        except DaudaError as error:
            kept.tenure.room_id = before
            self.counts[error.code] += 1
            return
        self.counts["move"] += 1

    def _book(self, wanted: Nights, type_id: int, room_id: int | None, source: str) -> None:
        key = self._key()
        tenure = self.history.asks(key, type_id, room_id, tuple(wanted))
        room = RoomWanted(wanted, room_id=room_id, type_id=None if room_id is not None else type_id)
        order = BookReservation(
            self.desk.hotel.property_id, (room,), Guest(key), source, key if source != "direct" else None
        )
        with self._refusing(tenure):
            with self.desk.store.unit_of_work() as work:
                outcome = reservations.book(work, order, self.desk.by)
                (change,) = outcome.changes
                stay_id, waits = change.stay.id, change.stay.state == StayState.CONTESTED
                reservation_id = outcome.reservation.id
            tenure.waits = waits
            tenure.given = self.history.now()
            self.mine.append(Kept(tenure, stay_id, reservation_id))
            self.counts["contested" if waits else source] += 1

    def _give_up(self, kept: Kept) -> None:
        if kept.reservation_id is None:
            self.desk.unblock(kept.stay_id)
            return
        with self.desk.store.reading() as session:
            revision = session.get_one(Reservation, kept.reservation_id).revision
        with self.desk.store.unit_of_work() as work:
            reservations.cancel(work, CancelReservation(kept.reservation_id, revision), self.desk.by)

    def _refusing(self, tenure: Tenure) -> "_Refusing":
        return _Refusing(self, tenure)

    def _key(self) -> str:
        self.made += 1
        return f"{self.name}-{self.made}"

    def _type(self) -> int:
        return self.chance.choice(list(self.desk.hotel.types.values()))

    def _rooms(self, type_id: int) -> list[int]:
        return [self.desk.hotel.rooms[name] for name, code in ROOMS.items() if self.desk.hotel.types[code] == type_id]

    def _nights(self) -> Nights:
        first = self.chance.randrange(NIGHTS)
        return nights(first, self.chance.randint(1, NIGHTS - first))


@dataclass(slots=True)
class _Refusing:
    """Notes that a question was refused: what it asked for was never given."""

    client: Client
    tenure: Tenure

    def __enter__(self) -> None:
        """Nothing yet."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        if not isinstance(error, DaudaError):
            return False
        self.tenure.refused = True
        self.client.counts[error.code] += 1
        return True


def test_nobody_is_told_what_cannot_be_true_and_the_counters_are(busy: Desk) -> None:
    history, counts = _played(busy)
    print(f"seed {SEED}: {dict(counts)}")  # noqa: T201 - shown when it fails.
    totals = Counter(busy.hotel.types[code] for code in ROOMS.values())
    assert anomalies(history, totals) == []
    must_be_true(busy.store)
    with busy.store.reading() as session:
        assert audit.differences(session, clock_of(busy.store).now()) == []
        _all_is_there(session.scalars(select(Stay).where(Stay.property_id == busy.hotel.property_id)).all(), history)
        sold = session.scalars(select(InventoryDay).where(InventoryDay.type_id.in_(totals))).all()
    assert any(day.sold + day.blocked + day.contested for day in sold)
    assert counts["does_not_fit"] + counts["night_taken"] > 0, "they never stood in each other's way"
    # A few seconds on a busy machine are too short for everything to happen.
    for expected in ("check", "direct", "airbnb", "block", "give_up", "move") if SECONDS >= A_WHILE else ():
        assert counts[expected] > 0, expected


def _all_is_there(stays: object, history: History) -> None:
    assert isinstance(stays, list)
    given = [one for one in history.tenures if one.given != NEVER]
    standing = [one for one in given if one.left == NEVER]
    assert len(stays) == len(given), "each acknowledged one is stored, and nothing of the refused ones"
    assert sum(stay.state != StayState.RELEASED for stay in stays) == len(standing)


def _played(desk: Desk) -> tuple[History, Counter[str]]:
    history, counts, broken = History(), Counter[str](), list[BaseException]()
    deadline = time.monotonic() + SECONDS

    def run(number: int) -> None:
        client = Client(desk, history, random.Random(f"{SEED}/{number}"), f"c{number}", counts)
        try:
            while time.monotonic() < deadline and not broken:
                client.act()
        except BaseException as error:  # noqa: BLE001 - told by the thread that started this one.
            broken.append(error)

    threads = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS + 60)
    assert not broken, repr(broken[0])
    assert not any(thread.is_alive() for thread in threads)
    return history, counts


def _tenure(key: str, room_id: int | None, asked: int, given: int) -> Tenure:
    return Tenure(key, 1, room_id, tuple(nights(0, 1)), asked, given)


def test_the_judge_sees_a_room_that_two_were_given() -> None:
    first, second = _tenure("a", 3, 1, 2), _tenure("b", 3, 3, 4)
    assert len(anomalies(History([first, second]), {1: 2})) == 1
    first.leaving, first.left = 3, 5
    assert anomalies(History([first, second]), {1: 2}) == []


@pytest.mark.parametrize(("available", "wrong"), [(2, 1), (1, 0), (0, 1)])
def test_the_judge_sees_a_look_that_counts_too_many_or_too_few(available: int, wrong: int) -> None:
    night = nights(0, 1).arrival
    history = History([_tenure("a", None, 1, 2)], [Look(1, night, available, 3, 4)])
    assert len(anomalies(history, {1: 2})) == wrong
