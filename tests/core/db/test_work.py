"""The unit of work: all or nothing, Busy when somebody else was there first, readers that cannot write."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.clock import SetClock
from core.db import engine
from core.db.engine import LOCK_TIMEOUT_MS, connect
from core.db.work import Store
from core.errors import Busy
from core.properties.models import Property
from core.stays.models import Stay
from core.stays.reasons import Reason
from tests.support import databases
from tests.support.desk import Desk, open_desk
from tests.support.desk import nights as some_nights
from tests.support.hotel import NOW, make_hotel


class Change(Exception):
    """Something that a use case raises."""


@pytest.fixture
def quick(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Give a store that waits for locks only a fifth of a second, so that the tests of waiting are short."""
    monkeypatch.setattr(engine, "LOCK_TIMEOUT_MS", 200)
    monkeypatch.setattr(engine, "BUSY_TIMEOUT_MS", 200)
    store = Store(connect(database_url), SetClock(NOW))
    yield store
    store.database.dispose()


@pytest.fixture
def postgres_desk(tmp_path: Path) -> Iterator[Desk]:
    """Give a desk on PostgreSQL: SQLite's writer is alone, nobody can come between or wait for each other."""
    with databases.migrated("postgresql", tmp_path) as url, open_desk(url) as desk:
        yield desk


def test_leaving_commits(store: Store) -> None:
    make_hotel(store)
    assert _names(store) == ["Baobab Guest House"]


@pytest.mark.parametrize("error", [Change, KeyboardInterrupt, GeneratorExit])
def test_an_exception_takes_everything_back(store: Store, error: type[BaseException]) -> None:
    make_hotel(store)
    with pytest.raises(error):
        _rename_and_raise(store, error)
    assert _names(store) == ["Baobab Guest House"]
    make_hotel(store, code="second")


def test_nothing_is_seen_before_it_is_committed(store: Store) -> None:
    make_hotel(store)
    with store.unit_of_work() as work:
        work.session.execute(text("UPDATE properties SET name = 'New'"))
        assert _names(store) == ["Baobab Guest House"]
    assert _names(store) == ["New"]


def test_a_reader_sees_one_instant(store: Store) -> None:
    make_hotel(store)
    with store.reading() as session:
        assert _names_in(session) == ["Baobab Guest House"]
        with store.unit_of_work() as work:
            work.session.execute(text("UPDATE properties SET name = 'New'"))
        assert _names_in(session) == ["Baobab Guest House"]


@pytest.mark.parametrize("statement", ["UPDATE properties SET name = 'x'", "DELETE FROM memberships"])
def test_a_reader_cannot_write(store: Store, statement: str) -> None:
    make_hotel(store)
    with store.reading() as session, pytest.raises(DBAPIError, match=r"(?i)read-?only"):
        session.execute(text(statement))
    with store.unit_of_work() as work:
        work.session.execute(text(statement))


def test_a_lock_that_is_not_to_be_had_makes_it_busy(quick: Store) -> None:
    make_hotel(quick)
    other = Store(connect(quick.database.url), SetClock(NOW))  # As another process: its queue is another one.
    try:
        with other.unit_of_work() as work:
            work.session.execute(text("UPDATE properties SET name = 'Theirs'"))
            with pytest.raises(Busy):
                _rename_and_raise(quick, Change)
        with pytest.raises(Change):
            _rename_and_raise(quick, Change)
    finally:
        other.database.dispose()
    assert _names(quick) == ["Theirs"]


def test_a_deadlock_makes_one_of_two_busy(postgres_desk: Desk) -> None:
    desk = postgres_desk
    for room in ("3", "7"):
        desk.block(room, some_nights(0, 1))
    together, results = threading.Barrier(2), list[str]()

    def lock(first: str, second: str) -> None:
        statement = text("SELECT * FROM room_types WHERE code = :code FOR UPDATE")
        try:
            with desk.store.unit_of_work() as work:
                work.session.execute(statement, {"code": first})
                together.wait(10)
                work.session.execute(statement, {"code": second})
            results.append("done")
        except Busy:
            results.append("busy")

    threads = [threading.Thread(target=lock, args=order) for order in (("DBL", "TWN"), ("TWN", "DBL"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(results) == ["busy", "done"]


def test_a_row_changed_meanwhile_makes_it_busy(postgres_desk: Desk) -> None:
    desk = postgres_desk
    stay_id = desk.block("3", some_nights(0, 1), Reason.GUEST).stay.id

    def change_what_was_read() -> None:
        with desk.store.unit_of_work() as work:
            stay = work.session.get_one(Stay, stay_id)
            desk.shorten(desk.extend(stay_id, some_nights(0, 3).departure).stay.id, some_nights(0, 2).departure)
            stay.note = "late"

    with pytest.raises(Busy):
        change_what_was_read()
    assert desk.stay(stay_id).note is None


def test_any_other_failure_of_the_database_is_not_busy(store: Store) -> None:
    with pytest.raises(DBAPIError) as failed, store.unit_of_work() as work:
        work.session.execute(text("SELECT * FROM no_such_table"))
    assert not isinstance(failed.value, Busy)


def test_people_wait_three_seconds_for_a_lock(store: Store) -> None:
    if store.database.is_sqlite:
        with store.database.write.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == 10_000
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
    else:
        with store.database.write.connect() as connection:
            assert connection.exec_driver_sql("SHOW lock_timeout").scalar_one() == f"{LOCK_TIMEOUT_MS // 1000}s"
            assert connection.exec_driver_sql("SHOW transaction_isolation").scalar_one() == "read committed"


def _rename_and_raise(store: Store, error: type[BaseException]) -> None:
    with store.unit_of_work() as work:
        work.session.execute(text("UPDATE properties SET name = 'Mine'"))
        raise error


def _names(store: Store) -> list[str]:
    with store.reading() as session:
        return _names_in(session)


def _names_in(session: Session) -> list[str]:
    return list(session.scalars(select(Property.name).order_by(Property.id)))
