"""The inventory by the clock: late openings, days that come into the horizon, and the rest of a recurring block."""

from sqlalchemy import func, select

from core.events.service import By
from core.inventory import selling
from core.inventory.commands import SetStopSell
from core.inventory.models import InventoryDay, LateDay, RecurringBlock
from core.stays import recurring
from core.stays.models import Stay
from tests.support.desk import day, nights
from tests.workers.place import Place, work_off

MANY = "FREQ=MONTHLY;BYMONTHDAY=1,8,15,22"


def test_the_clock_makes_days_opens_them_late_and_finishes_what_recurs(place: Place) -> None:
    hotel = place.hotel
    with place.store.unit_of_work() as work:
        for stop in (True, False):
            selling.set_stop_sell(work, SetStopSell(hotel.types["DBL"], nights(1, 2), stop=stop), By())
        recurring.repeat(work, recurring.RepeatBlock(hotel.rooms["3"], MANY, day(0)), By())
    with place.jobs() as jobs:
        for _ in range(4):
            place.wait(601)
            work_off(jobs)
    with place.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(LateDay)) == 0
        assert session.scalar(select(func.count()).select_from(InventoryDay)) == 731 * len(hotel.types)
        assert session.scalar(select(func.count()).select_from(RecurringBlock)) == 1
        assert session.scalar(select(func.count()).select_from(Stay)) == 96
