"""The judge that other tests rely on sees each kind of fault, and none where there is none."""

import pytest
from sqlalchemy import text

from core.db.work import Store
from core.stays.reasons import Reason
from tests.support.desk import nights, open_desk
from tests.support.truth import faults


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE inventory_days SET sold = 0", "counts (2, 0, "),
        ("UPDATE inventory_days SET contested = 1", "in truth"),
        ("UPDATE inventory_days SET total = 3", "counts (3, "),
        ("DELETE FROM inventory_days", "counts None"),
        ("DELETE FROM room_nights", "lacks"),
        ("UPDATE stays SET state = 'released' WHERE reason = 'guest'", "does not want it"),
        ("UPDATE stays SET state = 'contested' WHERE reason = 'owner'", "said to lack nights and holds all"),
        ("UPDATE stays SET state = 'holding' WHERE state = 'contested'", "said to hold all its nights"),
        (
            "DELETE FROM room_nights WHERE stay_id IN (SELECT id FROM stays WHERE reason = 'maintenance')",
            "nobody holds",
        ),
        ("UPDATE stays SET departure = '2026-11-21' WHERE reason = 'owner'", "does not want it"),
        ("UPDATE stays SET departure = '2026-11-30' WHERE reason = 'owner'", "lacks"),
    ],
)
def test_each_fault_is_seen(store: Store, damage: str, said: str) -> None:
    with open_desk(store.database.url) as desk:
        desk.block("3", nights(0, 3), Reason.GUEST)
        desk.block("3", nights(1, 1), Reason.MAINTENANCE)
        desk.block("4", nights(0, 2), Reason.OWNER)
        assert faults(store.database.read, store.clock.now()) == []
        with store.unit_of_work() as work:
            work.session.execute(text(damage))
        assert said in "\n".join(faults(store.database.read, store.clock.now()))
