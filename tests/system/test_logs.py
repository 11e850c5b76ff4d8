"""The logs of a running house: no guest, phone, address or token in them, on whatever path."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.models import InboundMessage, Tap
from core.db.work import Store
from core.outbox.models import Due
from tests.fakes.twilio import FakeTwilio
from tests.support.run import wait_until
from tests.support.servers import free_port
from tests.system.crash import books, loop
from tests.system.crash.house import House, Nursery

AMINA = loop.STAFF[0]
BOT_TOKEN = "7654321098:AAcanary-bot-token-of-35-characters"
GUEST = "room 1 walk-in 2 nights Wanjiku Otieno 0712345678"
REFUSES = {
    "sqlite": "CREATE TRIGGER nobody BEFORE INSERT ON stays WHEN NEW.guest LIKE '%Kanari%' "
    "BEGIN SELECT RAISE(ABORT, 'not this guest'); END",
    "postgresql": "ALTER TABLE stays ADD CONSTRAINT nobody CHECK (guest NOT LIKE '%Kanari%')",
}
"""Makes the storing of one guest fail, in a way that quotes the row."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a house logged while everything went through it, and what must not be in it, by what it is."""

    log: str
    apology: str | None
    """The id under which the message that failed is answered."""
    canaries: dict[str, str]

    @property
    def leaks(self) -> set[str]:
        """What can be read."""
        return {what for what, canary in self.canaries.items() if canary in self.log}


def lived_through(nursery: Nursery, folder: Path, url: str, log_format: str, twist: str | None = None) -> Told:
    """Let a house live through good and bad messages, posts, sends, reads and starts."""
    telegram = {"TELEGRAM_BOT_TOKEN": BOT_TOKEN, "TELEGRAM_API_BASE_URL": f"http://127.0.0.1:{free_port()}"}
    with loop.hotel(nursery, folder, url, twist=twist, DAUDA_LOG_FORMAT=log_format, **telegram) as (
        house,
        twilio,
        store,
    ):
        before = len(house.log)
        with store.unit_of_work() as work:
            work.session.execute(text(REFUSES[url.partition(":")[0].partition("+")[0]]))
        house.serve()
        house.wait()
        messages(twilio, store)
        wait_until(lambda: house.log.count("job_not_done") >= 2, "what could not be sent to be logged")
        posts(house, twilio)
        with store.reading() as session:
            feed = books.feed_paths(session, house)["1"]
            taps = list(session.scalars(select(Tap.token)))
            answers = session.scalars(select(Due.correlation).where(Due.kind == "chat.say").order_by(Due.id)).all()
        house.get(feed)
        house.get(feed.replace("/ics/", "/ics/x"))
        house.get("/nowhere?guest=Wanjiku&phone=0712345678")
        canaries = {
            "guest": "Wanjiku", "failed guest": "Kanari", "guest's phone": "712345678", "staff's phone": AMINA[1:],
            "auth token": twilio.settings.auth_token, "bot token": BOT_TOKEN[11:], "feed token": feed[5:-4],
            "secret key": house.settings["DAUDA_SECRET_KEY"], "unknown tap": "canarytap",
            **{f"tap {number}": token for number, token in enumerate(taps)},
        }  # fmt: skip
        assert taps
        return Told(house.log[before:], answers[2], canaries)


def messages(twilio: FakeTwilio, store: Store) -> None:
    """Write what is done, what is refused, what fails, and what cannot be answered."""
    twilio.say(AMINA, GUEST)
    twilio.say(AMINA, GUEST)
    twilio.say(AMINA, "room 2 walk-in tonight Wanjiku Kanari 0712345678")
    twilio.wait(AMINA, 3)
    twilio.refuse("messages", 400, 21610, times=2)
    twilio.say(AMINA, "hello")
    twilio.deliver(twilio.form(AMINA, Body="Undo", ButtonPayload="canarytap" + "a" * 12, MessageType="button"))
    wait_until(lambda: handled(store) == 5, "five messages to be handled")
    twilio.lose_answer("messages")
    twilio.say("+254799999999", "I am Wanjiku, 0712345678, wanjiku@guest.example")
    wait_until(lambda: handled(store) == 6, "six messages to be handled")


def posts(house: House, twilio: FakeTwilio) -> None:
    """Post what is not Twilio's, nobody's and nothing."""
    form = twilio.form(AMINA, Body="Wanjiku 0712345678")
    assert twilio.post(form, "/webhooks/twilio", "nonsense").status_code == 403
    assert twilio.post(form, "/webhooks/telegram", None).status_code == 403
    assert house.get(f"/webhooks/{BOT_TOKEN}").status_code == 404


def handled(store: Store) -> int:
    """How many messages have been handled."""
    with store.reading() as session:
        return len(session.scalars(select(InboundMessage.id).where(InboundMessage.handled_at.is_not(None))).all())


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_no_guest_phone_or_token_is_ever_logged(
    nursery: Nursery, tmp_path: Path, database_url: str, log_format: str
) -> None:
    told = lived_through(nursery, tmp_path, database_url, log_format)
    assert told.leaks == set()
    for event in ("message_failed", "job_not_done", "telegram_webhook_not_set"):
        assert event in told.log


def test_without_the_mask_they_would_be_logged(nursery: Nursery, tmp_path: Path, database_url: str) -> None:
    told = lived_through(nursery, tmp_path, database_url, "json", twist="tests.system.unmasked:unmask")
    assert {"guest", "failed guest", "guest's phone"} <= told.leaks


def test_a_message_is_followed_by_one_id_from_its_post_to_the_job_that_answers_it(
    nursery: Nursery, tmp_path: Path, database_url: str
) -> None:
    told = lived_through(nursery, tmp_path, database_url, "json")
    lines = [json.loads(line) for line in told.log.splitlines()]
    marks = {line["event"]: line.get("correlation") for line in lines}
    assert marks["message_failed"] == "m3"
    assert told.apology == "m3"
    assert "m4" in {line["correlation"] for line in lines if line["event"] == "job_not_done"}


def test_a_setup_file_with_a_mistake_is_not_quoted(nursery: Nursery, tmp_path: Path) -> None:
    file = loop.setup_file(tmp_path)
    secret = '\n[[staff]]\nname = "Juma"\nrole = "boss"\npassword = "canary-password"\nemail = "juma@baobab.example"\n'
    file.write_text(file.read_text() + secret)
    house = House(nursery, tmp_path, {})
    assert house.run("setup", str(file)) == 1
    assert "boss" in house.log
    assert "canary-password" not in house.log
    house.close()
