"""Several relays at once: no row is leased by two of them, and lanes keep their order."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.db.work import Store
from core.outbox import service
from core.outbox.effects import OpenLate, Say
from core.outbox.service import Lease
from tests.support.rounds import rounds

RELAYS = 4
ROWS = rounds(quick=60, check=400, soak=5000)


@pytest.mark.race
def test_two_relays_never_lease_the_same_row(store: Store) -> None:
    with store.unit_of_work() as work:
        added = [service.add(work, OpenLate(room)).id for room in range(ROWS)]
    leased: list[Lease] = []
    together = threading.Barrier(RELAYS)

    def relay() -> None:
        together.wait()
        while True:
            with store.unit_of_work() as work:
                found = service.lease(work, 3)
            if not found:
                return
            leased.extend(found)

    _all_of(relay)
    # A relay may end early when the others hold locks on all that is left; what nobody leased is still due.
    with store.unit_of_work() as work:
        leased += service.lease(work, ROWS)
    assert Counter(lease.due_id for lease in leased) == Counter(added)


@pytest.mark.race
def test_relays_do_the_rows_of_a_lane_in_their_order(store: Store) -> None:
    lanes = 5
    with store.unit_of_work() as work:
        for number in range(ROWS):
            service.add(work, Say(number, number % lanes))
    done: list[Say] = []
    together = threading.Barrier(RELAYS)

    def relay() -> None:
        together.wait()
        while len(done) < ROWS:
            with store.unit_of_work() as work:
                found = service.lease(work, 2)
            for lease in found:
                assert isinstance(lease.effect, Say)
                done.append(lease.effect)
                with store.unit_of_work() as work:
                    assert service.done(work, lease)

    _all_of(relay)
    for lane in range(lanes):
        numbers = [say.message_id for say in done if say.chat_id == lane]
        assert numbers == sorted(numbers)
    assert len(done) == ROWS


def _all_of(relay: object) -> None:
    assert callable(relay)
    with ThreadPoolExecutor(RELAYS) as pool:
        for future in [pool.submit(relay) for _ in range(RELAYS)]:
            future.result(timeout=60)
