"""`dauda serve` killed at any instant: nothing acknowledged is lost, nothing is torn, nothing is done twice."""

from pathlib import Path

import pytest

from tests.support.rounds import rounds
from tests.system.crash import loop
from tests.system.crash.house import Nursery

KILLS = rounds(quick=5, check=50, soak=1000)
pytestmark = [pytest.mark.crash, pytest.mark.timeout(120 + 6 * KILLS)]


def test_every_acknowledged_message_is_handled_once_and_answered_however_often_the_house_is_killed(
    nursery: Nursery, tmp_path: Path, durable_url: str
) -> None:
    with loop.hotel(nursery, tmp_path, durable_url) as (house, twilio, store):
        phones = loop.staff(house, twilio, seed=1)
        told = loop.play(house, store, phones, KILLS, seed=1)
        wrong = loop.faults(house, twilio, store, phones, told)
        print(f"\n{durable_url.partition(':')[0]}: {told}")
        assert wrong == []
        assert told.messages > KILLS
        assert house.run("doctor") == 0, house.log[-2000:]
