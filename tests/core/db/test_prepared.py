"""Prepared statements: what they are asked and tell is what SQLAlchemy itself would send and read."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Table, bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from core.db.prepared import Prepared, run
from core.db.work import Store, UnitOfWork
from core.inventory.models import InventoryDay
from core.outbox.models import Due
from core.properties.models import Room, RoomType
from tests.support import databases
from tests.support.hotel import NOW, TODAY, Hotel, make_hotel, open_store
from tests.support.statements import heard

DAYS: Table = InventoryDay.__table__  # type: ignore[assignment]
DUES: Table = Due.__table__  # type: ignore[assignment]
ADD_DAYS = Prepared(insert(DAYS))
SOME = Prepared(
    select(DAYS.c.night, DAYS.c.total)
    .where(DAYS.c.type_id == bindparam("kind"), DAYS.c.night.in_(bindparam("nights", expanding=True)))
    .order_by(DAYS.c.night)
)
ZERO = {"sold": 0, "blocked": 0, "contested": 0, "keep_back": 0, "allowance": 0, "stop_sell": False}
DUE = {"kind": "a.kind", "facts": {"ids": [1, 2], "name": "ä"}, "due_at": NOW, "made_at": NOW}


def add_days(work: UnitOfWork, hotel: Hotel, count: int) -> None:
    """Add days of a type, from today on, with a total of their own each."""
    type_id = hotel.types["DBL"]
    rows = [{"type_id": type_id, "night": TODAY + timedelta(n), "total": n + 1, **ZERO} for n in range(count)]
    run(work.session, ADD_DAYS, rows)


@pytest.mark.parametrize("wanted", [(), (0,), (0, 1), (2, 0, 1), (0, 1, 2, 3, 4)])
def test_a_list_may_have_any_number_of_values(store: Store, wanted: Sequence[int]) -> None:
    hotel = make_hotel(store)
    with store.unit_of_work() as work:
        add_days(work, hotel, 6)
        asked = {"kind": hotel.types["DBL"], "nights": [TODAY + timedelta(n) for n in wanted]}
        found = run(work.session, SOME, asked).all()
    assert [tuple(row) for row in found] == [(TODAY + timedelta(n), n + 1) for n in sorted(wanted)]


def test_lists_of_many_lengths_are_few_statements(store: Store) -> None:
    type_id = make_hotel(store).types["DBL"]
    with store.reading() as session, heard(store.database.read) as sent:
        for count in range(1, 65):
            run(session, SOME, {"kind": type_id, "nights": [TODAY + timedelta(n) for n in range(count)]})
    assert len(sent) == 64
    assert len({statement for statement, _ in sent}) == 7


def test_lists_of_several_rows_are_refused(store: Store) -> None:
    rows = [{"kind": 1, "nights": [TODAY]}, {"kind": 2, "nights": [TODAY, TODAY]}]
    with store.reading() as session, pytest.raises(TypeError, match="lengths"):
        run(session, SOME, rows)


def test_values_of_every_type_come_back_as_they_were(store: Store) -> None:
    statement = insert(DUES).returning(DUES.c.facts, DUES.c.due_at, DUES.c.lane, DUES.c.every, DUES.c.buried)
    with store.unit_of_work() as work:
        row = run(work.session, Prepared(statement), DUE | {"every": 1.5}).one()
    assert (row.facts, row.due_at, row.lane, row.every) == (DUE["facts"], NOW, None, 1.5)
    assert row.buried is False, "a column's default counts where the row does not name it"


def test_money_keeps_its_digits(store: Store) -> None:
    type_id = make_hotel(store).types["DBL"]
    raised = Prepared(
        update(RoomType).where(RoomType.id == bindparam("kind")).values(base_rate=bindparam("rate")).returning(
            RoomType.base_rate
        )
    )  # fmt: skip
    with store.unit_of_work() as work:
        rate = run(work.session, raised, {"kind": type_id, "rate": Decimal("4500.125")}).scalar_one()
    assert (rate, type(rate)) == (Decimal("4500.125"), Decimal)


def test_columns_of_one_name_are_told_apart(store: Store) -> None:
    make_hotel(store)
    both = Prepared(
        select(Room.name, RoomType.name).join(RoomType, RoomType.id == Room.type_id).where(Room.name == "3")
    )
    with store.reading() as session:
        assert tuple(run(session, both).one()) == ("3", "Dbl")


def test_what_is_pending_is_written_first(store: Store) -> None:
    make_hotel(store)
    count = Prepared(select(func.count()).select_from(Due))
    with store.unit_of_work() as work:
        before = run(work.session, count).scalar_one()
        work.session.add(Due(**DUE))
        assert run(work.session, count).scalar_one() == before + 1


def test_a_broken_rule_is_an_error_of_sqlalchemy_and_takes_only_the_savepoint_back(store: Store) -> None:
    hotel = make_hotel(store)
    with store.unit_of_work() as work:
        add_days(work, hotel, 1)
        with pytest.raises(IntegrityError), work.session.begin_nested():
            add_days(work, hotel, 2)
        add_again = {"kind": hotel.types["DBL"], "nights": [TODAY]}
        assert len(run(work.session, SOME, add_again).all()) == 1


def test_a_connection_that_is_gone_is_not_used_again(tmp_path: Path) -> None:
    lost = Prepared(select(func.pg_terminate_backend(func.pg_backend_pid())))
    count = Prepared(select(func.count()).select_from(Due))
    with databases.migrated("postgresql", tmp_path) as url, open_store(url) as store:
        with pytest.raises(OperationalError) as told, store.unit_of_work() as work:
            run(work.session, lost)
        assert told.value.connection_invalidated
        with store.reading() as session:
            assert run(session, count).scalar_one() == 0
