"""The outbox in one thread: leases and fences, lanes, collapsing, retries, burial."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.db.work import Store
from core.logs import correlated
from core.outbox import rules, service
from core.outbox.effects import (
    EFFECTS,
    Effect,
    FollowRecurring,
    OpenDays,
    OpenKept,
    OpenLate,
    Preload,
    Prune,
    PublishEvents,
    PullFeed,
    RemindConflicts,
    Say,
    SweepChats,
    SyncChannels,
    TellConflict,
    TellDeparture,
    TellImport,
    TellSkipped,
    WarnOfLogin,
    WatchDepartures,
    WatchImports,
    WatchReaders,
)
from core.outbox.models import Due
from core.outbox.service import Lease
from tests.support.hotel import clock_of

SECOND = timedelta(seconds=1)
EACH: tuple[Effect, ...] = (
    Say(1, 2), OpenLate(3), SweepChats(), WatchReaders(), Prune(), TellImport(4, "mass", (5, 6), (7,)), PullFeed(8),
    WatchImports(), TellConflict(9), OpenKept(10), RemindConflicts(), OpenDays(11), Preload(), FollowRecurring(12),
    PublishEvents(), SyncChannels(13, "reservation", 14), WarnOfLogin(15, "copied"), TellSkipped(16),
    WatchDepartures(), TellDeparture(17),
)  # fmt: skip


def test_what_is_added_is_leased_with_its_effect_and_correlation(store: Store) -> None:
    with correlated("a message"):
        due_id = _add(store, Say(7, 1))
    (lease,) = _lease(store)
    assert lease == Lease(due_id, "chat.say", 1, Say(7, 1), "a message")


@pytest.mark.parametrize("effect", EACH)
def test_every_effect_comes_back_as_it_was(store: Store, effect: Effect) -> None:
    _add(store, effect)
    assert [lease.effect for lease in _lease(store)] == [effect]


def test_what_has_a_key_is_stored_once_done_or_not(store: Store) -> None:
    for key in ("departure:1:2026-11-21", "departure:1:2026-11-21", "departure:1:2026-11-22"):
        with store.unit_of_work() as work:
            service.add_once(work, TellDeparture(1), key)
    (lease,) = _lease(store)
    with store.unit_of_work() as work:
        service.done(work, lease)
        service.add_once(work, TellDeparture(1), "departure:1:2026-11-21")
    with store.reading() as session:
        assert len(session.scalars(select(Due)).all()) == 2


def test_the_cases_above_are_all_effects_there_are() -> None:
    assert set(EFFECTS) == {effect.kind for effect in EACH}


def test_nothing_is_leased_before_it_is_due(store: Store) -> None:
    with store.unit_of_work() as work:
        service.add(work, OpenLate(1), at=work.now + SECOND)
    assert not _anything_due(store)
    assert _lease(store) == []
    clock_of(store).advance(SECOND)
    assert _anything_due(store)
    assert len(_lease(store)) == 1


def test_a_leased_row_is_nobody_elses_until_the_lease_is_over(store: Store) -> None:
    _add(store, OpenLate(1))
    (first,) = _lease(store)
    clock_of(store).advance(rules.LEASE)
    assert _lease(store) == []
    clock_of(store).advance(SECOND)
    (second,) = _lease(store)
    assert (second.due_id, second.attempt) == (first.due_id, 2)


def test_a_completion_with_an_old_fence_changes_nothing(store: Store) -> None:
    due_id = _add(store, OpenLate(1))
    (old,) = _lease(store)
    clock_of(store).advance(rules.LEASE + SECOND)
    (new,) = _lease(store)
    before = _columns(store, due_id)
    with store.unit_of_work() as work:
        assert not service.done(work, old)
        assert not service.failed(work, old, "late", final=True)
    assert _columns(store, due_id) == before
    with store.unit_of_work() as work:
        assert service.done(work, new)
    assert _row(store, due_id).closed_at is not None


def test_a_row_is_done_once(store: Store) -> None:
    _add(store, OpenLate(1))
    (lease,) = _lease(store)
    with store.unit_of_work() as work:
        assert service.done(work, lease)
        assert not service.done(work, lease)
    assert _lease(store) == []


def test_a_lease_is_told_of_only_while_it_lasts(store: Store) -> None:
    due_id = _add(store, OpenLate(1))
    (lease,) = _lease(store)
    with store.reading() as session:
        assert service.leased(session, due_id, 1) == lease
        assert service.leased(session, due_id, 2) is None
        assert service.leased(session, 4711, 1) is None
    with store.unit_of_work() as work:
        service.done(work, lease)
    with store.reading() as session:
        assert service.leased(session, due_id, 1) is None


def test_rows_of_one_lane_come_one_after_the_other(store: Store) -> None:
    first, second, other = _add(store, Say(1, 1)), _add(store, Say(2, 1)), _add(store, Say(3, 2))
    leases = _lease(store)
    assert [lease.due_id for lease in leases] == [first, other]
    with store.unit_of_work() as work:
        service.failed(work, leases[0], "down")
    assert _lease(store) == []
    clock_of(store).advance(rules.FIRST_WAIT)
    (again,) = _lease(store)
    assert again.due_id == first
    with store.unit_of_work() as work:
        service.done(work, again)
    assert [lease.due_id for lease in _lease(store)] == [second]


def test_a_buried_row_lets_its_lane_go_on(store: Store) -> None:
    _add(store, Say(1, 1))
    second = _add(store, Say(2, 1))
    (lease,) = _lease(store)
    with store.unit_of_work() as work:
        assert service.failed(work, lease, "refused", final=True)
    assert [each.due_id for each in _lease(store)] == [second]


def test_the_limit_and_the_choice_of_rows_are_kept(store: Store) -> None:
    ids = [_add(store, OpenLate(room)) for room in range(5)]
    assert [lease.due_id for lease in _lease(store, 2)] == ids[:2]
    with store.unit_of_work() as work:
        assert [lease.due_id for lease in service.lease(work, 9, only=ids[3:4])] == ids[3:4]
    assert [lease.due_id for lease in _lease(store)] == [ids[2], ids[4]]


def test_one_that_says_the_same_is_done_with_the_first(store: Store) -> None:
    same = [_add(store, OpenLate(1)) for _ in range(3)]
    other = _add(store, OpenLate(2))
    with store.unit_of_work() as work:
        later = service.add(work, OpenLate(1), at=work.now + SECOND).id
    (lease,) = _lease(store, 1)
    with store.unit_of_work() as work:
        assert service.collapse(work, lease) == 2
    assert [_row(store, due_id).closed_at is None for due_id in [*same, other, later]] == [
        True, False, False, True, True,
    ]  # fmt: skip


def test_a_line_of_the_timetable_is_never_collapsed(store: Store) -> None:
    lasting = _add(store, OpenLate(1))
    with store.unit_of_work() as work:
        work.session.get_one(Due, lasting).every = 60.0
    _add(store, OpenLate(1))
    with store.unit_of_work() as work:
        last = work.session.scalars(select(Due.id).order_by(Due.id.desc()).limit(1)).one()
        (lease,) = service.lease(work, 1, only=[last])
        assert service.collapse(work, lease) == 0


def test_kinds_that_are_left_to_others_are_neither_seen_nor_leased(store: Store) -> None:
    _add(store, PullFeed(1))
    with store.unit_of_work() as work:
        assert service.lease(work, 9, but=[PullFeed.kind]) == []
    with store.reading() as session:
        assert not service.anything_due(session, store.clock.now(), but=[PullFeed.kind])
    _add(store, OpenLate(1))
    with store.reading() as session:
        assert service.anything_due(session, store.clock.now(), but=[PullFeed.kind])
    with store.unit_of_work() as work:
        assert [lease.kind for lease in service.lease(work, 9, but=[PullFeed.kind])] == [OpenLate.kind]
    assert [lease.kind for lease in _lease(store)] == [PullFeed.kind]


def test_a_leased_one_is_not_collapsed_and_messages_never_are(store: Store) -> None:
    for effect in (OpenLate(1), OpenLate(1), Say(1, 1), Say(1, 1)):
        _add(store, effect)
    leases = _lease(store)
    assert len(leases) == 3
    with store.unit_of_work() as work:
        assert [service.collapse(work, lease) for lease in leases] == [0, 0, 0]


def test_a_failed_attempt_is_repeated_after_longer_and_longer_pauses(store: Store) -> None:
    due_id = _add(store, OpenLate(1))
    pauses: list[float] = []
    while not _row(store, due_id).buried:
        (lease,) = _lease(store)
        with store.unit_of_work() as work:
            service.failed(work, lease, "down")
        row = _row(store, due_id)
        if not row.buried:
            pauses.append((row.due_at - store.clock.now()).total_seconds())
            clock_of(store).advance(row.due_at - store.clock.now())
    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1800]
    assert (_row(store, due_id).attempts, _row(store, due_id).error) == (rules.MOST_ATTEMPTS, "down")
    clock_of(store).advance(timedelta(days=30))
    assert _lease(store) == []


def test_the_other_side_may_ask_for_another_pause(store: Store) -> None:
    due_id = _add(store, OpenLate(1))
    (lease,) = _lease(store)
    with store.unit_of_work() as work:
        service.failed(work, lease, "slow down", retry_after=77)
    assert _row(store, due_id).due_at == store.clock.now() + timedelta(seconds=77)


def test_a_buried_row_can_be_replayed_and_any_other_cannot(store: Store) -> None:
    due_id = _add(store, OpenLate(1))
    (lease,) = _lease(store)
    with store.unit_of_work() as work, pytest.raises(service.NoSuchDue):
        service.replay(work, due_id)
    with store.unit_of_work() as work:
        service.failed(work, lease, "refused", final=True)
    clock_of(store).advance(timedelta(hours=3))
    with store.unit_of_work() as work:
        service.replay(work, due_id)
    (again,) = _lease(store)
    assert (again.due_id, again.attempt) == (due_id, 1)


def test_what_was_done_long_ago_is_deleted_and_what_is_buried_or_open_stays(store: Store) -> None:
    done, buried, still_open = (_add(store, OpenLate(room)) for room in range(3))
    leases = {lease.due_id: lease for lease in _lease(store, 2)}
    with store.unit_of_work() as work:
        service.done(work, leases[done])
        service.failed(work, leases[buried], "refused", final=True)
    clock_of(store).advance(rules.KEPT_FOR)
    assert _prune(store) == 0
    clock_of(store).advance(SECOND)
    assert _prune(store) == 1
    with store.reading() as session:
        assert list(session.scalars(select(Due.id).order_by(Due.id))) == [buried, still_open]


def test_a_row_leased_with_its_commit_is_not_found_by_the_relay(store: Store) -> None:
    with store.unit_of_work() as work:
        lease = service.add_leased(work, Say(1, 1))
    assert lease is not None
    assert _lease(store) == []
    with store.unit_of_work() as work:
        assert service.done(work, lease)


def test_a_reply_waits_for_an_earlier_row_of_its_lane(store: Store) -> None:
    with store.unit_of_work() as work:
        first = service.add_leased(work, Say(1, 1))
    with store.unit_of_work() as work:
        assert service.add_leased(work, Say(2, 1)) is None
        assert service.add_leased(work, Say(3, 2)) is not None
    assert _lease(store) == []
    assert first is not None
    with store.unit_of_work() as work:
        service.done(work, first)
    assert [lease.effect for lease in _lease(store)] == [Say(2, 1)]


def test_an_effect_of_a_rolled_back_unit_of_work_was_never_there(store: Store) -> None:
    def fail() -> None:
        with store.unit_of_work() as work:
            service.add(work, OpenLate(1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not _anything_due(store)


def _add(store: Store, effect: Effect) -> int:
    with store.unit_of_work() as work:
        return service.add(work, effect).id


def _lease(store: Store, limit: int = 10) -> list[Lease]:
    with store.unit_of_work() as work:
        return service.lease(work, limit)


def _row(store: Store, due_id: int) -> Due:
    with store.reading() as session:
        return session.get_one(Due, due_id)


def _columns(store: Store, due_id: int) -> dict[str, object]:
    row = _row(store, due_id)
    return {column.key: getattr(row, column.key) for column in Due.__table__.columns}


def _anything_due(store: Store) -> bool:
    with store.reading() as session:
        return service.anything_due(session, store.clock.now())


def _prune(store: Store) -> int:
    with store.unit_of_work() as work:
        return service.prune(work)
