"""A house whose villa and annex share room 2; rooms 1 and 4 are theirs alone, room 5 is nobody's."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from core.events.service import By
from core.inventory.models import RoomPart
from tests.support.desk import Desk
from tests.support.hotel import make_hotel, open_store
from tests.support.truth import must_be_true

PARTS = {"villa": ("1", "2"), "annex": ("2", "4")}
ROOMS = {"villa": "VILLA", "annex": "ANNEX", "1": "DBL", "2": "TWN", "4": "DBL", "5": "DBL"}


@contextmanager
def open_villas(url: str, links: Iterable[tuple[str, str]], rooms: dict[str, str] = ROOMS) -> Iterator[Desk]:
    """Give the desk of that house in the migrated database at `url`; at the end its books must agree."""
    with open_store(url) as store:
        hotel = make_hotel(store, rooms, links=links)
        with store.unit_of_work() as work:
            work.session.add_all(
                RoomPart(whole_id=hotel.rooms[whole], part_id=hotel.rooms[part], property_id=hotel.property_id)
                for whole, parts in PARTS.items()
                for part in parts
            )
        yield Desk(store, hotel, By(hotel.people["Amina"], "console"))
        must_be_true(store)
