"""Two people decide one case at the same moment: one wins, the other hears who it was."""

import threading
from collections.abc import Callable
from functools import partial

import pytest

from core.conflicts import errors
from core.conflicts import service as conflicts
from core.conflicts.commands import ConflictCommand, KeepStay, TickFollowUp
from core.errors import Busy, DaudaError
from core.events.service import By
from tests.core.conflicts.counter import Counter
from tests.support.desk import nights
from tests.support.rounds import rounds

pytestmark = pytest.mark.race
LOTS = rounds(quick=5, check=30, soak=300)


def test_of_two_taps_at_once_one_wins_and_the_other_hears_who(counter: Counter) -> None:
    for number in range(LOTS):
        parties = [counter.sell("3", nights(number, 1)), counter.sell("3", nights(number, 1), "booking_com")]
        case = next(case for case in counter.cases() if case.nights == nights(number, 1))
        taps = [KeepStay(case.conflict_id, case.revision, stay_id) for stay_id in parties]
        ends = _at_once(
            [partial(_decide, counter, tap, name) for tap, name in zip(taps, ("Amina", "Juma"), strict=True)]
        )
        assert sorted(ends.values()) == ["AlreadyDecided", "done"]
        winner = next(name for name, end in ends.items() if end == "done")
        assert counter.view(case.conflict_id).decided_by == winner
        counter.must_be_true()


def test_a_sale_during_a_decision_is_a_case_or_part_of_it(counter: Counter) -> None:
    for number in range(0, LOTS * 3, 3):
        first = counter.sell("3", nights(number, 3))
        counter.sell("3", nights(number, 1), "booking_com")
        case = next(case for case in counter.cases() if case.nights == nights(number, 1))
        tap = KeepStay(case.conflict_id, case.revision, first)
        ends = _at_once(
            [
                partial(_decide, counter, tap, "Amina"),
                partial(_end, partial(counter.insist, "3", nights(number + 1, 2)), "Juma"),
            ]
        )
        assert ends["Juma"] in ("done", "Busy")
        assert ends["Amina"] in ("done", "Busy", "CaseChanged")
        counter.must_be_true()
        for open_case in counter.cases():
            held = next(party.stay.stay_id for party in open_case.parties if party.holds)
            counter.decide(KeepStay(open_case.conflict_id, open_case.revision, held))


def test_a_task_is_ticked_by_one_of_two(counter: Counter) -> None:
    for number in range(LOTS):
        counter.sell("3", nights(number, 1))
        counter.keep(counter.sell("3", nights(number, 1), "booking_com"))
        tick = TickFollowUp(counter.tasks()[0].follow_up_id)
        ends = _at_once([partial(_decide, counter, tick, name) for name in ("Amina", "Juma")])
        assert sorted(ends.values()) == ["AlreadyTicked", "done"]


def _decide(counter: Counter, command: ConflictCommand, name: str) -> tuple[str, str]:
    by = By(counter.desk.hotel.people[name], "console")

    def act() -> None:
        with counter.desk.store.unit_of_work() as work:
            conflicts.decide(work, command, by)

    return _end(act, name)


def _end(act: Callable[[], object], name: str) -> tuple[str, str]:
    try:
        act()
    except (errors.AlreadyDecided, errors.AlreadyTicked, errors.CaseChanged, Busy) as error:
        return name, type(error).__name__
    except DaudaError as error:
        return name, f"unexpected: {error}"
    return name, "done"


def _at_once(acts: list[Callable[[], tuple[str, str]]]) -> dict[str, str]:
    """Do these at the same moment; how each ended, by who did it."""
    start = threading.Barrier(len(acts))
    ends: dict[str, str] = {}

    def run(act: Callable[[], tuple[str, str]]) -> None:
        start.wait(timeout=10)
        name, end = act()
        ends[name] = end

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return ends
