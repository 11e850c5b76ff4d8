"""When calendars are read: one row a link, moved by wishes, restored at the start."""

from datetime import timedelta

from sqlalchemy import delete, func, select, update

from core.imports import timetable
from core.outbox import rules
from core.outbox import service as outbox
from core.outbox.effects import PullFeed
from core.outbox.models import Due
from tests.core.imports.hotel import AIRBNB, BOOKING, LINKS, Calendars

MINUTE = timedelta(minutes=1)
HALF_HOUR = 30 * MINUTE


def restore(calendars: Calendars) -> int:
    with calendars.store.unit_of_work() as work:
        return timetable.restore(work)


def soon(calendars: Calendars, *names: tuple[str, str]) -> int:
    with calendars.store.unit_of_work() as work:
        return timetable.pull_soon(work, [calendars.link(name) for name in names])


def rows(calendars: Calendars) -> int:
    with calendars.store.reading() as session:
        return session.scalars(select(func.count()).where(Due.kind == PullFeed.kind)).one()


def finish(calendars: Calendars, lease: outbox.Lease, again_in: timedelta = HALF_HOUR) -> None:
    with calendars.store.unit_of_work() as work:
        assert outbox.done(work, lease, again_in=again_in)


def test_a_scheduled_link_has_one_row_however_often_it_is_scheduled(calendars: Calendars) -> None:
    for minutes in (30, 30, 15):
        with calendars.store.unit_of_work() as work:
            timetable.schedule(work, calendars.link(), minutes * MINUTE)
    row = calendars.row()
    assert row is not None
    assert (rows(calendars), row.every, row.facts) == (1, 900.0, {"link_id": calendars.link()})
    assert timedelta(0) <= calendars.due_in() <= timetable.SPREAD


def test_a_shorter_interval_brings_the_next_look_nearer_and_a_longer_one_does_not_put_it_off(
    calendars: Calendars,
) -> None:
    restore(calendars)
    calendars.advance(HALF_HOUR)
    finish(calendars, lease := calendars.lease(), 6 * 60 * MINUTE)
    name = next(name for name in LINKS if PullFeed(calendars.link(name)) == lease.effect)
    for minutes, expected in ((15, 15), (60, 15)):
        with calendars.store.unit_of_work() as work:
            timetable.schedule(work, calendars.link(name), minutes * MINUTE)
        assert calendars.due_in(name) == expected * MINUTE


def test_an_unscheduled_link_is_read_no_more_even_when_it_is_being_read(calendars: Calendars) -> None:
    with calendars.store.unit_of_work() as work:
        timetable.schedule(work, calendars.link(), HALF_HOUR, soon=True)
    lease = calendars.lease()
    with calendars.store.unit_of_work() as work:
        timetable.unschedule(work, calendars.link())
    with calendars.store.unit_of_work() as work:
        assert not outbox.done(work, lease)
    assert rows(calendars) == 0


def test_a_wish_is_granted_at_once_and_any_number_of_wishes_are_one_look(calendars: Calendars) -> None:
    restore(calendars)
    calendars.advance(timetable.SPREAD)
    for _ in LINKS:
        finish(calendars, calendars.lease())
    assert calendars.due_in() == HALF_HOUR
    assert [soon(calendars, AIRBNB, BOOKING) for _ in range(3)] == [2, 2, 2]
    assert (calendars.due_in(), calendars.due_in(BOOKING)) == (timedelta(0), timedelta(0))
    finish(calendars, calendars.lease())
    finish(calendars, calendars.lease())
    assert (calendars.due_in(), calendars.due_in(BOOKING), rows(calendars)) == (HALF_HOUR, HALF_HOUR, len(LINKS))


def test_r10_a_wish_during_a_look_makes_another_one_that_begins_later(calendars: Calendars) -> None:
    with calendars.store.unit_of_work() as work:
        timetable.schedule(work, calendars.link(), HALF_HOUR, soon=True)
    lease = calendars.lease()
    assert soon(calendars, AIRBNB) == 1
    calendars.advance(timedelta(seconds=5))
    finish(calendars, lease)
    assert calendars.due_in() < timedelta(0)
    finish(calendars, calendars.lease())
    assert calendars.due_in() == HALF_HOUR


def test_r10_a_wish_from_a_process_whose_clock_is_behind_is_not_lost(calendars: Calendars) -> None:
    with calendars.store.unit_of_work() as work:
        timetable.schedule(work, calendars.link(), HALF_HOUR, soon=True)
    lease = calendars.lease()
    calendars.advance(timedelta(seconds=-20))
    soon(calendars, AIRBNB)
    calendars.advance(timedelta(seconds=25))
    finish(calendars, lease)
    assert calendars.due_in() <= timedelta(0)


def test_a_link_that_is_not_read_or_not_there_is_passed_over(calendars: Calendars) -> None:
    calendars.set_link(AIRBNB, import_url=None)
    with calendars.store.unit_of_work() as work:
        assert timetable.pull_soon(work, [calendars.link(), 4711]) == 0
        assert timetable.pull_soon(work, []) == 0
    assert rows(calendars) == 0


def test_a_wish_makes_the_row_that_is_missing(calendars: Calendars) -> None:
    assert soon(calendars, AIRBNB) == 1
    row = calendars.row()
    assert row is not None
    assert (row.every, calendars.due_in()) == (1800.0, timedelta(0))


def test_the_calendars_of_rooms_are_wished_for_together(calendars: Calendars) -> None:
    with calendars.store.unit_of_work() as work:
        assert timetable.pull_rooms(work, [calendars.hotel.rooms["3"]]) == 2
    assert (calendars.due_in(AIRBNB), calendars.due_in(BOOKING)) == (timedelta(0), timedelta(0))
    assert calendars.row(("airbnb", "4")) is None


def test_the_start_makes_what_is_missing_changes_what_differs_and_drops_what_is_over(calendars: Calendars) -> None:
    assert (restore(calendars), restore(calendars)) == (len(LINKS), 0)
    assert all(timedelta(0) <= calendars.due_in(name) <= timetable.SPREAD for name in LINKS)
    calendars.set_channel("airbnb", interval=600)
    calendars.set_link(BOOKING, import_url=None)
    assert restore(calendars) == 0
    row = calendars.row()
    assert row is not None
    assert (row.every, calendars.row(BOOKING), rows(calendars)) == (600.0, None, len(LINKS) - 1)
    with calendars.store.unit_of_work() as work:
        work.session.execute(delete(Due).where(Due.key == f"pull:{calendars.link()}"))
    assert restore(calendars) == 1


def test_a_channel_kept_by_hand_is_not_read(calendars: Calendars) -> None:
    calendars.set_channel("airbnb", mode="manual")
    assert restore(calendars) == 1


def test_after_a_time_without_anybody_each_link_is_due_once(calendars: Calendars) -> None:
    restore(calendars)
    calendars.advance(timedelta(days=3))
    with calendars.store.unit_of_work() as work:
        leases = outbox.lease(work, 100)
    assert sorted(lease.effect.link_id for lease in leases if isinstance(lease.effect, PullFeed)) == sorted(
        calendars.hotel.links.values()
    )
    with calendars.store.unit_of_work() as work:
        assert outbox.lease(work, 100) == []


def test_those_that_wait_are_seen_with_their_addresses_the_latest_and_the_longest_in_turn(
    calendars: Calendars,
) -> None:
    restore(calendars)
    ages = dict(zip(LINKS, (40, 30, 20, 10), strict=True))
    with calendars.store.unit_of_work() as work:
        for name, minutes in ages.items():
            later = update(Due).where(Due.key == f"pull:{calendars.link(name)}")
            work.session.execute(later.values(due_at=work.now - minutes * MINUTE))
    with calendars.store.reading() as session:
        waiting = timetable.waiting(session, calendars.now, 4)
        assert [one.link_id for one in timetable.waiting(session, calendars.now, 2)] == [
            calendars.link(LINKS[3]), calendars.link(LINKS[0]),
        ]  # fmt: skip
    assert [one.link_id for one in waiting] == [calendars.link(LINKS[place]) for place in (3, 0, 2, 1)]
    assert all(one.sealed is not None for one in waiting)


def test_what_is_being_read_does_not_wait_until_its_lease_is_over(calendars: Calendars) -> None:
    soon(calendars, AIRBNB)
    calendars.lease()
    with calendars.store.reading() as session:
        assert timetable.waiting(session, calendars.now, 9) == []
    calendars.advance(rules.LEASE + timedelta(seconds=1))
    with calendars.store.reading() as session:
        assert len(timetable.waiting(session, calendars.now, 9)) == 1


def test_a_look_outside_the_timetable_puts_the_next_one_off(calendars: Calendars) -> None:
    restore(calendars)
    with calendars.store.unit_of_work() as work:
        timetable.looked(work, calendars.link(), HALF_HOUR)
    assert calendars.due_in() == HALF_HOUR


def test_the_pause_doubles_with_failures_and_keeps_what_the_server_asks(calendars: Calendars) -> None:
    del calendars
    for failures, minutes in ((0, 30), (1, 60), (3, 240)):
        assert 0.9 <= timetable.pause(HALF_HOUR, failures, None) / (minutes * MINUTE) <= 1.1
    assert timetable.pause(HALF_HOUR, 1, 120 * MINUTE) >= 120 * MINUTE
