"""Properties, room types and rooms made one by one, by several people at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from core.db.work import Store
from core.errors import DaudaError
from core.events.service import By
from core.inventory import audit
from core.properties import service
from core.properties.errors import CodeTaken, NameTaken
from core.properties.models import Property, Room
from core.properties.service import NewProperty, NewRoom
from tests.support.hotel import Hotel, make_hotel, open_store

AT_ONCE = 6
KIGELIA = NewProperty("kigelia", "Kigelia House", "Africa/Kampala", "UGX")


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """Give a store on an empty database."""
    with open_store(database_url) as opened:
        yield opened


@pytest.fixture
def hotel(store: Store) -> Hotel:
    """Give the example hotel."""
    return make_hotel(store)


def make(store: Store, hotel: Hotel, name: str) -> type[DaudaError] | None:
    try:
        with store.unit_of_work() as work:
            service.make_room(work, hotel.property_id, NewRoom(hotel.types["DBL"], name), By())
    except DaudaError as refusal:
        return type(refusal)
    return None


def test_of_people_who_give_one_name_at_once_one_makes_the_room(store: Store, hotel: Hotel) -> None:
    with ThreadPoolExecutor(AT_ONCE) as threads:
        came = list(threads.map(lambda _: make(store, hotel, "8"), range(AT_ONCE)))
    assert sorted(map(str, came)) == sorted(map(str, [None, *[NameTaken] * (AT_ONCE - 1)]))
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Room).where(Room.name == "8")) == 1
        assert audit.differences(session, store.clock.now()) == []


def test_a_code_is_one_propertys_whoever_is_first(store: Store) -> None:
    def made(_: int) -> type[DaudaError] | None:
        try:
            with store.unit_of_work() as work:
                service.make_property(work, KIGELIA, By())
        except DaudaError as refusal:
            return type(refusal)
        return None

    with ThreadPoolExecutor(AT_ONCE) as threads:
        came = list(threads.map(made, range(AT_ONCE)))
    assert sorted(map(str, came)) == sorted(map(str, [None, *[CodeTaken] * (AT_ONCE - 1)]))
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Property)) == 1
