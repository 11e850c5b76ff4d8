"""The writers' queue: first come, first served, and no second turn inside a turn."""

import threading
import time

import pytest

from core.db.engine import FairLock
from core.db.work import Store


def test_waiters_are_served_in_the_order_they_came() -> None:
    lock, served = FairLock(), list[int]()

    def wait(number: int) -> None:
        with lock.turn():
            served.append(number)

    threads: list[threading.Thread] = []
    with lock.turn():
        for number in range(20):
            thread = threading.Thread(target=wait, args=(number,))
            thread.start()
            threads.append(thread)
            _until(lambda: len(lock._waiting) == len(threads))
    for thread in threads:
        thread.join(10)
    assert served == list(range(20))


def test_one_who_comes_back_at_once_does_not_overtake() -> None:
    lock, served = FairLock(), list[str]()

    def wait() -> None:
        with lock.turn():
            served.append("waiting")

    thread = threading.Thread(target=wait)
    with lock.turn():
        thread.start()
        _until(lambda: len(lock._waiting) == 1)
    with lock.turn():
        served.append("back again")
    thread.join(10)
    assert served == ["waiting", "back again"]


@pytest.mark.parametrize("places", [1, 3])
def test_no_more_have_a_turn_than_there_are_places(places: int) -> None:
    lock, inside, most = FairLock(places), list[int](), list[int]()

    def work() -> None:
        for _ in range(50):
            with lock.turn():
                inside.append(1)
                most.append(len(inside))
                time.sleep(0.0005)
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (len(most), max(most)) == (300, places)


def test_where_there_are_several_places_a_turn_inside_a_turn_takes_none() -> None:
    lock = FairLock(2)
    entered = threading.Event()

    def other() -> None:
        with lock.turn():
            entered.set()

    with lock.turn(), lock.turn(), lock.turn():
        thread = threading.Thread(target=other)
        thread.start()
        assert entered.wait(10)
    thread.join(10)
    with lock.turn():
        assert lock._free == 1


def test_a_turn_inside_a_turn_is_refused_and_the_outer_one_goes_on() -> None:
    lock = FairLock()
    with lock.turn():
        with pytest.raises(RuntimeError, match="inside another one"), lock.turn():
            pass
        with pytest.raises(RuntimeError), lock.turn():
            pass
    with lock.turn():
        pass


def test_a_turn_ends_with_an_exception_too() -> None:
    lock = FairLock()
    with pytest.raises(ZeroDivisionError), lock.turn():
        raise ZeroDivisionError
    with lock.turn():
        pass


def test_a_unit_of_work_inside_another_is_refused_where_it_would_wait_for_itself(store: Store) -> None:
    with store.unit_of_work():
        if store.database.is_sqlite:
            with pytest.raises(RuntimeError), store.unit_of_work():
                pass
        else:
            with store.unit_of_work():
                pass


def _until(happened: object) -> None:
    assert callable(happened)
    deadline = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.001)
