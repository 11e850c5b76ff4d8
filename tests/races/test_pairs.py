"""Two clerks at the same moment on the same thing: one is served, the other is told why not (C1)."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial

import pytest

from core.errors import Busy, DaudaError
from core.stays import commands, service, undo
from core.stays.reasons import Reason
from tests.support.desk import Desk, day, nights
from tests.support.rounds import rounds
from tests.support.truth import must_be_true

ROUNDS = rounds(quick=12, check=60, soak=2_000)
pytestmark = [pytest.mark.race, pytest.mark.timeout(rounds(quick=120, check=900, soak=7_000))]


def together(*attempts: Callable[[], object]) -> list[str]:
    """Start all attempts at the same moment; each one's outcome: `done` or the code of its refusal."""
    start, outcomes = threading.Barrier(len(attempts)), [""] * len(attempts)

    def run(number: int, attempt: Callable[[], object]) -> None:
        start.wait(10)
        try:
            attempt()
            outcomes[number] = "done"
        except DaudaError as error:
            outcomes[number] = error.code
        except Exception as error:  # noqa: BLE001 - told by the outcome.
            outcomes[number] = repr(error)

    threads = [threading.Thread(target=run, args=each) for each in enumerate(attempts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


def _all_ended(desk: Desk, stays: Sequence[int]) -> None:
    for stay_id in stays:
        desk.unblock(stay_id)


def test_of_two_blocks_of_the_same_night_one_is_done(desk: Desk) -> None:
    for _ in range(ROUNDS):
        outcomes = together(lambda: desk.block("3", nights(0, 3), Reason.GUEST), lambda: desk.block("3", nights(2, 3)))
        assert sorted(outcomes) == ["done", "night_taken"]
        must_be_true(desk.store)
        _all_ended(desk, [desk.events()[-1].subject_id])


def test_blocks_of_different_nights_and_rooms_are_all_done(desk: Desk) -> None:
    wanted = [("3", nights(0, 3)), ("3", nights(3, 3)), ("4", nights(1, 4)), ("7", nights(0, 6))]
    for _ in range(ROUNDS):
        before = len(desk.events())
        outcomes = together(*(partial(desk.block, room, span) for room, span in wanted))
        assert outcomes == ["done"] * 4
        must_be_true(desk.store)
        _all_ended(desk, [event.subject_id for event in desk.events()[before:]])


def test_of_two_changes_of_the_same_revision_one_is_done(desk: Desk) -> None:
    told: Counter[str] = Counter()
    for _ in range(ROUNDS):
        stay = desk.block("3", nights(0, 3), Reason.GUEST).stay
        # Their nights are different ones, so that the revision alone is in the way: found at the end, as busy.
        outcomes = together(
            partial(_until_done, partial(_extend, desk, stay.id, stay.revision)),
            partial(_until_done, partial(_move, desk, stay.id, stay.revision)),
        )
        assert outcomes.count("done") == 1
        told.update(outcomes)
        must_be_true(desk.store)
        _all_ended(desk, [stay.id])
    assert set(told) == {"done", "changed_meanwhile"}


def test_of_two_extensions_of_a_stay_one_is_done_and_the_other_is_not_told_to_be_in_its_own_way(desk: Desk) -> None:
    for _ in range(ROUNDS):
        stay = desk.block("3", nights(0, 3), Reason.GUEST).stay
        outcomes = together(*[partial(_extend, desk, stay.id, stay.revision)] * 2)
        assert sorted(outcomes) == ["changed_meanwhile", "done"]
        must_be_true(desk.store)
        _all_ended(desk, [stay.id])


def test_r25_of_two_undos_of_the_same_change_one_is_done(desk: Desk) -> None:
    for _ in range(ROUNDS):
        change = desk.block("3", nights(0, 2))
        outcomes = together(*[partial(_undo, desk, change.event_id)] * 2)
        assert outcomes.count("done") == 1
        assert {*outcomes} - {"done"} <= {"already_undone", "changed_meanwhile"}
        must_be_true(desk.store)


def test_r23_a_fact_is_accepted_whatever_happens_to_the_nights_meanwhile(desk: Desk) -> None:
    for _ in range(ROUNDS):
        guest = desk.block("3", nights(0, 3), Reason.GUEST).stay
        before = len(desk.events())
        outcomes = together(
            lambda: desk.block("3", nights(1, 2), Reason.MAINTENANCE),
            partial(_shorten, desk, guest.id, guest.revision),
            lambda: desk.block("3", nights(2, 1), Reason.WALK_IN),
        )
        assert outcomes[0] == "done"
        must_be_true(desk.store)
        _all_ended(desk, [guest.id, *_blocked_since(desk, before)])


def test_two_facts_of_the_same_night_are_both_accepted(desk: Desk) -> None:
    for _ in range(ROUNDS):
        before = len(desk.events())
        outcomes = together(*[lambda: desk.block("3", nights(0, 2), Reason.MAINTENANCE)] * 2)
        assert outcomes == ["done", "done"]
        must_be_true(desk.store)
        _all_ended(desk, _blocked_since(desk, before))


def test_two_openings_that_one_displaced_stay_waits_for_both_reach_it(desk: Desk) -> None:
    for _ in range(ROUNDS):
        guest = desk.block("3", nights(0, 2), Reason.GUEST).stay.id
        facts = [desk.block("3", nights(night, 1), Reason.MAINTENANCE).stay.id for night in (0, 1)]
        outcomes = together(*(partial(_until_done, partial(desk.unblock, fact)) for fact in facts))
        assert outcomes == ["done", "done"]
        must_be_true(desk.store)
        assert desk.stay(guest).state == "holding"
        _all_ended(desk, [guest])


def _extend(desk: Desk, stay_id: int, revision: int) -> object:
    with desk.store.unit_of_work() as work:
        return service.extend(work, commands.ExtendStay(stay_id, revision, day(5)), desk.by)


def _shorten(desk: Desk, stay_id: int, revision: int) -> object:
    with desk.store.unit_of_work() as work:
        return service.shorten(work, commands.ShortenStay(stay_id, revision, day(2)), desk.by)


def _move(desk: Desk, stay_id: int, revision: int) -> object:
    with desk.store.unit_of_work() as work:
        return service.move(work, commands.MoveStay(stay_id, revision, desk.hotel.rooms["7"]), desk.by)


def _undo(desk: Desk, event_id: int) -> object:
    with desk.store.unit_of_work() as work:
        return undo.undo(work, commands.UndoChanges((event_id,)), desk.by)


def _blocked_since(desk: Desk, before: int) -> list[int]:
    return [event.subject_id for event in desk.events()[before:] if event.kind == "stays.blocked"]


def _until_done(attempt: Callable[[], object]) -> object:
    """Repeat what was busy, as every caller does."""
    for _ in range(5):
        try:
            return attempt()
        except Busy:
            continue
    return attempt()
