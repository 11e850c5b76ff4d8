"""Instants keep their zone on both engines, and rows that are there already are left alone."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from core.db.prepared import run
from core.db.upsert import insert_new
from core.db.work import Store
from core.inventory.models import InventoryDay
from core.staff.models import Person
from tests.support.hotel import TODAY, make_hotel

NAIROBI = timezone(timedelta(hours=3))


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2026, 11, 20, 21, 40, 0, 123456, tzinfo=NAIROBI),
        datetime(2026, 11, 20, 18, 40, tzinfo=UTC),
        datetime(1999, 1, 1, tzinfo=UTC),
    ],
)
def test_an_instant_comes_back_the_same_and_in_utc(store: Store, instant: datetime) -> None:
    with store.unit_of_work() as work:
        work.session.add(Person(name="Amina", made_at=instant))
    with store.reading() as session:
        kept = session.scalars(select(Person.made_at)).one()
        assert list(session.scalars(select(Person.name).where(Person.made_at == instant))) == ["Amina"]
    assert (kept, kept.tzinfo) == (instant, UTC)


def test_a_naive_instant_is_refused(store: Store) -> None:
    with pytest.raises(StatementError, match="naive"), store.unit_of_work() as work:
        work.session.add(Person(name="Amina", made_at=datetime(2026, 11, 20)))  # noqa: DTZ001 - that is the point.


def test_rows_that_are_there_already_are_left_alone(store: Store) -> None:
    type_id = make_hotel(store).types["DBL"]
    zero = {"sold": 0, "blocked": 0, "contested": 0, "keep_back": 0, "allowance": 0, "stop_sell": False}
    for total, days in ((2, 1), (9, 2)):
        rows = [{"type_id": type_id, "night": TODAY + timedelta(days=n), "total": total, **zero} for n in range(days)]
        with store.unit_of_work() as work:
            run(work.session, insert_new(work.session, InventoryDay.__table__), rows)  # type: ignore[arg-type]
    with store.reading() as session:
        assert list(session.scalars(select(InventoryDay.total).order_by(InventoryDay.night))) == [2, 9]
