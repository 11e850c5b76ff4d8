"""Reservations made and cancelled a second at one, eight and 32 writers, against the same statements alone."""

from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal

import pytest

from core.events.service import By
from core.reservations import service
from core.reservations.commands import BookReservation, CancelReservation, Guest, RoomWanted
from core.reservations.models import Reservation
from core.stays.models import Stay
from core.values.nights import ONE_NIGHT, Nights
from tests.bench import house_of_writers
from tests.bench.conftest import Hold
from tests.bench.house_of_writers import RECORDED, House, compared, number_of, type_of
from tests.bench.writers import Cell, Recording, Replay, recorded

pytestmark = pytest.mark.bench
BY = By(None, "bench")
PRICE = Decimal("4500.00")


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    """Give a house with room for more reservations than the bench makes."""
    with house_of_writers.opened(database_url) as opened:
        yield opened


def test_reservations_by_many_writers(house: House, hold: Hold) -> None:
    with closing(Replay(house.store.database, _recorded(house))) as replay:
        hold(lambda: compared(house, "reserved and cancelled", "a second", lambda cell: _both(house, cell), replay))


def _both(house: House, cell: Cell) -> None:
    _cancel(house, _book(house, cell))


def _book(house: House, cell: Cell) -> Reservation:
    room, night = cell
    wanted = RoomWanted(Nights(night, night + ONE_NIGHT), room_id=room, prices={night: PRICE})
    with house.store.unit_of_work() as work:
        return service.book(work, BookReservation(house.property_id, (wanted,), Guest("John")), BY).reservation


def _cancel(house: House, made: Reservation) -> None:
    with house.store.unit_of_work() as work:
        service.cancel(work, CancelReservation(made.id, made.revision), BY)


def _recorded(house: House) -> Recording:
    """The statements of one reservation, and of its end."""
    made, booked = recorded(house.store, lambda: _book(house, RECORDED))
    _, cancelled = recorded(house.store, lambda: _cancel(house, made))
    with house.store.reading() as session:
        stay = session.query(Stay).filter_by(reservation_id=made.id).one()
    unique = {
        stay.uid: lambda cell: f"{number_of(cell):X}",
        made.code: lambda cell: f"{number_of(cell):X}",
    }  # fmt: skip
    return Recording((booked, cancelled), RECORDED, {"stays": stay.id, "reservations": made.id}, unique, type_of)
