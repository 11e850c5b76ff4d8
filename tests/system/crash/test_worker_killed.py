"""`dauda work` killed in the middle of sending: on PostgreSQL and Redis every message arrives, in order."""

import random
import time
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot import inbox
from bot.models import OutgoingMessage
from bot.outbound import write
from bot.replies.render import Rendered
from core.db.work import Store
from core.outbox import effects
from core.outbox import service as outbox
from tests.support import databases, run
from tests.support.postgres import Postgres
from tests.support.rounds import rounds
from tests.system.crash import books, loop
from tests.system.crash.house import Nursery

KILLS = rounds(quick=4, check=12, soak=300)
EACH = 10
"""Messages a chat gets per kill."""
pytestmark = [pytest.mark.crash, pytest.mark.timeout(120 + 10 * KILLS)]


def test_every_message_arrives_in_order_however_often_the_workers_are_killed(
    nursery: Nursery, tmp_path: Path, postgres_server: Postgres, redis_url: str
) -> None:
    url = postgres_server.fresh_database()
    databases.upgrade(url)
    chance = random.Random(7)
    with loop.hotel(nursery, tmp_path, url, DAUDA_REDIS_URL=redis_url) as (house, twilio, store):
        for round_ in range(KILLS):
            write_alerts(store, round_)
            before = sent(store)
            workers = [house.start("work", "--threads", "2") for _ in range(2)]
            run.wait_until(partial(more_than, before, store), "the first message of the round", patience=60)
            time.sleep(chance.uniform(0, 0.3))
            for worker in workers:
                house.kill(worker)
            loop.minutes_pass(store)
        house.start_cold("work")
        loop.rest(house, store)
        with store.reading() as session:
            found = books.read(session)
        assert list(books.undelivered(found, twilio)) == []
        for who in loop.STAFF:
            texts = list(dict.fromkeys(shown.text for shown in twilio.inbox(who)))
            assert texts == [f"Alert {n} of {round_}" for round_ in range(KILLS) for n in range(EACH)]
        again = books.repeated(found, twilio)
        print(f"\n{KILLS} kills, {len(found.said)} messages, {again} told again")  # noqa: T201 - for whoever asks with -s.


def write_alerts(store: Store, round_: int) -> None:
    """Write messages to everybody that nobody sends at once, as alerts are."""
    with store.unit_of_work() as work:
        for who in loop.STAFF:
            conversation = inbox.open_conversation(work, "whatsapp", f"whatsapp:{who}")
            for number in range(EACH):
                message = write(work, conversation, Rendered(f"Alert {number} of {round_}"))
                outbox.add(work, effects.Say(message.id, conversation.id))


def more_than(before: int, store: Store) -> bool:
    """Say whether anything was sent since `before`."""
    return sent(store) > before


def sent(store: Store) -> int:
    """How many messages are on record as sent."""
    with store.reading() as session:
        count = select(func.count()).select_from(OutgoingMessage).where(OutgoingMessage.sent_at.is_not(None))
        return session.scalar(count) or 0
