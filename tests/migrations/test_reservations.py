"""Stays that were there before reservations get theirs, on both engines, and keep everything else."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine, text

from core.db.migrate import alembic_config
from core.db.work import UnitOfWork
from core.events.service import By
from core.properties.models import Property
from core.reservations import audit, following, opening
from core.reservations.contents import Part
from core.reservations.models import Reservation
from core.values.nights import Nights
from tests.support import postgres
from tests.support.databases import ENGINES
from tests.support.hotel import open_store

_STAYS = (
    # id, room, arrival, departure, reason, state, guest, price, source, reference, checked in
    (1, 1, "2030-01-01", "2030-01-03", "guest", "holding", "Mary", "100", "airbnb", "HM1", None),
    (2, 2, "2030-01-01", "2030-01-04", "guest", "contested", "Mary", "50", "airbnb", "HM1", None),
    (3, 1, "2030-02-01", "2030-02-03", "walk_in", "holding", "John", "7", None, None, None),
    (4, 1, "2030-03-01", "2030-03-03", "owner", "holding", None, None, None, None, None),
    (5, 1, "2030-04-01", "2030-04-03", "guest", "released", "Grace", None, "airbnb", "HM1", None),
    (6, 2, "2020-04-01", "2020-04-03", "guest", "holding", None, None, "airbnb", None, "2020-04-01 15:00:00"),
    (7, 1, "2030-05-01", "2030-05-03", "guest", "shadowed", None, None, "airbnb", "HM7", None),
    (8, 1, "2030-06-01", "2030-06-03", "guest", "holding", None, None, None, None, None),
)


@pytest.fixture(params=ENGINES)
def before(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give a database of the schema before, with stays of all kinds."""
    url = f"sqlite:///{tmp_path / 'old.db'}" if request.param == "sqlite" else None
    made = url or postgres.create_database(postgres.server_url())
    command.upgrade(alembic_config(made), "0004")
    engine = create_engine(made)
    with engine.begin() as connection:
        for statement in _statements():
            connection.execute(text(statement))
    engine.dispose()
    yield made
    if url is None:
        postgres.drop_database(made)


def _statements() -> Iterator[str]:
    at = "'2026-01-01 00:00:00'"
    yield (
        "INSERT INTO properties (id, code, name, timezone, currency, language, made_at, conflict_preference) "
        f"VALUES (1, 'baobab', 'Baobab', 'Africa/Nairobi', 'KES', 'en', {at}, 'first')"
    )
    yield "INSERT INTO room_types (id, property_id, code, name) VALUES (1, 1, 'DBL', 'Double')"
    for room in (1, 2):
        yield (
            "INSERT INTO rooms (id, property_id, type_id, name, position, aliases) "
            f"VALUES ({room}, 1, 1, '{room}', {room}, '[]')"
        )
    for number, room, arrival, departure, reason, state, *facts in _STAYS:
        guest, price, source, reference, came = (f"'{one}'" if one is not None else "NULL" for one in facts)
        yield (
            "INSERT INTO stays (id, uid, property_id, room_id, assigned, arrival, departure, reason, state, guest, "
            "price, source, reference, checked_in_at, made_at, changed_at, revision) VALUES "
            f"({number}, 'u{number}', 1, {room}, true, '{arrival}', '{departure}', '{reason}', '{state}', {guest}, "
            f"{price.strip(chr(39))}, {source}, {reference}, {came}, {at}, {at}, 1)"
        )
    yield (
        "INSERT INTO follow_ups (id, property_id, stay_id, conflict_id, kind, made_at) "
        f"VALUES (1, 1, 7, NULL, 'cancel_there', {at})"
    )


def test_every_sold_stay_gets_a_reservation(before: str) -> None:
    command.upgrade(alembic_config(before), "head")
    engine = create_engine(before)
    with engine.connect() as connection:
        of_stay: dict[int, int | None] = dict(
            connection.execute(text("SELECT id, reservation_id FROM stays ORDER BY id")).all()
        )
        rows = connection.execute(
            text("SELECT id, code, source, reference, state, booker, total, number FROM reservations ORDER BY id")
        ).all()
    engine.dispose()
    assert of_stay == {1: 1, 2: 1, 3: 3, 4: None, 5: 5, 6: 6, 7: 7, 8: 8}
    told = [(*row[:6], None if row[6] is None else int(row[6]), row[7]) for row in rows]
    assert told == [
        (1, "R1", "airbnb", "HM1", "confirmed", "Mary", 150, 1),
        (3, "R3", "walk_in", None, "confirmed", "John", 7, 1),
        (5, "R5", "airbnb", "HM1", "cancelled", "Grace", None, 1),
        (6, "R6", "airbnb", None, "checked_out", None, None, 1),
        (7, "R7", "airbnb", "HM7", "cancelled", None, None, 1),
        (8, "R8", "direct", None, "confirmed", None, None, 1),
    ]


def test_what_was_made_goes_on_as_if_it_had_always_been_there(before: str) -> None:
    command.upgrade(alembic_config(before), "head")
    with open_store(before) as store:
        with store.reading() as session:
            assert audit.faults(session) == {}
        with store.unit_of_work() as work:
            _follow_all(work)
            rows = work.session.query(Reservation).order_by(Reservation.id).all()
            assert [(row.number, row.contents is not None) for row in rows] == [(1, True)] * 6
            # The next number is free, on PostgreSQL too.
            place = work.session.get_one(Property, 1)
            part = Part("u", 1, None, Nights(date(2030, 7, 1), date(2030, 7, 2)))
            assert opening.open_one(work, place, opening.Opening("direct"), (part,), None).reservation_id == 9
            work.session.rollback()
        with store.reading() as session:
            assert audit.faults(session) == {}


def test_going_back_loses_nothing_but_the_reservations(before: str) -> None:
    command.upgrade(alembic_config(before), "0005")
    command.downgrade(alembic_config(before), "0004")
    engine = create_engine(before)
    with engine.connect() as connection:
        stays = connection.execute(text("SELECT id, guest, reference FROM stays ORDER BY id")).all()
        tasks = connection.execute(text("SELECT stay_id FROM follow_ups")).all()
    engine.dispose()
    assert [tuple(row) for row in stays] == [(stay[0], stay[6], stay[9]) for stay in _STAYS]
    assert [tuple(row) for row in tasks] == [(7,)]


def _follow_all(work: UnitOfWork) -> None:
    for row in work.session.query(Reservation).order_by(Reservation.id):
        following.follow(work, row.id, By())
