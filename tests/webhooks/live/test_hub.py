"""The hub: no gap and no repetition at the seam between what happened before and what happens now."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from core.events.log import Entry
from tests.support.desk import Desk, nights, open_desk
from tests.support.hotel import make_hotel
from webhooks.live import hub as hubs
from webhooks.live.hub import FellBehind, Following, Hub


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Give a hotel's desk on each engine."""
    with open_desk(database_url) as opened:
        yield opened


class Rung:
    """A bell that the test rings."""

    def __init__(self) -> None:
        self.heard: list[Callable[[], None]] = []

    def listen(self, heard: Callable[[], None]) -> Callable[[], None]:
        self.heard.append(heard)
        return lambda: self.heard.remove(heard)

    def ring(self) -> None:
        for heard in tuple(self.heard):
            heard()


async def take(following: Following, count: int) -> list[Entry]:
    return [await asyncio.wait_for(anext(following.entries), 10) for _ in range(count)]


def test_everything_is_told_once_while_it_goes_on_happening(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of three, a reader that joins in the middle of forty commits."""
    monkeypatch.setattr(hubs, "BATCH", 3)
    bell = Rung()
    house = replace(desk, store=replace(desk.store, bell=bell.ring))
    hub = Hub(desk.store, bell.listen, every=60)
    here = frozenset({desk.hotel.property_id})

    async def play() -> tuple[list[int], list[int]]:
        for first in range(7):
            house.block("3", nights(first, 1))
        going_on = asyncio.gather(
            *(asyncio.to_thread(house.block, "4", nights(first, 1)) for first in range(20)),
            *(asyncio.to_thread(house.block, "7", nights(first, 1)) for first in range(20)),
        )
        async with hub.follow(here, None) as early, hub.follow(here, desk.events()[0].id) as late:
            seen = await take(late, 46)
            await going_on
            first = early.last
            count = sum(event.id > first for event in desk.events())
            return [entry.id for entry in seen], [entry.id for entry in await take(early, count)]

    late, early = asyncio.run(play())
    every = [event.id for event in desk.events()]
    assert sorted(late) == every[1:]
    assert sorted(early) == [each for each in every if each in early]
    assert len(early) == len(set(early))


def test_the_hub_looks_by_itself_when_no_bell_rings(desk: Desk) -> None:
    async def play() -> list[Entry]:
        hub = Hub(desk.store, every=0.05)
        async with hub.follow(frozenset({desk.hotel.property_id}), None) as following:
            waiting = asyncio.ensure_future(take(following, 1))
            await asyncio.sleep(0.1)
            await asyncio.to_thread(desk.block, "3", nights(0, 1))
            return await waiting

    (entry,) = asyncio.run(play())
    assert entry.facts["room"] == "3"


def test_followers_of_two_properties_hear_each_their_own(desk: Desk) -> None:
    other = make_hotel(desk.store, code="acacia", staff={}, links=())
    elsewhere = replace(desk, hotel=other)

    async def play() -> tuple[list[Entry], list[Entry]]:
        hub = Hub(desk.store, every=0.02)
        here, there = frozenset({desk.hotel.property_id}), frozenset({other.property_id})
        async with hub.follow(here, None) as one, hub.follow(there, None) as two:
            both = asyncio.gather(take(one, 2), take(two, 2))
            for first in range(2):
                await asyncio.to_thread(desk.block, "3", nights(first, 1))
                await asyncio.to_thread(elsewhere.block, "3", nights(first, 1))
            return await both

    here, there = asyncio.run(play())
    assert {entry.property_id for entry in here} == {desk.hotel.property_id}
    assert {entry.property_id for entry in there} == {other.property_id}


def test_who_takes_less_than_happens_is_told_from_where_to_come_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "BACKLOG", 2)

    async def play() -> tuple[list[Entry], int]:
        hub = Hub(desk.store, every=0.02)
        async with hub.follow(frozenset({desk.hotel.property_id}), None) as slow:
            first = asyncio.ensure_future(take(slow, 1))
            await asyncio.sleep(0.1)
            await asyncio.to_thread(desk.block, "3", nights(0, 1))
            seen = await first
            for each in range(1, 6):
                await asyncio.to_thread(desk.block, "3", nights(each, 1))
            await asyncio.sleep(0.2)
            try:
                while True:
                    seen += await take(slow, 1)
            except FellBehind as behind:
                return seen, behind.facts["last"]

    seen, last = asyncio.run(play())
    assert last == seen[-1].id
    assert [entry.id for entry in seen] == [event.id for event in desk.events()][: len(seen)]
    assert len(seen) < 6
