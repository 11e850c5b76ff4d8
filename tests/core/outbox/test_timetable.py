"""Lines of the timetable: one row each, due again and again, never given up."""

from datetime import timedelta

from sqlalchemy import select, update

from core.db.work import Store
from core.outbox import rules, service
from core.outbox.effects import Prune, SweepChats
from core.outbox.models import Due
from core.outbox.service import Lease
from tests.support.hotel import clock_of

SECOND = timedelta(seconds=1)


def test_the_timetable_has_one_row_a_line_and_takes_a_new_interval_over(store: Store) -> None:
    for seconds in (60, 60, 30):
        with store.unit_of_work() as work:
            service.timetable(work, [(SweepChats(), timedelta(seconds=seconds)), (Prune(), timedelta(days=1))])
    with store.reading() as session:
        rows = session.execute(select(Due.key, Due.every).order_by(Due.id)).all()
    assert [tuple(row) for row in rows] == [("every:chat.sweep", 30.0), ("every:upkeep.prune", 86400.0)]


def test_a_line_of_the_timetable_is_due_again_when_done(store: Store) -> None:
    with store.unit_of_work() as work:
        service.timetable(work, [(SweepChats(), timedelta(seconds=60))])
    for _ in range(3):
        (lease,) = _lease(store)
        with store.unit_of_work() as work:
            assert service.done(work, lease)
        clock_of(store).advance(timedelta(seconds=59))
        assert _lease(store) == []
        clock_of(store).advance(SECOND)


def test_the_one_who_did_it_may_say_when_it_is_due_again(store: Store) -> None:
    with store.unit_of_work() as work:
        service.timetable(work, [(SweepChats(), timedelta(seconds=60))])
    for pause in (timedelta(seconds=7), timedelta(0)):
        (lease,) = _lease(store)
        with store.unit_of_work() as work:
            assert service.done(work, lease, again_in=pause)
        with store.reading() as session:
            assert session.scalars(select(Due.due_at)).one() == store.clock.now() + pause
        clock_of(store).advance(pause)


def test_what_is_asked_for_while_it_is_done_is_due_again_when_that_is_over(store: Store) -> None:
    with store.unit_of_work() as work:
        service.timetable(work, [(SweepChats(), timedelta(seconds=60))])
    (lease,) = _lease(store)
    with store.unit_of_work() as work:
        service.ask_for(work, work.session.scalars(select(Due)).one())
    assert _lease(store) == []
    with store.unit_of_work() as work:
        service.done(work, lease)
    (again,) = _lease(store)
    with store.unit_of_work() as work:
        service.done(work, again)
    assert _lease(store) == []


def test_a_failing_line_of_the_timetable_is_never_buried_nor_kept_waiting(store: Store) -> None:
    with store.unit_of_work() as work:
        service.timetable(work, [(SweepChats(), timedelta(seconds=60))])
    for _ in range(rules.MOST_ATTEMPTS + 3):
        (lease,) = _lease(store)
        with store.unit_of_work() as work:
            assert not service.failed(work, lease, "down", final=True)
        clock_of(store).advance(timedelta(seconds=60))


def test_an_old_lease_of_the_timetable_completes_no_later_run(store: Store) -> None:
    with store.unit_of_work() as work:
        service.timetable(work, [(SweepChats(), timedelta(seconds=60))])
    (stuck,) = _lease(store)
    clock_of(store).advance(rules.LEASE + SECOND)
    (second,) = _lease(store)
    with store.unit_of_work() as work:
        service.done(work, second)
    clock_of(store).advance(timedelta(seconds=60))
    (third,) = _lease(store)
    with store.unit_of_work() as work:
        assert not service.done(work, stuck)
    with store.reading() as session:
        assert service.leased(session, third.due_id, third.attempt) == third


def test_a_line_that_failed_ten_thousand_times_is_still_due_in_its_time(store: Store) -> None:
    with store.unit_of_work() as work:
        service.timetable(work, [(Prune(), timedelta(days=1))])
        work.session.execute(update(Due).values(attempts=10_000))
    (lease,) = _lease(store)
    with store.unit_of_work() as work:
        service.failed(work, lease, "down")
    clock_of(store).advance(rules.LONGEST_WAIT)
    assert len(_lease(store)) == 1


def _lease(store: Store) -> list[Lease]:
    with store.unit_of_work() as work:
        return service.lease(work, 10)
