"""Blocks a second at one, eight and 32 writers, against the same statements without SQLAlchemy."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from core.db.work import Store
from core.events.service import By
from core.stays import service
from core.stays.commands import BlockRoom
from core.stays.models import Stay
from core.values.nights import ONE_NIGHT, Nights
from tests.bench import house_of_writers
from tests.bench.conftest import Hold
from tests.bench.house_of_writers import RECORDED, House, compared, number_of, type_of
from tests.bench.writers import Cell, Recording, Replay, recorded

pytestmark = pytest.mark.bench


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    """Give a house with room for more blocks than the bench makes."""
    with house_of_writers.opened(database_url) as opened:
        yield opened


def test_blocks_by_many_writers(house: House, hold: Hold) -> None:
    with closing(Replay(house.store.database, _recorded(house))) as replay:
        hold(lambda: compared(house, "blocks", "blocks/s", lambda cell: _block(house.store, cell), replay))


def _block(store: Store, cell: Cell) -> int:
    room, night = cell
    with store.unit_of_work() as work:
        return service.block(work, BlockRoom(room, Nights(night, night + ONE_NIGHT)), By(None, "bench")).stay.id


def _recorded(house: House) -> Recording:
    """The statements of one block."""
    stay_id, statements = recorded(house.store, lambda: _block(house.store, RECORDED))
    with house.store.reading() as session:
        uid = session.get_one(Stay, stay_id).uid
    return Recording((statements,), RECORDED, {"stays": stay_id}, {uid: lambda cell: f"{number_of(cell):X}"}, type_of)
