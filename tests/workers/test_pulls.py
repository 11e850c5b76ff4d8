"""Reading one calendar as a job: asked for, read, recorded, and due again."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.channels.models import Channel
from core.errors import Busy
from core.feeds.fetch.client import fetch
from core.imports.service import Applied, apply
from core.outbox import rules
from core.outbox import service as outbox
from tests.support.calendars import calendar, reserved
from tests.support.desk import nights
from tests.workers.ota import Reading, Says, booked, code
from tests.workers.place import work_off
from workers.jobs import pulls
from workers.running import run

MINUTE = timedelta(minutes=1)
AIRBNB, BOOKING = ("airbnb", "3"), ("booking_com", "3")


def pull(reading: Reading, name: tuple[str, str] = AIRBNB) -> bool:
    """Lease a link's row and do it, as the puller would."""
    return run(reading.context, reading.place.lease(reading.due(name).id))


def due_in(reading: Reading, name: tuple[str, str] = AIRBNB) -> timedelta:
    return reading.due(name).due_at - reading.store.clock.now()


def test_a_calendar_is_read_and_due_again_after_its_interval(reading: Reading) -> None:
    path = reading.reads(AIRBNB)
    assert pull(reading)
    assert reading.codes() == [f"HM{code(path)}"]
    assert reading.good(AIRBNB)
    assert 27 * MINUTE <= due_in(reading) <= 33 * MINUTE
    reading.soon(AIRBNB)
    assert pull(reading)
    assert (reading.codes(), reading.ota.times(path)) == ([f"HM{code(path)}"], 2)


def test_a_failure_is_recorded_and_the_next_look_waits_longer_and_as_long_as_the_server_asks(reading: Reading) -> None:
    path = reading.reads(AIRBNB)
    reading.ota.says[path] = Says(status=500)
    for failures, least in ((1, 54), (2, 108)):
        assert pull(reading)
        memory = reading.memory(AIRBNB)
        assert memory is not None
        assert (memory.failures, memory.trouble, memory.good_at) == (failures, "status_5xx", None)
        assert least * MINUTE <= due_in(reading) <= 1.3 * least * MINUTE
        reading.soon(AIRBNB)
    reading.ota.says[path] = Says(status=429, headers={"Retry-After": "18000"})
    assert pull(reading)
    assert due_in(reading) >= 300 * MINUTE
    assert reading.due(AIRBNB).error is None


def test_what_the_server_said_of_the_last_answer_is_given_back_to_it(reading: Reading) -> None:
    path = reading.reads(AIRBNB)
    reading.ota.shows(path, booked(path), ETag='"7"')
    assert pull(reading)
    reading.ota.says[path] = Says(status=304)
    reading.soon(AIRBNB)
    assert pull(reading)
    memory = reading.memory(AIRBNB)
    assert memory is not None
    assert (memory.failures, memory.trouble, memory.looks) == (0, None, 2)


def test_a_link_of_which_nothing_is_read_is_left_alone(reading: Reading) -> None:
    path = reading.reads(AIRBNB)
    with reading.store.unit_of_work() as work:
        for channel in work.session.scalars(select(Channel)):
            channel.active = False
    assert pull(reading)
    assert (reading.ota.times(path), reading.memory(AIRBNB)) == (0, None)
    assert due_in(reading) == 30 * MINUTE


def test_two_looks_at_once_record_one_and_the_other_is_dropped(reading: Reading) -> None:
    reading.reads(AIRBNB)
    link_id = reading.place.hotel.links[AIRBNB]
    inner: list[Applied | None] = []

    def meanwhile(_work: object, _again_in: timedelta) -> None:
        """Nothing: the timetable is not what this is about."""

    def slower(*given: object) -> object:
        if not inner:
            inner.append(None)
            inner[0] = pulls.look(reading.context, link_id, meanwhile)
        return fetch(*given)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("workers.jobs.pulls.fetch", slower)
        outer = pulls.look(reading.context, link_id, meanwhile)
    assert inner[0] is not None
    assert outer is not None
    assert (inner[0].recorded, outer.recorded) == (True, False)
    assert len(reading.codes()) == 1


def test_rows_that_somebody_holds_are_waited_for_without_asking_the_server_again(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = reading.reads(AIRBNB)
    tries = [Busy(), Busy()]

    def busy(*given: object) -> Applied:
        if tries:
            raise tries.pop()
        return apply(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("workers.jobs.pulls.apply", busy)
    assert pull(reading)
    assert (reading.ota.times(path), len(reading.codes())) == (1, 1)
    tries += [Busy(), Busy(), Busy()]
    reading.soon(AIRBNB)
    assert not pull(reading)
    assert due_in(reading) == timedelta(seconds=1)
    assert not reading.due(AIRBNB).buried


def test_a_look_whose_process_died_is_made_again_and_its_bookings_are_there_once(reading: Reading) -> None:
    path = reading.reads(AIRBNB)
    reading.place.lease(reading.due(AIRBNB).id)
    reading.place.wait(rules.LEASE.total_seconds() + 1)
    assert pull(reading)
    reading.soon(AIRBNB)
    assert pull(reading)
    assert (reading.codes(), reading.ota.times(path)) == ([f"HM{code(path)}"], 2)


def test_a_look_that_took_longer_than_its_lease_counts_and_leaves_the_timetable_to_its_successor(
    reading: Reading,
) -> None:
    reading.reads(AIRBNB)
    late = reading.place.lease(reading.due(AIRBNB).id)
    reading.place.wait(rules.LEASE.total_seconds() + 1)
    with reading.store.unit_of_work() as work:
        (second,) = outbox.lease(work, 1, only=[late.due_id])
    assert run(reading.context, late)
    assert reading.good(AIRBNB)
    assert reading.due(AIRBNB).leased_until is not None
    assert run(reading.context, second)
    assert due_in(reading) >= 27 * MINUTE
    assert len(reading.codes()) == 1


def test_the_relay_leaves_calendars_to_who_has_room_for_them(reading: Reading) -> None:
    path = reading.reads(AIRBNB)
    with reading.place.jobs() as jobs:
        work_off(jobs)
    assert (reading.ota.times(path), reading.due(AIRBNB).attempts) == (0, 0)


def test_two_bookings_of_one_calendar_become_two_stays(reading: Reading) -> None:
    path = reading.reads(AIRBNB)
    body = calendar(reserved(nights(10, 2), "ABCD1234"), reserved(nights(20, 3), "EFGH5678"))
    reading.ota.shows(path, body)
    assert pull(reading)
    assert reading.codes() == ["HMABCD1234", "HMEFGH5678"]
