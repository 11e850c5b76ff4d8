"""Many clerks, few rooms, few nights: nothing is held twice, miscounted or lost (C1)."""

import random

import pytest

from tests.races.storm import Storm, lost
from tests.support.desk import Desk
from tests.support.rounds import rounds
from tests.support.truth import must_be_true

ATTEMPTS = rounds(quick=500, check=10_000, soak=100_000)
LIMIT = rounds(quick=100, check=1_000, soak=7_000)
SEED = random.SystemRandom().getrandbits(32)


@pytest.mark.race
@pytest.mark.timeout(LIMIT + 60)
def test_no_night_is_held_twice_and_nothing_acknowledged_is_lost(desk: Desk) -> None:
    storm = Storm(desk, ATTEMPTS, limit=LIMIT)
    storm.blow(SEED)
    print(f"seed {SEED}: {len(storm.told)} done, refused {dict(storm.refused)}")  # noqa: T201 - shown when it fails.
    must_be_true(desk.store)
    assert lost(storm) == []
    # The clerks did stand in each other's way, and got something done all the same.
    assert storm.refused["night_taken"] > ATTEMPTS / 50
    assert len(storm.told) > ATTEMPTS / 20
    assert storm.refused["busy"] < ATTEMPTS / 10
