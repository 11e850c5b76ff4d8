"""`dauda serve` killed while it reads calendars: afterwards every booking that a channel told is there, once."""

import random
import threading
import time
from collections import Counter
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from core.channels.models import ChannelBooking, ChannelLink
from core.channels.service import SEALED_FOR
from core.db.work import Store
from core.imports import timetable
from core.sealing import Sealer
from core.stays.models import Stay
from tests.support import truth
from tests.support.calendars import calendar, reserved
from tests.support.desk import nights
from tests.support.rounds import rounds
from tests.support.run import wait_until
from tests.system.crash import loop
from tests.system.crash.house import Nursery
from tests.workers.ota import Ota, Says

KILLS = rounds(quick=3, check=8, soak=300)
LINKS = 4
pytestmark = [pytest.mark.crash, pytest.mark.timeout(120 + 10 * KILLS)]


def test_every_booking_is_there_once_however_often_the_house_is_killed_while_it_reads(
    nursery: Nursery, tmp_path: Path, durable_url: str
) -> None:
    chance, ota = random.Random(5), Ota()
    try:
        with loop.hotel(nursery, tmp_path, durable_url, DAUDA_ALLOW_PRIVATE_FEEDS="1") as (house, _, store):
            links = _connect(store, ota, house.settings["DAUDA_SECRET_KEY"])
            for round_ in range(KILLS):
                held = _sell(ota, round_)
                before = len(ota.asked)
                pid = house.serve()
                _wish(store, links)
                wait_until(partial(_asked_more, ota, before), "a look to begin", patience=60)
                threading.Timer(chance.uniform(0, 0.3), held.set).start()
                time.sleep(chance.uniform(0, 0.5))
                house.kill(pid)
                held.set()
                loop.minutes_pass(store)
            house.serve()
            _wish(store, links)
            wanted = {code for round_ in range(KILLS) for path in range(LINKS) for code in _codes(path, round_)}
            wait_until(lambda: set(_told(store)) == wanted, "every booking", patience=60)
            assert max(_told(store).values()) == 1
            assert max(_sold(store).values()) == 1
            assert set(_sold(store)) == wanted
            truth.must_be_true(store)
    finally:
        ota.close()


def _connect(store: Store, ota: Ota, key: str) -> list[int]:
    """Have the first links read from the OTA."""
    with store.unit_of_work() as work:
        links = list(work.session.scalars(select(ChannelLink).order_by(ChannelLink.id).limit(LINKS)))
        for path, link in enumerate(links):
            link.import_url = Sealer(key).seal(ota.url("127.0.0.1", str(path)), SEALED_FOR)
            timetable.schedule(work, link.id, timedelta(minutes=30))
        return [link.id for link in links]


def _sell(ota: Ota, round_: int) -> threading.Event:
    """Sell one more stay of each room; half of the calendars hang until the event is set."""
    held = threading.Event()
    for path in range(LINKS):
        sold = [
            reserved(nights(10 + 2 * each, 2), code.removeprefix("HM"))
            for each in range(round_ + 1)
            for code in _codes(path, each)
        ]
        ota.says[str(path)] = Says(calendar(*sold), held=held if path % 2 else None)
    return held


def _asked_more(ota: Ota, before: int) -> bool:
    return len(ota.asked) > before


def _codes(path: int, round_: int) -> list[str]:
    return [f"HM{path:02}{round_:06}"]


def _wish(store: Store, links: list[int]) -> None:
    with store.unit_of_work() as work:
        timetable.pull_soon(work, links)


def _told(store: Store) -> Counter[str]:
    with store.reading() as session:
        return Counter(code for code in session.scalars(select(ChannelBooking.code)) if code is not None)


def _sold(store: Store) -> Counter[str]:
    with store.reading() as session:
        return Counter(code for code in session.scalars(select(Stay.reference)) if code is not None)
