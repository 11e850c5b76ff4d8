"""The relay and its bell, in one process and on Redis: everything due is done, and a lost ring loses nothing."""

import gc
import logging
from datetime import timedelta

import pytest
from redis.exceptions import RedisError
from sqlalchemy import select

from core.clock import business_day
from core.db.work import UnitOfWork
from core.events.service import By
from core.feeds.models import FeedVersion, LateOpening
from core.outbox import rules
from core.outbox import service as outbox
from core.outbox.models import Due
from core.stays import commands, service
from core.stays.reasons import Reason
from core.values.nights import Nights
from tests.support import run
from tests.support.redis import RedisServer
from tests.workers.place import AMINA, JUMA, Place, work_off
from workers import timetable
from workers.broker import QUEUE, ring

ONCE_LATER = rules.LEASE.total_seconds() + 1


@pytest.fixture(params=["in process", "redis"])
def bell(request: pytest.FixtureRequest) -> str | None:
    """Give the address of the bell, or None for the one in this process."""
    return None if request.param == "in process" else str(request.getfixturevalue("redis_url"))


def test_everything_that_is_due_is_done_and_chats_stay_in_order(place: Place, bell: str | None) -> None:
    rows = [place.alert(who, f"{number}") for number in range(3) for who in (AMINA, JUMA)]
    with place.jobs(bell) as jobs:
        work_off(jobs)
    assert (place.texts(AMINA), place.texts(JUMA)) == (["0", "1", "2"], ["0", "1", "2"])
    assert [place.due(row).attempts for row in rows] == [1] * 6
    with place.store.reading() as session:
        late = session.scalars(select(Due.kind).where(Due.closed_at.is_(None), Due.due_at <= place.store.clock.now()))
        assert late.all() == []


def test_a_ring_that_nobody_heard_is_repeated_when_the_lease_is_over(place: Place, bell: str | None) -> None:
    row = place.alert(AMINA, "Room 3 is free")
    with place.jobs(bell) as jobs:
        place.lease(row)  # And the bell's message is lost.
        work_off(jobs)
        assert place.texts(AMINA) == []
        place.wait(ONCE_LATER)
        work_off(jobs)
    assert place.texts(AMINA) == ["Room 3 is free"]
    assert place.due(row).attempts == 2


def test_a_ring_for_a_lease_of_before_does_nothing(place: Place, bell: str | None) -> None:
    row = place.alert(AMINA, "Room 3 is free")
    with place.jobs(bell) as jobs:
        place.lease(row)
        place.wait(ONCE_LATER)
        place.lease(row)
        assert jobs.worker is not None
        ring(jobs.broker, "chat.say", row, 1)
        jobs.broker.join(QUEUE)
        jobs.worker.join()
        assert place.texts(AMINA) == []
        ring(jobs.broker, "chat.say", row, 2)
        jobs.broker.join(QUEUE)
        jobs.worker.join()
    assert place.texts(AMINA) == ["Room 3 is free"]


def test_a_redis_that_is_killed_and_comes_back_loses_nothing(place: Place, redis_server: RedisServer) -> None:
    logging.getLogger("dramatiq").setLevel(logging.CRITICAL)  # It complains while Redis is away.
    first = place.alert(AMINA, "first")
    with place.jobs(redis_server.url) as jobs:
        work_off(jobs)
        assert place.due(first).closed_at is not None
        redis_server.kill()
        place.alert(AMINA, "second")
        with pytest.raises(RedisError):
            jobs.relay.once()
        redis_server.start()
        place.wait(ONCE_LATER)
        jobs.relay.start()
        run.wait_until(lambda: place.texts(AMINA) == ["first", "second"], "the second message", patience=40)
    assert place.texts(AMINA) == ["first", "second"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_relay_goes_on_when_redis_was_away(
    place: Place, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    given_back: list[int] = []
    give_back = outbox.give_back

    def noted(work: UnitOfWork, lease: outbox.Lease) -> None:
        give_back(work, lease)
        given_back.append(lease.due_id)

    monkeypatch.setattr(outbox, "give_back", noted)
    logging.getLogger("dramatiq").setLevel(logging.CRITICAL)  # It complains while Redis is away.
    with place.jobs(redis_server.url) as jobs:
        jobs.relay.start()
        redis_server.kill()
        row = place.alert(AMINA, "Room 3 is free")
        run.wait_until(lambda: row in given_back, "a lease while nobody can be rung for")
        redis_server.start()
        place.wait(ONCE_LATER)
        run.wait_until(lambda: place.texts(AMINA) != [], "the message", patience=40)
    assert place.texts(AMINA) == ["Room 3 is free"]
    gc.collect()  # The consumers drop connections that Redis cut without closing them: here, and not in other tests.


def test_r04_the_relay_opens_the_feeds_when_the_undo_time_is_over(place: Place) -> None:
    room = place.hotel.rooms["3"]
    today = business_day(place.store.clock.now(), "Africa/Nairobi")
    by = By(place.hotel.people["Amina"], "whatsapp")
    nights = Nights(today + timedelta(days=1), today + timedelta(days=3))
    with place.store.unit_of_work() as work:
        stay = service.block(work, commands.BlockRoom(room, nights, Reason.OWNER), by).stay
        service.unblock(work, commands.UnblockRoom(stay.id, stay.revision), by)
    before = feed(place, room)
    with place.jobs() as jobs:
        place.wait(9 * 60)
        work_off(jobs)
        assert feed(place, room) == before
        place.wait(2 * 60)
        work_off(jobs)
    version, late = feed(place, room)
    assert (version > before[0], before[1], late) == (True, 2, 0)


def test_the_timetable_has_one_row_a_line_however_many_processes_post_it(place: Place) -> None:
    for _ in range(3):
        timetable.post(place.store)
    for effect, _ in timetable.LINES:
        assert len(place.dues(effect.kind)) == 1


def test_a_line_of_the_timetable_comes_round_again_and_not_before(place: Place) -> None:
    with place.jobs() as jobs:
        assert work_off(jobs) == len(timetable.LINES)
        assert work_off(jobs) == 0
        place.wait(5)
        assert work_off(jobs) == 1
    (sweep,) = place.dues("chat.sweep")
    assert sweep.attempts == 2


def feed(place: Place, room_id: int) -> tuple[int, int]:
    """The version of a room's feed, and how many free nights it still shows."""
    with place.store.reading() as session:
        late = session.scalars(select(LateOpening).where(LateOpening.room_id == room_id)).all()
        return session.get_one(FeedVersion, room_id).version, len(late)
