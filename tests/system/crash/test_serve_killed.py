"""`dauda serve` killed at any instant: nothing acknowledged is lost, nothing is torn, nothing is done twice."""

from pathlib import Path

import pytest

from tests.support import databases
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
        print(f"\n{durable_url.partition(':')[0]}: {told}")  # noqa: T201 - the numbers are for whoever asks with -s.
        assert not wrong, "\n".join(wrong)
        assert told.messages > KILLS
        assert house.run("doctor") == 0, house.log[-2000:]


@pytest.mark.parametrize(
    ("carelessness", "fault"), [("acknowledge_first", "is not stored"), ("forget_what_came", "messages are stored")]
)
def test_a_house_that_is_careless_with_messages_is_seen_by_the_loop(
    nursery: Nursery, tmp_path: Path, carelessness: str, fault: str
) -> None:
    url = databases.sqlite_copy(tmp_path / "dauda.db")
    twist = f"tests.system.crash.careless:{carelessness}"
    with loop.hotel(nursery, tmp_path, url, twist=twist) as (house, twilio, store):
        phones = loop.staff(house, twilio, seed=2)
        told = loop.play(house, store, phones, kills=4, seed=2, careless=True)
        wrong = loop.faults(house, twilio, store, phones, told)
    assert [one for one in wrong if fault in one] != []
