"""Heavy calendars are read in a child, which is ended when it takes too long."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256

import psutil
import pytest

from core.feeds.fetch.answers import Answer, Ask, Failed, Fetched, NotModified, Trouble
from core.imports.reading import Calendar, Order, Unchanged, Useless, read
from tests.support.calendars import calendar, reserved
from tests.support.desk import nights
from tests.workers import ota
from workers.calendars import LIGHT, MOST_WAITING, Crowded, Reader, is_heavy

TODAY = date(2026, 11, 20)
ORDER = Order(
    1, "airbnb", Ask("https://airbnb.example/3.ics"), 0, datetime(2026, 11, 20, 18, 40, tzinfo=UTC), TODAY,
    "Africa/Nairobi", inclusive_end=False, fingerprint=None,
)  # fmt: skip
YEARLY = (
    b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20261201\r\nDTEND;VALUE=DATE:20261203\r\n"
    b"RRULE:FREQ=WEEKLY;COUNT=3\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def fetched(body: bytes) -> Fetched:
    return Fetched(body, None, None, sha256(body).hexdigest())


@pytest.fixture
def reader() -> Iterator[Reader]:
    """Give a reader, ended afterwards."""
    made = Reader()
    yield made
    made.close()


def children() -> list[psutil.Process]:
    """The readers that this process has started; other tests may have left children that ended behind them."""
    living = [one for one in psutil.Process().children() if one.status() != psutil.STATUS_ZOMBIE]
    return [one for one in living if "workers.calendars" in one.cmdline()]


@pytest.mark.parametrize(
    ("answer", "heavy"),
    [
        (fetched(calendar(reserved(nights(3, 2), "ABCD1234"))), False),
        (fetched(b"X" * LIGHT), False),
        (fetched(b"X" * (LIGHT + 1)), True),
        (fetched(YEARLY), True),
        (fetched(YEARLY.replace(b"RRULE", b"rrule")), True),
        (fetched(YEARLY.replace(b"RRULE", b"RR\r\n ULE")), True),
        (fetched(YEARLY.decode().encode("utf-16")), True),
        (NotModified(), False),
        (Failed(Trouble.TIMEOUT, "ReadTimeout"), False),
    ],
)
def test_what_is_long_or_recurs_is_heavy_however_it_is_written(answer: Answer, heavy: bool) -> None:  # noqa: FBT001
    assert is_heavy(answer) is heavy


@pytest.mark.parametrize("body", [YEARLY, ota.odd_events(), ota.million_lines(), ota.rule_bomb(), b"<html>" * LIGHT])
def test_the_child_says_what_this_process_would_say(reader: Reader, body: bytes) -> None:
    assert is_heavy(fetched(body))
    said = reader.read(ORDER, fetched(body))
    assert said == read(ORDER, fetched(body))
    assert isinstance(said, Calendar | Useless)
    assert len(children()) == 1


def test_light_calendars_need_no_child(reader: Reader) -> None:
    body = calendar(reserved(nights(3, 2), "ABCD1234"))
    assert isinstance(reader.read(ORDER, fetched(body)), Calendar)
    assert reader.read(ORDER, Failed(Trouble.DNS, "x")) == Useless("dns", "x")
    assert children() == []


def test_an_unchanged_heavy_calendar_is_seen_to_be_so(reader: Reader) -> None:
    first = reader.read(ORDER, fetched(ota.odd_events()))
    assert isinstance(first, Calendar)
    again = replace(ORDER, fingerprint=first.fingerprint)
    assert reader.read(again, fetched(ota.odd_events())) == Unchanged()


def test_one_that_takes_too_long_is_given_up_and_the_next_one_is_read() -> None:
    reader = Reader(deadline=0.001)
    try:
        given_up = reader.read(ORDER, fetched(ota.rule_bomb()))
        assert isinstance(given_up, Useless)
        assert given_up.trouble == Trouble.TOO_LARGE
        assert children() == []
        reader._deadline = 30
        assert isinstance(reader.read(ORDER, fetched(YEARLY)), Calendar)
    finally:
        reader.close()


def test_a_child_that_is_killed_costs_one_look(reader: Reader) -> None:
    reader.read(ORDER, fetched(YEARLY))
    (child,) = children()
    os.kill(child.pid, signal.SIGKILL)
    psutil.wait_procs([child], timeout=5)
    lost = reader.read(ORDER, fetched(YEARLY))
    assert isinstance(lost, Useless)
    assert isinstance(reader.read(ORDER, fetched(YEARLY)), Calendar)


def test_only_so_many_wait_for_the_child_and_light_ones_pass_them(reader: Reader) -> None:
    reader.read(ORDER, fetched(YEARLY))
    (child,) = children()
    child.suspend()
    waiting = [
        threading.Thread(target=reader.read, args=(ORDER, fetched(YEARLY)), daemon=True) for _ in range(MOST_WAITING)
    ]
    try:
        for thread in waiting:
            thread.start()
        until = time.monotonic() + 5
        while reader._room._value and time.monotonic() < until:
            time.sleep(0.01)
        with pytest.raises(Crowded):
            reader.read(ORDER, fetched(YEARLY))
        assert isinstance(reader.read(ORDER, fetched(calendar())), Calendar)
    finally:
        child.resume()
        for thread in waiting:
            thread.join(10)
    assert isinstance(reader.read(ORDER, fetched(YEARLY)), Calendar)


def test_closing_ends_the_child(reader: Reader) -> None:
    reader.read(ORDER, fetched(YEARLY))
    (child,) = children()
    reader.close()
    assert not child.is_running()


def test_the_child_ends_when_its_parent_is_gone(reader: Reader) -> None:
    reader.read(ORDER, fetched(YEARLY))
    (child,) = children()
    assert reader._child is not None
    reader._child.connection.close()
    gone, _ = psutil.wait_procs([child], timeout=5)
    assert gone == [child]
