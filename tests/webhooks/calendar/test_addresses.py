"""Looking links up: everybody gets their own answer, and never one from before they asked."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from core.feeds import service
from core.sealing import fingerprint
from tests.core.feeds.hotel import Hotel
from webhooks.calendar.addresses import Addresses, Found, addresses

Answered = TypeVar("Answered")


def asked(hotel: Hotel, ask: Callable[[Addresses], Awaitable[Answered]]) -> Answered:
    async def whole() -> Answered:
        looked_up = addresses(hotel.store.database, 2.0, lambda: None)
        try:
            return await ask(looked_up)
        finally:
            await looked_up.close()

    return asyncio.run(whole())


def version(found: Found | None) -> int:
    assert found is not None
    return found.version


def test_many_who_ask_at_once_get_each_their_own_answer(hotel: Hotel) -> None:
    known = [fingerprint(hotel.token), fingerprint(hotel.rotate())]
    wanted = [*known, *(fingerprint(str(number)) for number in range(30))] * 3

    async def ask(looked_up: Addresses) -> list[Found | None]:
        return list(await asyncio.gather(*(looked_up.find(each) for each in wanted)))

    found = asked(hotel, ask)
    assert [each is not None for each in found] == [each in known for each in wanted]
    assert {each.link_id for each in found if each is not None} == {hotel.link_id}


def test_who_asks_after_a_commit_is_told_of_it_whoever_asks_at_the_same_time(hotel: Hotel) -> None:
    sha256 = fingerprint(hotel.token)

    def change() -> None:
        with hotel.store.unit_of_work() as work:
            service.changed(work, [hotel.room_id])

    async def ask(looked_up: Addresses) -> list[tuple[int, int]]:
        seen = []
        for _ in range(20):
            before = asyncio.ensure_future(looked_up.find(sha256))
            await asyncio.to_thread(change)
            at_once = await asyncio.gather(*(looked_up.find(sha256) for _ in range(3)))
            assert len({version(each) for each in at_once}) == 1
            seen.append((version(await before), version(at_once[0])))
        return seen

    first = version(asked(hotel, lambda looked_up: looked_up.find(sha256)))
    seen = asked(hotel, ask)
    assert [told for _, told in seen] == [first + number for number in range(1, 21)]
    assert all(earlier <= told for earlier, told in seen)


def test_an_address_that_ended_is_not_remembered(hotel: Hotel) -> None:
    sha256 = fingerprint(hotel.token)

    async def ask(looked_up: Addresses) -> tuple[Found | None, Found | None]:
        before = await looked_up.find(sha256)
        await asyncio.to_thread(hotel.end_addresses)
        return before, await looked_up.find(sha256)

    before, after = asked(hotel, ask)
    assert (before is not None, after) == (True, None)
