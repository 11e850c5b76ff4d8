"""What every change asks of the cases is answered by indexes, however many stays there are."""

from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import Connection

from core.conflicts import cases
from tests.support import databases
from tests.support.desk import nights, open_desk


def test_whether_anybody_waits_is_asked_once_and_answered_by_indexes(tmp_path: Path) -> None:
    # SQLite says what it always does; PostgreSQL chooses by the sizes of the tables.
    asked: list[tuple[str, object]] = []

    def listen(_c: Connection, _cursor: object, statement: str, values: object, _x: object, _many: object) -> None:
        asked.append((statement, values))

    with databases.migrated("sqlite", tmp_path) as url, open_desk(url) as desk:
        desk.block("3", nights(0, 2))
        with desk.store.unit_of_work() as work:
            connection = work.session.connection()
            event.listen(connection, "before_cursor_execute", listen)
            cases.review(work, desk.hotel.rooms.values())
            ((statement, values),) = asked
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)  # type: ignore[arg-type]
            steps = " / ".join(str(row[3]) for row in plan)
    assert "ix_stays_contested" in steps
    assert "ix_conflicts_room" in steps
    assert "SCAN stays" not in steps
    assert "SCAN conflicts" not in steps
