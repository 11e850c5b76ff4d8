"""Clerks who sell, hold back, make days ahead and take a villa and its rooms, all at the same moment."""

import random
import threading
from collections import Counter
from collections.abc import Callable

import pytest

from core.errors import DaudaError
from core.inventory import audit, availability, selling
from core.inventory.commands import SetKeepBack, SetStopSell
from core.inventory.models import RoomPart
from core.stays import assigning, holding
from core.stays.models import Stay
from core.stays.reasons import Reason, StayState
from tests.races.storm import NIGHTS
from tests.support.desk import Desk, nights
from tests.support.hotel import clock_of, make_hotel
from tests.support.rounds import rounds
from tests.support.truth import must_be_true

ATTEMPTS = rounds(quick=120, check=800, soak=30_000)
CLERKS = 6
SEED = random.SystemRandom().getrandbits(32)
pytestmark = [pytest.mark.race, pytest.mark.timeout(rounds(quick=120, check=1_200, soak=7_000))]


@pytest.fixture
def villa(desk: Desk) -> Desk:
    """Give the desk of a second hotel with a villa of two rooms and a few more."""
    rooms = {"villa": "VILLA", "1": "DBL", "2": "TWN", "3": "DBL", "4": "DBL"}
    hotel = make_hotel(desk.store, rooms, code="mango", links=())
    with desk.store.unit_of_work() as work:
        work.session.add_all(
            RoomPart(whole_id=hotel.rooms["villa"], part_id=hotel.rooms[part], property_id=hotel.property_id)
            for part in ("1", "2")
        )
    return Desk(desk.store, hotel, desk.by)


def sell(desk: Desk, chance: random.Random) -> None:
    """Sell a stay as a type, now and then as a channel does."""
    first = chance.randrange(NIGHTS)
    wanted, insist = nights(first, chance.randint(1, NIGHTS - first)), chance.random() < 0.1
    type_id = desk.hotel.types[chance.choice(("DBL", "DBL", "TWN", "VILLA"))]
    with desk.store.unit_of_work() as work:
        (room,) = assigning.place(work, type_id, wanted, insist=insist)
        stay = Stay(
            uid=f"{chance.getrandbits(64):x}", property_id=room.property_id, room_id=room.id, type_id=type_id,
            assigned=False, arrival=wanted.arrival, departure=wanted.departure, reason=Reason.GUEST,
            state=StayState.HOLDING, made_at=work.now, changed_at=work.now,
        )  # fmt: skip
        work.session.add(stay)
        work.session.flush()
        holding.claim(work, stay, room, wanted)


def block(desk: Desk, chance: random.Random) -> None:
    """Block a room, sometimes as a fact."""
    first = chance.randrange(NIGHTS)
    reason = chance.choice((Reason.OWNER, Reason.OWNER, Reason.MAINTENANCE))
    desk.block(chance.choice(list(desk.hotel.rooms)), nights(first, chance.randint(1, 3)), reason)


def release(desk: Desk, chance: random.Random) -> None:
    """End a stay."""
    with desk.store.reading() as session:
        ids = [stay.id for stay in session.query(Stay).where(Stay.state != StayState.RELEASED)]
    if ids:
        desk.unblock(chance.choice(ids))


def hold_back(desk: Desk, chance: random.Random) -> None:
    """Keep rooms back, stop a sale, make days."""
    type_id, span = chance.choice(list(desk.hotel.types.values())), nights(0, NIGHTS)
    with desk.store.unit_of_work() as work:
        selling.set_keep_back(work, SetKeepBack(type_id, span, chance.randint(0, 1)), desk.by)
        selling.set_stop_sell(work, SetStopSell(type_id, span, stop=chance.random() < 0.5), desk.by)
        selling.preload(work, desk.hotel.property_id, NIGHTS + chance.randint(0, 4))


def look(desk: Desk, _: random.Random) -> None:
    """Ask what is free: the answer must make sense, whoever writes meanwhile."""
    with desk.store.reading() as session:
        for days in availability.by_type(session, desk.hotel.property_id, nights(0, NIGHTS)).values():
            assert all(day.free >= 0 and day.available <= max(0, day.free) for day in days)


VERBS: tuple[Callable[[Desk, random.Random], None], ...] = (sell, sell, sell, block, block, release, hold_back, look)


def test_whatever_is_done_at_once_the_books_agree(villa: Desk) -> None:
    outcomes: Counter[str] = Counter()
    broken: list[BaseException] = []

    def clerk(number: int) -> None:
        chance = random.Random(f"{SEED}/{number}")
        for _ in range(ATTEMPTS // CLERKS):
            verb = chance.choice(VERBS)
            try:
                verb(villa, chance)
                outcomes[verb.__name__] += 1
            except DaudaError as error:
                outcomes[error.code] += 1
            except BaseException as error:  # noqa: BLE001 - told by the thread that started this one.
                broken.append(error)
                return

    threads = [threading.Thread(target=clerk, args=(number,)) for number in range(CLERKS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"seed {SEED}: {dict(outcomes)}")  # noqa: T201 - shown when it fails.
    assert not broken, repr(broken[0])
    must_be_true(villa.store)
    with villa.store.reading() as session:
        assert audit.differences(session, clock_of(villa.store).now()) == []
        assert audit.without_parts(session, clock_of(villa.store).now()) == []
    assert outcomes["sell"] > 0
    assert outcomes["look"] > 0
    assert outcomes["busy"] < ATTEMPTS / 10
