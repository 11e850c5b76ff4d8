"""The jobs of one process over the example hotel, with WhatsApp's other side, under a clock that tests move."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from bot import inbox
from bot.models import OutgoingMessage
from bot.outbound import write
from bot.replies.render import Rendered
from core.config import Settings, load
from core.db.work import Store
from core.outbox import effects
from core.outbox import service as outbox
from core.outbox.models import Due
from core.outbox.service import Lease
from core.staff.models import ChatAddress
from tests.fakes.twilio import FakeTwilio
from tests.support.hotel import SEALER, Hotel, clock_of, make_hotel, open_store
from workers import house
from workers.broker import QUEUE
from workers.context import Context
from workers.house import Jobs

AMINA, JUMA = "+254700000001", "+254700000002"


@dataclass(frozen=True, slots=True)
class Place:
    """A hotel with two people on WhatsApp, and what its jobs work with."""

    store: Store
    hotel: Hotel
    settings: Settings
    context: Context
    twilio: FakeTwilio

    def alert(self, who: str, text: str) -> int:
        """Write a message that nobody sends at once; the id of its row in the outbox."""
        with self.store.unit_of_work() as work:
            conversation = inbox.open_conversation(work, "whatsapp", f"whatsapp:{who}")
            message = write(work, conversation, Rendered(text))
            return outbox.add(work, effects.Say(message.id, conversation.id)).id

    def texts(self, who: str) -> list[str]:
        """What stands on a phone."""
        return [shown.text for shown in self.twilio.inbox(who)]

    def due(self, due_id: int) -> Due:
        """Look at a row of the outbox."""
        with self.store.reading() as session:
            return session.get_one(Due, due_id)

    def dues(self, kind: str) -> list[Due]:
        """Look at all rows of one kind."""
        with self.store.reading() as session:
            return list(session.scalars(select(Due).where(Due.kind == kind).order_by(Due.id)))

    def message(self, due_id: int) -> OutgoingMessage:
        """Look at the message that a row sends."""
        with self.store.reading() as session:
            return session.get_one(OutgoingMessage, int(str(self.due(due_id).facts["message_id"])))

    def lease(self, due_id: int) -> Lease:
        """Lease one row, as a relay would."""
        with self.store.unit_of_work() as work:
            (lease,) = outbox.lease(work, 1, only=[due_id])
            return lease

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        clock_of(self.store).advance(timedelta(seconds=seconds))

    @contextmanager
    def jobs(self, redis_url: str | None = None) -> Iterator[Jobs]:
        """Give the jobs with a worker on the bell; the relay is rung by hand (`work_off`)."""
        settings = load(environment(self.settings.var_dir, self.settings.database_url, self.twilio, redis_url), None)
        made = house.jobs(settings, self.context, threads=2)
        assert made.worker is not None
        made.worker.start()
        try:
            yield made
        finally:
            made.stop()


def work_off(jobs: Jobs) -> int:
    """Relay and wait until nothing is due; how many rows were leased."""
    count = 0
    while leased := jobs.relay.once():
        count += leased
        jobs.broker.join(QUEUE)
        wait_for_workers(jobs)
    return count


def wait_for_workers(jobs: Jobs) -> None:
    """Return when no job runs any more: Redis's queue is empty before the last job has ended."""
    assert jobs.worker is not None
    jobs.worker.join()


def environment(folder: Path, url: str, twilio: FakeTwilio, redis_url: str | None = None) -> dict[str, str]:
    """The settings of a house on `url` whose WhatsApp is `twilio`."""
    account = twilio.settings
    return {
        "DAUDA_VAR_DIR": str(folder), "DAUDA_SECRET_KEY": "a key for tests", "DAUDA_DATABASE_URL": url,
        "TWILIO_ACCOUNT_SID": account.account_sid, "TWILIO_AUTH_TOKEN": account.auth_token,
        "TWILIO_WHATSAPP_FROM": account.whatsapp_from, "TWILIO_API_BASE_URL": account.api_base_url,
        "TWILIO_CONTENT_BASE_URL": account.content_base_url, "DAUDA_REDIS_URL": redis_url or "",
    }  # fmt: skip


@contextmanager
def open_place(url: str, folder: Path) -> Iterator[Place]:
    """Give the hotel in the migrated database at `url`."""
    twilio = FakeTwilio()
    try:
        with open_store(url) as store:
            hotel = make_hotel(store)
            with store.unit_of_work() as work:
                for name, number in (("Amina", AMINA), ("Juma", JUMA)):
                    person = hotel.people[name]
                    work.session.add(ChatAddress(person_id=person, transport="whatsapp", external_id=number))
            settings = load(environment(folder, url, twilio), None)
            context = house.context(settings, store, SEALER)
            yield Place(store, hotel, settings, context, twilio)
            for transport in context.transports.values():
                transport.close()
    finally:
        twilio.close()
