"""How long it takes to advise on a double booking in a house of fifty full rooms of one type."""

import random
from datetime import UTC, date, datetime, timedelta
from statistics import median
from time import process_time

import pytest

from core.conflicts import advice, rules
from core.conflicts.occupancy import Held, House
from core.conflicts.rules import FIRST, Group, Party
from core.conflicts.views import AdviceKind
from core.properties.views import RoomView
from core.stays.reasons import Reason
from core.values.nights import Nights
from tests.bench.conftest import Hold
from tests.bench.measure import Row

pytestmark = pytest.mark.bench
ROOMS, NIGHTS, CASES = 50, 120, 25
MOST_MS = 200
TODAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 9, tzinfo=UTC)


def test_advice_in_a_full_house_of_fifty_rooms(hold: Hold) -> None:
    cases = [case(random.Random(seed), gaps=gaps) for seed in range(CASES) for gaps in (0.01, 0.05, 0.15)]
    hold(lambda: _advised(cases))


def _advised(cases: list[tuple[Group, House]]) -> list[Row]:
    took: dict[bool, list[float]] = {True: [], False: []}
    for group, house in cases:
        began = process_time()
        ways = advice.ways(group, FIRST, house)
        roomy = ways[0].kind is AdviceKind.MOVE
        took[roomy].append((process_time() - began) * 1000)
    free, full = took[True], took[False]
    what = f"advice, {ROOMS} rooms × {NIGHTS} nights"
    return [
        Row(f"{what}, a room is free, worst of {len(free)}", max(free), None, MOST_MS, unit="ms"),
        Row(f"{what}, none is, worst of {len(full)}", max(full), None, MOST_MS, unit="ms"),
        Row("  its median", median(full), unit="ms"),
    ]


def case(chance: random.Random, gaps: float) -> tuple[Group, House]:
    """A house with hardly a free night, and a booking that came for a room that is taken."""
    held = [row for room in range(1, ROOMS + 1) for row in _stays(chance, room, gaps)]
    taken = chance.choice([row for row in held if row.nights.arrival >= TODAY])
    arrival = taken.nights.arrival + timedelta(chance.randrange(len(taken.nights)))
    nights = Nights(arrival, arrival + timedelta(chance.randint(1, 7)))
    parties = [_party(row.stay_id, row.room_id, row.nights) for row in held if row.room_id == taken.room_id]
    mine = {night for row in held if row.room_id == taken.room_id for night in row.nights}
    late = _party(10_000, taken.room_id, nights, contested=True)
    held += [Held(10_000, taken.room_id, Nights(n, n + timedelta(1)), movable=True) for n in nights if n not in mine]
    group = rules.groups([*parties, late], TODAY)[0]
    rooms = [RoomView(room, str(room), (), 1, "Double", None, room) for room in range(1, ROOMS + 1)]
    until = TODAY + timedelta(NIGHTS + 7)
    return group, House(TODAY, until, rooms[taken.room_id - 1], rooms, held)


def _stays(chance: random.Random, room: int, gaps: float) -> list[Held]:
    found: list[Held] = []
    day = -chance.randrange(7)
    while day < NIGHTS:
        length = chance.randint(1, 7)
        if chance.random() >= gaps:
            nights = Nights(TODAY + timedelta(day), TODAY + timedelta(day + length))
            found.append(Held(room * 100 + len(found), room, nights, movable=day >= 0 or room % 2 == 0, begun=day < 0))
            day += length
        else:
            day += 1
    return found


def _party(stay_id: int, room_id: int, nights: Nights, *, contested: bool = False) -> Party:
    made = NOON + timedelta(hours=contested)
    return Party(stay_id, room_id, nights, Reason.GUEST, made, contested=contested, source="airbnb")
