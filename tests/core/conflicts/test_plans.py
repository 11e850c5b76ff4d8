"""What every change asks of the cases is answered by indexes, however many stays there are."""

from pathlib import Path

from core.conflicts import cases
from tests.support import databases
from tests.support.desk import nights, open_desk
from tests.support.statements import heard


def test_whether_anybody_waits_is_asked_once_and_answered_by_indexes(tmp_path: Path) -> None:
    # SQLite says what it always does; PostgreSQL chooses by the sizes of the tables.
    with databases.migrated("sqlite", tmp_path) as url, open_desk(url) as desk:
        desk.block("3", nights(0, 2))
        with desk.store.unit_of_work() as work:
            with heard(desk.store.database.write) as asked:
                cases.review(work, desk.hotel.rooms.values())
            ((statement, values),) = asked
            plan = work.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", tuple(values))
            steps = " / ".join(str(row[3]) for row in plan)
    assert "ix_stays_contested" in steps
    assert "ix_conflicts_room" in steps
    assert "SCAN stays" not in steps
    assert "SCAN conflicts" not in steps
