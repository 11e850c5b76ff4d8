"""Reads remembered: R7 and R8."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import ClassVar

import pytest
from sqlalchemy import select

from core.channels.models import ChannelLink
from core.db.work import Store, UnitOfWork
from core.errors import Busy
from core.feeds.models import FeedAddress, FeedReader
from core.feeds.reads import AGENTS_A_LINK, OTHERS, Read, Reads
from core.imports import timetable
from core.outbox.models import Due
from core.sealing import fingerprint
from tests.core.feeds.hotel import NOW, Hotel

HOUR, HALF_HOUR = timedelta(hours=1), timedelta(minutes=30)


def note(
    reads: Reads,
    hotel: Hotel,
    *,
    at: datetime = NOW,
    agent: str = "Java/17",
    counts: bool = True,
    version: int = 1,
    token: str | None = None,
) -> None:
    """Note a read of room 3's feed."""
    address = fingerprint(token or hotel.token)
    reads.note(Read(hotel.link_id, agent, counts, version, at, address))


def readers(hotel: Hotel) -> dict[str, tuple[int, bool]]:
    """How often each agent has read, and whether it counts."""
    with hotel.store.reading() as session:
        return {row.agent: (row.reads, row.counts) for row in session.scalars(select(FeedReader))}


def live_addresses(hotel: Hotel) -> set[str]:
    """The addresses that still serve."""
    with hotel.store.reading() as session:
        return set(session.scalars(select(FeedAddress.sha256).where(FeedAddress.ended_at.is_(None))))


def test_r07_a_counted_read_is_written_to_the_link(hotel: Hotel) -> None:
    reads = Reads(hotel.store)
    note(reads, hotel, version=1)
    note(reads, hotel, version=2, at=NOW + timedelta(seconds=1))
    reads.close()

    link = hotel.link()
    assert (link.read_at, link.read_version, link.read_gap) == (NOW + timedelta(seconds=1), 2, None)
    assert readers(hotel) == {"Java/17": (2, True)}


def test_r07_a_read_by_somebody_else_is_listed_and_counts_for_nothing(hotel: Hotel) -> None:
    reads = Reads(hotel.store)
    note(reads, hotel, agent="WhatsApp/2.24", counts=False)
    reads.close()

    assert hotel.link().read_at is None
    assert readers(hotel) == {"WhatsApp/2.24": (1, False)}


def test_r07_the_gap_between_reads_is_averaged(hotel: Hotel) -> None:
    reads = Reads(hotel.store)
    for hours in (0, 2, 5):
        note(reads, hotel, at=NOW + hours * HOUR)
        reads.flush()
    reads.close()

    assert hotel.link().read_gap == pytest.approx(2.2 * 3600)
    with hotel.store.reading() as session:
        row = session.scalars(select(FeedReader)).one()
        assert (row.first_at, row.last_at, row.reads) == (NOW, NOW + 5 * HOUR, 3)


def test_r07_a_counted_read_ends_the_silence(hotel: Hotel) -> None:
    with hotel.store.unit_of_work() as work:
        for link in work.session.scalars(select(type(hotel.link()))):
            link.silent_since = NOW - HOUR
    reads = Reads(hotel.store)

    note(reads, hotel, agent="WhatsApp/2.24", counts=False)
    reads.flush()
    assert hotel.link().silent_since == NOW - HOUR

    note(reads, hotel)
    reads.close()
    assert hotel.link().silent_since is None


def test_r07_an_older_read_written_later_changes_nothing(hotel: Hotel) -> None:
    first, second = Reads(hotel.store), Reads(hotel.store)
    note(first, hotel, at=NOW, version=1)
    note(second, hotel, at=NOW + HOUR, version=2)
    second.close()
    first.close()

    assert (hotel.link().read_at, hotel.link().read_version) == (NOW + HOUR, 2)


def test_r08_a_counted_read_of_the_new_address_ends_the_old_one(hotel: Hotel) -> None:
    hotel.clock.advance(HOUR)
    new = hotel.rotate()
    reads = Reads(hotel.store)
    note(reads, hotel, token=new)
    reads.close()

    assert live_addresses(hotel) == {fingerprint(new)}


def test_r08_reading_the_old_address_ends_nothing(hotel: Hotel) -> None:
    hotel.clock.advance(HOUR)
    new = hotel.rotate()
    reads = Reads(hotel.store)
    note(reads, hotel)
    note(reads, hotel, token=new, agent="WhatsApp/2.24", counts=False)
    reads.close()

    assert live_addresses(hotel) == {fingerprint(new), fingerprint(hotel.token)}


def test_r08_an_address_made_after_the_read_one_lives_on(hotel: Hotel) -> None:
    hotel.clock.advance(HOUR)
    second = hotel.rotate()
    hotel.clock.advance(HOUR)
    third = hotel.rotate()
    reads = Reads(hotel.store)
    note(reads, hotel, token=second)
    reads.close()

    assert live_addresses(hotel) == {fingerprint(second), fingerprint(third)}


def test_a_link_read_under_very_many_names_lists_the_rest_as_others(hotel: Hotel) -> None:
    reads = Reads(hotel.store)
    for number in range(AGENTS_A_LINK + 10):
        note(reads, hotel, agent=f"agent {number}")
    reads.flush()
    note(reads, hotel, agent="agent 0")
    note(reads, hotel, agent="yet another")
    reads.close()

    found = readers(hotel)
    assert len(found) == AGENTS_A_LINK + 1
    assert found[OTHERS][0] == 11
    assert found["agent 0"][0] == 2


def test_memory_is_bounded_while_nothing_can_be_written(hotel: Hotel) -> None:
    reads = Reads(hotel.store)
    for number in range(30_000):
        note(reads, hotel, agent=f"agent {number}")
    assert len(reads._noted) < 10_000
    assert len(reads._waiting.seen) <= 10_001
    reads.close()

    assert sum(count for count, _ in readers(hotel).values()) == 30_000


def test_reads_of_a_link_that_is_gone_do_not_hold_up_the_others(hotel: Hotel) -> None:
    reads = Reads(hotel.store)
    reads.note(Read(hotel.link_id + 1, "Java/17", counts=True, version=1, at=NOW, address="0" * 64))
    note(reads, hotel)
    reads.close()

    assert hotel.link().read_at == NOW
    assert readers(hotel) == {"Java/17": (1, True)}


class BusyOnce(Store):
    """A store whose first unit of work does not come about."""

    failures: ClassVar[list[Busy]] = []

    @contextmanager
    def unit_of_work(self) -> Iterator[UnitOfWork]:
        """Fail after all was written, the first time."""
        with super().unit_of_work() as work:
            yield work
            if self.failures:
                raise self.failures.pop()


def test_reads_that_could_not_be_written_are_written_the_next_time(hotel: Hotel) -> None:
    BusyOnce.failures.append(Busy())
    reads = Reads(BusyOnce(hotel.store.database, hotel.clock))
    note(reads, hotel, version=1)
    reads.flush()
    assert readers(hotel) == {}

    note(reads, hotel, version=2, at=NOW + timedelta(seconds=1))
    reads.close()
    assert readers(hotel) == {"Java/17": (2, True)}
    assert hotel.link().read_version == 2


def wished(hotel: Hotel) -> timedelta | None:
    """How long until the link's own calendar is looked at; None when it is not on the timetable."""
    with hotel.store.reading() as session:
        due_at = session.scalar(select(Due.due_at).where(Due.key == f"pull:{hotel.link_id}"))
    return due_at - hotel.store.clock.now() if due_at is not None else None


def look_is_made(hotel: Hotel) -> None:
    """Have the link's calendar looked at half an hour from now on."""
    with hotel.store.unit_of_work() as work:
        timetable.looked(work, hotel.link_id, HALF_HOUR)
    assert wished(hotel) == HALF_HOUR


def imports(hotel: Hotel) -> None:
    """Have a calendar read for the link."""
    with hotel.store.unit_of_work() as work:
        work.session.get_one(ChannelLink, hotel.link_id).import_url = "sealed"
        timetable.schedule(work, hotel.link_id, HALF_HOUR)
    look_is_made(hotel)


def test_r10_a_counted_read_has_the_platforms_own_calendar_looked_at_at_once(hotel: Hotel) -> None:
    imports(hotel)
    reads = Reads(hotel.store)
    note(reads, hotel, version=2)
    reads.close()
    assert wished(hotel) == timedelta(0)


def test_r10_reads_of_one_version_within_a_minute_are_one_look_and_a_new_version_is_another(hotel: Hotel) -> None:
    imports(hotel)
    reads = Reads(hotel.store)
    for seconds, version, looks in ((0, 1, True), (30, 1, False), (40, 2, True), (50, 2, False), (111, 2, True)):
        look_is_made(hotel)
        note(reads, hotel, at=NOW + timedelta(seconds=seconds), version=version)
        reads.flush()
        assert (wished(hotel) == timedelta(0)) is looks
    reads.close()


def test_r10_a_read_by_somebody_else_or_of_a_link_that_is_only_served_has_nothing_looked_at(hotel: Hotel) -> None:
    reads = Reads(hotel.store)
    note(reads, hotel)
    reads.flush()
    assert wished(hotel) is None
    imports(hotel)
    note(reads, hotel, counts=False, version=2)
    reads.close()
    assert wished(hotel) == HALF_HOUR


def test_reads_are_written_without_being_asked_for(hotel: Hotel) -> None:
    reads = Reads(hotel.store, every=0.05)
    note(reads, hotel)
    until = time.monotonic() + 10
    while hotel.link().read_at is None and time.monotonic() < until:
        time.sleep(0.05)
    reads.close()

    assert hotel.link().read_at == NOW


def test_no_read_is_lost_between_threads(hotel: Hotel) -> None:
    reads = Reads(hotel.store, every=0.01)

    def read_often() -> None:
        for _ in range(500):
            note(reads, hotel)

    threads = [threading.Thread(target=read_often) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    reads.close()

    assert readers(hotel) == {"Java/17": (2000, True)}


def test_a_closed_recorder_begins_anew(hotel: Hotel) -> None:
    reads = Reads(hotel.store)
    note(reads, hotel)
    reads.close()
    note(reads, hotel)
    reads.close()
    reads.close()

    assert readers(hotel) == {"Java/17": (2, True)}
