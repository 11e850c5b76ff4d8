"""Both buses against the real thing: every event at least once, a property's in order, nothing lost by a crash."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
import redis
from confluent_kafka import OFFSET_BEGINNING, Consumer, Producer, TopicPartition

from core.errors import Down
from core.events import log
from core.events.log import BEGINNING, Entry
from core.outbox import service as outbox
from core.outbox.effects import PublishEvents
from tests.support.desk import Desk, nights, open_desk
from tests.support.event_log import settle
from tests.support.hotel import SEALER
from tests.support.redis import RedisServer
from workers.bus.base import EventBus
from workers.bus.kafka import Kafka
from workers.bus.redis_streams import STREAM, RedisStreams
from workers.context import Context
from workers.jobs import events as jobs

GUEST = "Wanjiku Canary"
Seen = Callable[[], list[dict[str, Any]]]
"""What a program on the other side has read by now."""


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Give a hotel in which three things happened."""
    with open_desk(database_url) as opened:
        for first in range(3):
            opened.block("3", nights(first, 1), guest=GUEST)
        yield opened


@pytest.fixture(scope="module")
def brokers() -> Iterator[str]:
    """Give the address of librdkafka's own cluster, which lives as long as this client."""
    owner = Producer({"bootstrap.servers": "unused:1", "test.mock.num.brokers": 1, "log_level": 0})
    yield ",".join(f"{one.host}:{one.port}" for one in owner.list_topics(timeout=10).brokers.values())
    del owner


@pytest.fixture(params=["redis", "kafka"])
def bus(request: pytest.FixtureRequest) -> Iterator[tuple[EventBus, Seen]]:
    """Give each bus with somebody who reads it."""
    if request.param == "redis":
        url = request.getfixturevalue("redis_url")
        made: EventBus = RedisStreams(url)
        yield made, lambda: _of_stream(url)
    else:
        address = request.getfixturevalue("brokers")
        prefix = f"{request.node.name.replace('[', '.').replace(']', '')}."
        made = Kafka(address, prefix)
        yield made, lambda: _of_topic(address, f"{prefix}events")
    made.close()


def _of_stream(url: str) -> list[dict[str, Any]]:
    with redis.Redis.from_url(url) as client:
        return [json.loads(fields[b"event"]) for _, fields in client.xrange(STREAM)]


def _of_topic(brokers: str, topic: str) -> list[dict[str, Any]]:
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": topic, "enable.auto.commit": False, "log_level": 0})
    parts = consumer.list_topics(topic, timeout=5).topics[topic].partitions
    consumer.assign([TopicPartition(topic, part, OFFSET_BEGINNING) for part in parts])
    told = []
    while (message := consumer.poll(0.5)) is not None:
        if message.error() is None:
            value = message.value()
            assert value is not None
            told.append(json.loads(value))
    consumer.close()
    return told


def publish(desk: Desk, bus: EventBus) -> None:
    """Run the job once, as its line of the timetable does, when no other test's transaction holds the log up."""
    settle(desk.store)
    with desk.store.unit_of_work() as work:
        due = outbox.add(work, PublishEvents())
        (lease,) = outbox.lease(work, 1, only=[due.id])
    jobs.publish(Context(desk.store, {}, SEALER, "http://127.0.0.1", bus=bus), lease)


def test_what_was_committed_is_published_in_order_and_once_when_all_goes_well(
    desk: Desk, bus: tuple[EventBus, Seen]
) -> None:
    made, seen = bus
    publish(desk, made)
    desk.block("4", nights(0, 1), guest=GUEST)
    publish(desk, made)
    publish(desk, made)
    told = seen()
    assert [one["id"] for one in told] == [event.id for event in desk.events()]
    assert {one["property"] for one in told} == {desk.hotel.property_id}
    assert GUEST not in str(told)


def test_a_crash_after_publishing_repeats_and_loses_nothing(
    desk: Desk, bus: tuple[EventBus, Seen], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, seen = bus

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("core.events.bus.advance", crash)
        with pytest.raises(KeyboardInterrupt):
            publish(desk, made)
    publish(desk, made)
    ids = [event.id for event in desk.events()]
    assert [one["id"] for one in seen()] == ids + ids


def test_an_unreachable_bus_is_down_and_is_given_everything_later(desk: Desk, redis_server: RedisServer) -> None:
    made = RedisStreams(redis_server.url)
    redis_server.kill()
    with pytest.raises(Down):
        publish(desk, made)
    redis_server.start()
    publish(desk, made)
    assert [one["id"] for one in _of_stream(redis_server.url)] == [event.id for event in desk.events()]
    made.close()


def test_kafka_that_does_not_answer_is_down(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.bus.kafka.PATIENCE", 0.5)
    made = Kafka("127.0.0.1:1", "dauda.")
    with pytest.raises(Down):
        made.publish(_entries(desk))
    made.close()


def _entries(desk: Desk) -> list[Entry]:
    with desk.store.reading() as session:
        return log.after(session, BEGINNING, 10)


def test_without_a_bus_nothing_is_done(desk: Desk) -> None:
    with desk.store.unit_of_work() as work:
        due = outbox.add(work, PublishEvents())
        (lease,) = outbox.lease(work, 1, only=[due.id])
    jobs.publish(replace(Context(desk.store, {}, SEALER, "http://127.0.0.1"), bus=None), lease)
    with desk.store.reading() as session:
        assert outbox.leased(session, lease.due_id, lease.attempt) is None
