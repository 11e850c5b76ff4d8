"""What the doctor finds wrong with reservations: nothing that the verbs do, and each thing that only a mistake can."""

import pytest
from sqlalchemy import text

from core.doctor import examine
from core.reservations import audit
from core.stays.reasons import Reason
from tests.core.reservations.front import Front
from tests.support.desk import day, nights, open_desk
from tests.support.hotel import SEALER

BREAKS = {
    "stays_without_reservation": "UPDATE stays SET reservation_id = NULL WHERE id = 1",
    "reservations_without_stay": "UPDATE stays SET state = 'released' WHERE reservation_id = 1",
    "wrong_dates_of_reservation": "UPDATE reservations SET departure = '2027-01-01' WHERE id = 1",
    "wrong_totals_of_reservation": "UPDATE reservations SET total = 1 WHERE id = 1",
    "wrong_prices_of_stay": "UPDATE stay_prices SET amount = 1 WHERE stay_id = 1",
    "lost_revisions": "UPDATE reservations SET number = 9 WHERE id = 1",
}


def _busy(front: Front) -> None:
    done = front.book(front.room("3", nights(1, 3), "4500"), front.room("4", nights(1, 2), "4500"))
    front.desk.shorten(done.changes[0].stay.id, day(3))
    front.split(done.reservation.id, done.changes[1].stay.id, day(2), "7")
    front.cancel(front.book(front.room("3", nights(5, 2), "4500")).reservation.id)
    front.desk.block("4", nights(6, 1), Reason.WALK_IN)


def test_what_the_verbs_do_is_in_order(front: Front) -> None:
    _busy(front)
    with front.desk.store.reading() as session:
        assert audit.faults(session) == {}


@pytest.mark.parametrize("code", BREAKS)
def test_a_broken_reservation_is_found(database_url: str, code: str) -> None:
    with open_desk(database_url) as desk:
        front = Front(desk)
        _busy(front)
        with desk.store.unit_of_work() as work:
            work.session.execute(text(BREAKS[code]))
        with desk.store.reading() as session:
            assert code in audit.faults(session)
            found = examine(session, SEALER, desk.store.clock.now())["reservations"]
    assert code in {one.code for one in found}
