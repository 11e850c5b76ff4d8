"""The shelf of prepared feeds: one build for many, bounded, never behind."""

import asyncio
import threading
import time
from datetime import UTC, date, datetime

import pytest

from core.feeds.queries import Feed
from webhooks.calendar.prepared import Prepared, prepare
from webhooks.calendar.shelf import FeedIsBehind, Key, Shelf

DAY = date(2026, 11, 20)
CHANGED = datetime(2026, 11, 20, 18, 40, tzinfo=UTC)


def prepared(version: int = 1, link_id: int = 1) -> Prepared:
    """A small prepared feed."""
    return prepare(Feed(link_id, version, CHANGED, DAY, "Africa/Nairobi", b"BEGIN:VCALENDAR\r\n"))


def key(version: int = 1, link_id: int = 1) -> Key:
    """Where it lies."""
    return (link_id, version, CHANGED, DAY)


def put(shelf: Shelf, place: Key, found: Prepared | None) -> Prepared | None:
    """Have `found` built for `place`."""
    return asyncio.run(shelf.built(place, lambda: found, 5))


def test_what_was_built_is_kept_for_its_version_and_day_alone() -> None:
    shelf = Shelf()
    put(shelf, key(), prepared())

    assert shelf.get(key()) == prepared()
    assert shelf.get(key(version=2)) is None
    assert shelf.get((1, 1, CHANGED, date(2026, 11, 21))) is None
    # After a restored backup a version's number comes again, at another time.
    assert shelf.get((1, 1, datetime(2026, 11, 21, tzinfo=UTC), DAY)) is None


def test_many_who_ask_at_once_wait_for_one_build() -> None:
    shelf = Shelf()
    built: list[int] = []

    def slowly() -> Prepared:
        time.sleep(0.05)
        built.append(1)
        return prepared()

    async def crowd() -> list[Prepared | None]:
        return list(await asyncio.gather(*(shelf.built(key(), slowly, 5) for _ in range(50))))

    assert asyncio.run(crowd()) == [prepared()] * 50
    assert len(built) == 1


def test_a_snapshot_newer_than_asked_for_is_given_and_not_kept_under_the_old_version() -> None:
    shelf = Shelf()

    assert put(shelf, key(version=1), prepared(version=2)) == prepared(version=2)
    assert shelf.get(key(version=1)) is None


def test_a_snapshot_older_than_asked_for_is_refused() -> None:
    shelf = Shelf()

    with pytest.raises(FeedIsBehind):
        put(shelf, key(version=2), prepared(version=1))
    assert shelf.get(key(version=2)) is None


def test_a_build_that_fails_fails_for_all_who_wait_and_is_tried_again() -> None:
    shelf = Shelf()

    def failing() -> Prepared:
        raise OSError

    async def crowd() -> list[Prepared | BaseException | None]:
        waiting = (shelf.built(key(), failing, 5) for _ in range(3))
        return list(await asyncio.gather(*waiting, return_exceptions=True))

    assert [type(outcome) for outcome in asyncio.run(crowd())] == [OSError] * 3
    assert put(shelf, key(), prepared()) == prepared()


def test_a_build_that_takes_too_long_is_not_waited_for_and_kept_when_it_comes() -> None:
    shelf = Shelf()
    go_on = threading.Event()

    def hanging() -> Prepared:
        go_on.wait(10)
        return prepared()

    async def impatient() -> None:
        with pytest.raises(TimeoutError):
            await shelf.built(key(), hanging, 0.05)
        go_on.set()
        assert await shelf.built(key(), hanging, 5) == prepared()

    asyncio.run(impatient())
    assert shelf.get(key()) == prepared()


def test_the_ones_not_asked_for_longest_make_room() -> None:
    shelf = Shelf(capacity=3 * prepared().size)
    for link_id in (1, 2, 3):
        put(shelf, key(link_id=link_id), prepared(link_id=link_id))
    assert shelf.get(key(link_id=1)) is not None
    put(shelf, key(link_id=4), prepared(link_id=4))

    kept = {link_id for link_id in (1, 2, 3, 4) if shelf.get(key(link_id=link_id)) is not None}
    assert kept == {1, 3, 4}
    assert shelf._size <= 3 * prepared().size


def test_one_larger_than_the_shelf_is_given_and_not_kept() -> None:
    shelf = Shelf(capacity=10)

    assert put(shelf, key(), prepared()) == prepared()
    assert shelf.get(key()) is None
    assert shelf._size == 0


def test_what_is_built_while_the_shelf_is_cleared_is_not_kept() -> None:
    shelf = Shelf()
    go_on = threading.Event()

    def slowly() -> Prepared:
        go_on.wait(10)
        return prepared()

    async def replaced_meanwhile() -> Prepared | None:
        building = asyncio.ensure_future(shelf.built(key(), slowly, 5))
        await asyncio.sleep(0)
        shelf.clear()
        go_on.set()
        return await building

    assert asyncio.run(replaced_meanwhile()) == prepared()
    assert shelf.get(key()) is None
