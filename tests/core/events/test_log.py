"""The log in the order in which events became visible: nothing is passed over, whoever commits last."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from core.db.work import Store, UnitOfWork
from core.events import bus, log
from core.events.log import BEGINNING
from core.events.models import Event
from core.events.service import By, record
from core.stays.events import GuestCheckedIn
from core.values.nights import Nights
from tests.support import databases
from tests.support.desk import Desk, nights
from tests.support.event_log import settle
from tests.support.hotel import TODAY, make_hotel, open_store


def test_the_log_tells_everything_once_in_order_by_pages(desk: Desk) -> None:
    for first in range(5):
        desk.block("3", nights(first, 1))
    settle(desk.store)
    seen, position = [], BEGINNING
    with desk.store.reading() as session:
        while page := log.after(session, position, 2):
            seen += [entry.id for entry in page]
            position = page[-1].position
        assert position == log.end(session)
        assert position == log.position_of(session, seen[-1])
    assert seen == [event.id for event in desk.events()]


def test_only_what_happened_at_a_property_is_told_of_it(desk: Desk) -> None:
    desk.block("3", nights(0, 1))
    other = make_hotel(desk.store, code="acacia", staff={}, links=())
    settle(desk.store)
    with desk.store.reading() as session:
        assert len(log.after(session, BEGINNING, 100, [desk.hotel.property_id])) == len(desk.events())
        assert log.after(session, BEGINNING, 100, [other.property_id]) == []


def test_an_unknown_event_has_no_place(desk: Desk) -> None:
    with desk.store.reading() as session:
        assert log.position_of(session, 999_999) is None
        assert log.end(session) == BEGINNING


def _happened(work: UnitOfWork, property_id: int, revision: int) -> int:
    night = Nights(TODAY, TODAY.replace(day=TODAY.day + 1))
    happening = GuestCheckedIn(
        room="3", arrival=night.arrival, departure=night.departure, revision=revision, versions={}
    )
    return record(work, happening, 1, property_id=property_id, by=By())


class Late:
    """A transaction that has recorded its event, and commits when it is told to."""

    def __init__(self, store: Store, property_id: int) -> None:
        self._recorded, self._go = threading.Event(), threading.Event()
        self.event_id = 0
        self._thread = threading.Thread(target=self._run, args=(store, property_id))
        self._thread.start()
        assert self._recorded.wait(10)

    def commit(self) -> None:
        """Let it commit."""
        self._go.set()
        self._thread.join(10)

    def _run(self, store: Store, property_id: int) -> None:
        with store.unit_of_work() as work:
            self.event_id = _happened(work, property_id, 1)
            self._recorded.set()
            self._go.wait(20)


@pytest.fixture
def overlapping(tmp_path: Path) -> Iterator[Store]:
    """Give a store on the engine where transactions overlap."""
    with databases.migrated("postgresql", tmp_path) as url, open_store(url) as store:
        yield store


def test_an_event_that_commits_late_is_not_passed_over(overlapping: Store) -> None:
    property_id = make_hotel(overlapping).property_id
    late = Late(overlapping, property_id)
    with overlapping.unit_of_work() as work:
        early = _happened(work, property_id, 2)
    with overlapping.reading() as session:
        start = log.after(session, BEGINNING, 100)
    late.commit()
    settle(overlapping)
    position = start[-1].position if start else BEGINNING
    with overlapping.reading() as session:
        after = log.after(session, position, 100)
    assert late.event_id < early
    assert sorted(entry.id for entry in (*start, *after)) == [late.event_id, early]


def test_going_by_ids_alone_passes_it_over(overlapping: Store) -> None:
    property_id = make_hotel(overlapping).property_id
    late = Late(overlapping, property_id)
    with overlapping.unit_of_work() as work:
        early = _happened(work, property_id, 2)
    seen = _by_ids(overlapping, 0)
    late.commit()
    seen += _by_ids(overlapping, max(seen))
    assert seen == [early], "the reader that trusts ids never sees the one that committed late"


def _by_ids(store: Store, last: int) -> list[int]:
    with store.reading() as session:
        return list(session.scalars(select(Event.id).where(Event.id > last).order_by(Event.id)))


def test_a_bus_goes_on_where_it_stood_and_never_back(desk: Desk) -> None:
    desk.block("3", nights(0, 1))
    desk.block("3", nights(1, 1))
    settle(desk.store)
    with desk.store.reading() as session:
        first, second = bus.following(session, "redis", 10)
    for position in (second.position, first.position):
        with desk.store.unit_of_work() as work:
            bus.advance(work, "redis", position)
    with desk.store.reading() as session:
        assert bus.following(session, "redis", 10) == []
        assert len(bus.following(session, "kafka", 10)) == 2
