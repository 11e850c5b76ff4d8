"""The feed of a type over HTTP: a change of any of its rooms gives it a new version (R3)."""

from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import select, update

from core.channels.models import ChannelLink
from core.feeds import service, versions
from core.feeds.models import FeedVersion
from core.inventory.models import InventoryDay
from core.properties.models import Room, RoomType
from tests.core.feeds.hotel import Hotel, november, open_hotel
from tests.webhooks.calendar.edge import edge_of, get, talk


@pytest.fixture
def hotel(database_url: str) -> Iterator[Hotel]:
    """Give a hotel whose link sells both doubles, once on each engine."""
    with open_hotel(database_url) as founded:
        with founded.store.unit_of_work() as work:
            columns = {"room_id": None, "type_id": founded.type_id}
            work.session.execute(update(ChannelLink).where(ChannelLink.id == founded.link_id).values(columns))
        yield founded


def sell(hotel: Hotel, room_id: int, sold: int) -> None:
    """Count `sold` doubles on 21 November, by a change of one room."""
    with hotel.store.unit_of_work() as work:
        work.session.merge(
            InventoryDay(
                type_id=hotel.type_id,
                night=november(21),
                total=2,
                sold=sold,
                blocked=0,
                contested=0,
                keep_back=0,
                allowance=0,
                stop_sell=False,
            )
        )
        service.changed(work, [room_id])


def version(hotel: Hotel) -> int:
    """The version of the type's feed."""
    with hotel.store.reading() as session:
        return session.scalar(select(versions.version_of()).select_from(ChannelLink)) or 0


def test_r03_the_feed_of_a_type_is_served_and_follows_each_of_its_rooms(hotel: Hotel) -> None:
    async def thrice(client: httpx.AsyncClient) -> list[httpx.Response]:
        answers = [await client.get(hotel.path)]
        sell(hotel, hotel.room_id, 1)
        answers.append(await client.get(hotel.path))
        sell(hotel, hotel.other_room_id, 2)
        return [*answers, await client.get(hotel.path)]

    free, one_sold, sold_out = talk(edge_of(hotel), thrice)
    assert [answer.status_code for answer in (free, one_sold, sold_out)] == [200, 200, 200]
    assert b"X-WR-CALNAME:Double " in free.content
    assert b"20261121" not in one_sold.content
    assert b"DTSTART;VALUE=DATE:20261121\r\nDTEND;VALUE=DATE:20261122" in sold_out.content


def test_r03_a_feed_that_has_not_changed_is_not_sent_again(hotel: Hotel) -> None:
    sell(hotel, hotel.room_id, 2)
    etag = get(hotel, hotel.path).headers["etag"]
    assert get(hotel, hotel.path, if_none_match=etag).status_code == 304
    sell(hotel, hotel.other_room_id, 1)
    assert get(hotel, hotel.path, if_none_match=etag).status_code == 200


def test_r03_the_version_of_a_type_rises_when_a_room_takes_its_own_along(hotel: Hotel) -> None:
    sell(hotel, hotel.other_room_id, 1)
    for _ in range(5):
        sell(hotel, hotel.room_id, 1)
    before = version(hotel)
    with hotel.store.unit_of_work() as work:
        twin = RoomType(property_id=hotel.property_id, code="TWN", name="Twin")
        work.session.add(twin)
        work.session.flush()
        work.session.execute(update(Room).where(Room.id == hotel.room_id).values(type_id=twin.id))
        taken_along = work.session.get_one(FeedVersion, hotel.room_id).version
        versions.room_left(work, hotel.room_id, hotel.type_id)
    assert taken_along > 1
    assert version(hotel) > before


def test_r06_a_type_all_of_whose_rooms_are_gone_says_busy(hotel: Hotel) -> None:
    with hotel.store.unit_of_work() as work:
        work.session.execute(update(Room).values(removed_at=work.now))
        service.changed(work, [hotel.room_id])
    answer = get(hotel, hotel.path)
    assert answer.status_code == 200
    assert answer.content.count(b"BEGIN:VEVENT") == 1
    assert b"DTSTART;VALUE=DATE:20261119" in answer.content
