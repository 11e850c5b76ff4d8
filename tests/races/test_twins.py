"""What the guards are for: with each of them off, the fault that it prevents is there for the tests to see."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text

from core.clock import SetClock
from core.db import engine
from core.db.engine import connect
from core.db.work import Store
from core.errors import Busy, DaudaError
from core.inventory import service as inventory
from core.inventory.models import RoomPart
from core.inventory.parts import Parts
from core.inventory.service import NightTaken
from tests.support.desk import Desk, nights
from tests.support.hotel import NOW, make_hotel
from tests.support.truth import faults, must_be_true

pytestmark = pytest.mark.race
PATIENCE = 2.0


def test_without_the_key_and_the_look_a_night_is_held_twice(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _without_key(desk)
    desk.block("3", nights(0, 2))
    monkeypatch.setattr(inventory, "refuse_taken", lambda *_: None)
    desk.block("3", nights(1, 2))
    (found,) = [fault for fault in faults(desk.store.database.read, NOW) if "2 times" in fault]
    assert found == f"room {desk.hotel.rooms['3']} on {nights(1, 1).arrival} is held 2 times"


def test_without_the_look_the_key_alone_refuses(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.block("3", nights(0, 2))
    monkeypatch.setattr(inventory, "refuse_taken", lambda *_: None)
    with pytest.raises(NightTaken):
        desk.block("3", nights(1, 2))
    must_be_true(desk.store)


def test_without_the_key_the_look_alone_refuses(desk: Desk) -> None:
    _without_key(desk)
    desk.block("3", nights(0, 2))
    with pytest.raises(NightTaken):
        desk.block("3", nights(1, 2))
    must_be_true(desk.store)


@pytest.mark.parametrize("locked", [True, False], ids=["locked", "not locked"])
def test_without_the_key_only_the_lock_keeps_two_clerks_apart(
    postgres_desk: Desk, monkeypatch: pytest.MonkeyPatch, *, locked: bool
) -> None:
    desk = postgres_desk
    _without_key(desk)
    _make_days(desk)
    if not locked:
        _do_not_lock(monkeypatch)
    # Both look before either writes, unless the lock lets the second one look only when the first has written.
    _meet(monkeypatch, "refuse_taken", call=1)
    outcomes = _both(lambda: desk.block("3", nights(0, 2)), lambda: desk.block("3", nights(1, 2)))
    twice = [fault for fault in faults(desk.store.database.read, NOW) if "2 times" in fault]
    assert (sorted(outcomes), len(twice)) == ((["done", "night_taken"], 0) if locked else (["done", "done"], 1))


@pytest.mark.parametrize("locked", [True, False], ids=["locked", "not locked"])
def test_without_the_lock_two_moves_in_opposite_directions_deadlock(
    postgres_desk: Desk, monkeypatch: pytest.MonkeyPatch, *, locked: bool
) -> None:
    hotel = make_hotel(postgres_desk.store, {"1": "DBL", "2": "DBL", "5": "TWN", "6": "TWN"}, code="mango")
    desk = Desk(postgres_desk.store, hotel, postgres_desk.by)
    double, twin = desk.block("1", nights(0, 2)).stay.id, desk.block("5", nights(0, 2)).stay.id
    if not locked:
        _do_not_lock(monkeypatch)
    # Each has given up a night of its type before either takes one of the other's.
    _meet(monkeypatch, "drop", call=1)
    outcomes = _both(lambda: desk.move(double, "6"), lambda: desk.move(twin, "2"))
    assert sorted(outcomes) == (["done", "done"] if locked else ["busy", "done"])
    must_be_true(desk.store)


@pytest.mark.parametrize("linked", [True, False], ids=["linked", "not linked"])
def test_without_the_key_only_the_common_lock_keeps_a_villa_and_its_room_apart(
    postgres_desk: Desk, monkeypatch: pytest.MonkeyPatch, *, linked: bool
) -> None:
    hotel = make_hotel(postgres_desk.store, {"villa": "VILLA", "1": "DBL", "2": "TWN", "5": "TWN"}, code="mango")
    desk = Desk(postgres_desk.store, hotel, postgres_desk.by)
    with desk.store.unit_of_work() as work:
        work.session.add_all(
            RoomPart(whole_id=hotel.rooms["villa"], part_id=hotel.rooms[part], property_id=hotel.property_id)
            for part in ("1", "2")
        )
    for room in hotel.rooms:
        desk.unblock(desk.block(room, nights(0, 2)).stay.id)
    _without_key(desk)
    if not linked:
        monkeypatch.setattr(Parts, "linked", lambda _, type_ids: set(type_ids))
    _meet(monkeypatch, "refuse_taken", call=1)
    outcomes = _both(lambda: desk.block("villa", nights(0, 1)), lambda: desk.block("2", nights(0, 1)))
    twice = [fault for fault in faults(desk.store.database.read, NOW) if "2 times" in fault]
    assert (sorted(outcomes), len(twice)) == ((["done", "night_taken"], 0) if linked else (["done", "done"], 1))


@pytest.mark.parametrize("immediate", [True, False], ids=["immediate", "deferred"])
def test_on_sqlite_a_writer_that_begins_by_reading_finds_the_database_locked(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, *, immediate: bool
) -> None:
    if not immediate:
        monkeypatch.setattr(engine, "_begin_immediate", engine._begin)
    # Two stores, as two processes have them: each with a queue of its own.
    one, other = (Store(connect(sqlite_url), SetClock(NOW)) for _ in range(2))
    read = threading.Barrier(2)

    def rename(store: Store) -> Callable[[], None]:
        def attempt() -> None:
            with store.unit_of_work() as work:
                work.session.execute(text("SELECT name FROM properties")).all()
                _wait(read)
                work.session.execute(text("UPDATE properties SET name = name || '!'"))

        return attempt

    try:
        make_hotel(one)
        outcomes = _both(rename(one), rename(other))
    finally:
        one.database.dispose()
        other.database.dispose()
    assert sorted(outcomes) == (["done", "done"] if immediate else ["busy", "done"])


def _without_key(desk: Desk) -> None:
    """Take the promise off the table of nights."""
    with _raw(desk) as run:
        if desk.store.database.is_sqlite:
            run("CREATE TABLE free_nights AS SELECT room_id, night, stay_id FROM room_nights")
            run("DROP TABLE room_nights")
            run("CREATE TABLE room_nights (room_id INTEGER, night DATE, stay_id INTEGER)")
            run("INSERT INTO room_nights SELECT * FROM free_nights")
        else:
            run("ALTER TABLE room_nights DROP CONSTRAINT pk_room_nights")


def _make_days(desk: Desk) -> None:
    desk.unblock(desk.block("3", nights(0, 4)).stay.id)


def _do_not_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inventory, "lock", lambda *_: None)


def _meet(monkeypatch: pytest.MonkeyPatch, name: str, call: int) -> None:
    """Let two threads wait for each other after their n-th call of a function of `inventory`, but not for ever."""
    real, meeting, seen = getattr(inventory, name), threading.Barrier(2), threading.local()

    def met(*args: Any) -> Any:  # noqa: ANN401 - whatever the function takes and gives.
        seen.calls = getattr(seen, "calls", 0) + 1
        answer = real(*args)
        if seen.calls == call:
            _wait(meeting)
        return answer

    monkeypatch.setattr(inventory, name, met)


def _wait(meeting: threading.Barrier) -> None:
    try:
        meeting.wait(PATIENCE)
    except threading.BrokenBarrierError:
        return  # The other one is kept waiting by the guard: as it should be.


def _both(*attempts: Callable[[], object]) -> list[str]:
    outcomes: list[str] = []

    def run(attempt: Callable[[], object]) -> None:
        try:
            attempt()
            outcomes.append("done")
        except Busy:
            outcomes.append("busy")
        except DaudaError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=run, args=(attempt,)) for attempt in attempts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


@contextmanager
def _raw(desk: Desk) -> Iterator[Callable[[str], object]]:
    with desk.store.unit_of_work() as work:
        yield lambda statement: work.session.execute(text(statement))
