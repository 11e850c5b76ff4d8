"""Each thing once, whoever repeats it, whenever, and however many at the same time."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from core.access import idempotency, pruning
from core.access.errors import KeyReused
from core.access.idempotency import KEPT, Answer, Request
from core.access.models import KeptAnswer
from core.db.work import UnitOfWork
from core.errors import Busy
from core.properties.models import RoomType
from tests.core.access.conftest import House
from tests.support.hotel import open_store
from tests.support.rounds import rounds

ASKED = Request("person:1", "POST /api/room-types", "k1", b'{"code":"FAM"}')


def add_type(house: House) -> Callable[[UnitOfWork], Answer]:
    """Return what adds one more room type, so that doing it twice shows."""

    def do(work: UnitOfWork) -> Answer:
        code = f"T{work.session.query(RoomType).count()}"
        work.session.add(RoomType(property_id=house.hotel.property_id, code=code, name=code))
        work.session.flush()
        return Answer(201, code)

    return do


def once(house: House, request: Request, do: Callable[[UnitOfWork], Answer]) -> Answer:
    """Do it once."""
    with house.store.unit_of_work() as work:
        before = idempotency.claim(work, request)
        if before is not None:
            return before
        given = do(work)
        idempotency.keep(work, request, given)
        return given


def types(house: House) -> int:
    """Count the room types."""
    with house.store.reading() as session:
        return session.query(RoomType).count()


def test_the_same_request_is_answered_again_and_not_done_again(house: House) -> None:
    before, do = types(house), add_type(house)
    assert once(house, ASKED, do) == once(house, ASKED, do) == Answer(201, f"T{before}")
    assert types(house) == before + 1


@pytest.mark.parametrize(
    "other",
    [
        Request("person:2", ASKED.route, ASKED.key, ASKED.body),
        Request(ASKED.caller, "POST /api/listings", ASKED.key, ASKED.body),
        Request(ASKED.caller, ASKED.route, "k2", ASKED.body),
    ],
)
def test_another_caller_route_or_key_is_another_request(house: House, other: Request) -> None:
    before, do = types(house), add_type(house)
    once(house, ASKED, do)
    once(house, other, do)
    assert types(house) == before + 2


def test_the_same_key_with_another_body_is_a_mistake(house: House) -> None:
    before, do = types(house), add_type(house)
    once(house, ASKED, do)
    with pytest.raises(KeyReused):
        once(house, Request(ASKED.caller, ASKED.route, ASKED.key, b'{"code":"TWN"}'), do)
    assert types(house) == before + 1


def test_what_was_refused_may_be_tried_again_with_the_same_key(house: House) -> None:
    before = types(house)

    def refuse(work: UnitOfWork) -> Answer:
        add_type(house)(work)
        raise Busy

    with pytest.raises(Busy):
        once(house, ASKED, refuse)
    assert types(house) == before
    assert once(house, ASKED, add_type(house)).status == 201


@pytest.mark.parametrize("pruned", [False, True])
def test_a_key_is_as_good_as_new_after_a_day(house: House, *, pruned: bool) -> None:
    before, do = types(house), add_type(house)
    once(house, ASKED, do)
    house.clock.advance(KEPT)
    if pruned:
        house.clock.advance(timedelta(seconds=1))
        with house.store.unit_of_work() as work:
            pruning.prune(work)
            assert work.session.query(KeptAnswer).count() == 0
    assert once(house, ASKED, do).body == f"T{before + 1}"
    assert once(house, ASKED, do).body == f"T{before + 1}"


@pytest.mark.race
def test_of_many_at_the_same_time_one_does_it_and_the_others_are_answered_alike(house: House) -> None:
    before, do = types(house), add_type(house)
    for number in range(rounds(quick=3, check=20, soak=200)):
        request = Request(ASKED.caller, ASKED.route, f"race {number}", ASKED.body)
        answers: list[Answer] = []
        together = threading.Barrier(4)

        def ask(
            request: Request = request, answers: list[Answer] = answers, gate: threading.Barrier = together
        ) -> None:
            gate.wait()
            answers.append(once(house, request, do))

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(answers) == 4
        assert len(set(answers)) == 1
        assert types(house) == before + number + 1


def test_whoever_waits_too_long_for_the_first_is_told_that_it_is_busy(postgres_url: str) -> None:
    from tests.support.databases import upgrade  # noqa: PLC0415 - only this test migrates by itself.

    upgrade(postgres_url)
    with open_store(postgres_url) as store, store.unit_of_work() as first:
        assert idempotency.claim(first, ASKED) is None
        failed: list[Exception] = []

        def second() -> None:
            try:
                with store.unit_of_work() as work:
                    idempotency.claim(work, ASKED)
            except Busy as error:
                failed.append(error)

        thread = threading.Thread(target=second)
        thread.start()
        thread.join(30)
        assert [type(error) for error in failed] == [Busy]
