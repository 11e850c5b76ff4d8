"""One message after the other: each is handled once, in order, all or nothing, and somebody always answers."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from bot import inbox, receive
from bot.act import act
from bot.choices import CHOICE_TIME
from bot.models import InboundMessage, OutgoingMessage
from bot.understanding import understand
from core.db.work import UnitOfWork
from core.errors import Busy
from core.events.models import Event
from core.feeds.models import FeedVersion
from core.inventory.models import RoomNight
from core.outbox.models import Due
from core.staff.models import ChatAddress
from core.stays.models import Stay
from tests.bot.phones import CHATS, Phones, labels, open_phones
from tests.support.truth import must_be_true


@pytest.fixture
def phones(database_url: str) -> Iterator[Phones]:
    """Give the phones of a new hotel, on each engine."""
    with open_phones(database_url) as opened:
        yield opened


def state_of_the_house(phones: Phones) -> tuple[object, ...]:
    """Return what a command may change: nights, stays, events, effects other than messages, versions of feeds."""
    with phones.store.reading() as session:
        versions = tuple(session.scalars(select(FeedVersion.version).order_by(FeedVersion.room_id)))
        effects = tuple(session.scalars(select(Due.kind).where(Due.kind != "chat.say")))
        return (*(_count(session, table) for table in (RoomNight, Stay, Event)), versions, effects)


def _count(session: Session, table: type[RoomNight] | type[Stay] | type[Event]) -> int:
    return len(session.scalars(select(table)).all())


def test_a_repeated_delivery_is_handled_once(phones: Phones) -> None:
    delivery = phones.inbound("Amina", "block room 3 tonight")
    assert len(phones.deliver(delivery)) == 1
    assert phones.deliver(delivery) == []
    assert (phones.count(Stay), phones.count(InboundMessage)) == (1, 1)


def test_the_same_words_again_are_another_message(phones: Phones) -> None:
    phones.say("Amina", "block room 3 tonight")
    assert phones.say("Amina", "block room 3 tonight").text.startswith("Room 3 is taken")


@pytest.mark.race
def test_quick_messages_of_one_chat_are_handled_in_order(phones: Phones) -> None:
    texts = ["block room 3 tonight", "undo", "block room 3 until sunday", "extend room 3 1 night", "undo"]
    for written in texts:
        inbox.store_once(phones.store, phones.inbound("Amina", written))
    with ThreadPoolExecutor(4) as pool:
        for each in [pool.submit(phones.desk.attend, "telegram", CHATS["Amina"]) for _ in range(4)]:
            each.result()
    assert phones.waiting() == 0
    with phones.store.reading() as session:
        said = session.scalars(select(OutgoingMessage.text).order_by(OutgoingMessage.id)).all()
    begins = [message.split()[0] + message.split()[1] for message in said]
    assert begins == ["✅Room", "↩️Undone:", "✅Room", "✅Room", "↩️Undone:"]
    must_be_true(phones.store)


def test_a_refusal_leaves_nothing_half_written_and_its_answer_is_sent(phones: Phones) -> None:
    phones.say("Juma", "block room 4 tonight")
    before = state_of_the_house(phones)
    phones.say("Amina", "block rooms 3, 4 and 7 tonight")
    refused = phones.say("Amina", "yes")
    assert refused.text.startswith("Room 4 is taken")
    assert "Nothing was done for the other rooms either." in refused.text
    assert state_of_the_house(phones) == before
    must_be_true(phones.store)


def test_without_a_refusal_all_of_it_is_written(phones: Phones) -> None:
    before = state_of_the_house(phones)
    phones.say("Amina", "block rooms 3, 4 and 7 tonight")
    phones.say("Amina", "yes")
    assert state_of_the_house(phones) != before
    assert phones.count(RoomNight) == 3


def test_after_a_refusal_the_next_message_is_understood_in_its_own_right(phones: Phones) -> None:
    phones.say("Juma", "block room 3 tonight")
    phones.say("Amina", "block room 3 tonight")
    assert phones.say("Amina", "block room 4 tonight").text.startswith("✅ Room 4")


def test_a_message_that_cannot_be_handled_is_apologised_for_and_the_next_one_is_heard(
    phones: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []

    def stumbles(written: str, *args: object, **more: object) -> object:
        if "stumble" in written:
            tries.append(written)
            raise RuntimeError
        return understand(written, *args, **more)  # type: ignore[arg-type] # passed on as they came.

    monkeypatch.setattr(receive, "understand", stumbles)
    with capture_logs() as logged:
        assert phones.say("Amina", "stumble").text.startswith("Something went wrong")
    assert len(tries) == receive.MOST_ATTEMPTS
    assert [entry["event"] for entry in logged] == ["message_failed"] * receive.MOST_ATTEMPTS
    assert phones.say("Amina", "block room 3 tonight").text.startswith("✅")
    with phones.store.reading() as session:
        failed = session.scalars(select(InboundMessage).order_by(InboundMessage.id)).first()
    assert failed is not None
    assert (failed.error, failed.attempts, failed.handled_at is not None) == ("RuntimeError", 3, True)


def test_a_failed_message_is_apologised_for_in_the_order_of_its_chat(
    phones: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError

    with capture_logs(), monkeypatch.context() as patched:
        patched.setattr(receive, "_converse", fails)
        first = phones.inbound("Amina", "block room 3 tonight")
        inbox.store_once(phones.store, first)
        answers = phones.deliver(phones.inbound("Amina", "block room 4 tonight"))
    assert [answer.text.split(",")[0] for answer in answers] == ["Something went wrong with that message"] * 2
    assert phones.count(Stay) == 0


def test_when_others_hold_the_lock_too_long_that_is_said(phones: Phones, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object) -> None:
        raise Busy

    monkeypatch.setattr(receive, "BUSY_PAUSE", 0.0)
    with monkeypatch.context() as patched:
        patched.setattr(receive, "act", busy)
        assert phones.say("Amina", "block room 3 tonight").text.startswith("Too many changes at once")
    assert phones.count(Stay) == 0
    assert phones.say("Amina", "block room 3 tonight").text.startswith("✅")


def test_a_lock_that_is_free_at_the_second_try_is_not_spoken_of(
    phones: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []

    def busy_once(work: UnitOfWork, *args: object) -> object:
        tries.append(1)
        if len(tries) == 1:
            raise Busy
        return act(work, *args)  # type: ignore[arg-type] # passed on as they came.

    monkeypatch.setattr(receive, "BUSY_PAUSE", 0.0)
    monkeypatch.setattr(receive, "act", busy_once)
    assert phones.say("Amina", "block room 3 tonight").text.startswith("✅")
    assert (len(tries), phones.count(Stay)) == (2, 1)


@pytest.mark.parametrize("kind", ["image", "location", "audio"])
def test_what_is_no_text_is_answered(phones: Phones, kind: str) -> None:
    (answer,) = phones.media("Amina", kind)
    assert answer.text == "I can only read text. Please write what you need."


def test_a_person_who_blocked_us_is_not_written_to(phones: Phones) -> None:
    assert phones.media("Amina", "blocked") == []
    assert phones.waiting() == 0


def test_a_further_id_of_a_known_person_is_learned(phones: Phones) -> None:
    hidden = replace(phones.inbound("Amina", "who is in"), also=("bsuid-7",))
    assert len(phones.deliver(hidden)) == 1
    known = replace(phones.inbound("Amina", "block room 3 tonight"), sender="bsuid-7")
    assert phones.deliver(known)[0].text.startswith("✅")
    with phones.store.reading() as session:
        (stay,) = session.scalars(select(Stay))
        assert stay.made_by == phones.hotel.people["Amina"]


def test_an_id_of_somebody_else_is_not_learned(phones: Phones) -> None:
    phones.deliver(replace(phones.inbound("Amina", "who is in"), also=(CHATS["Juma"],)))
    with phones.store.reading() as session:
        address = session.scalars(select(ChatAddress).where(ChatAddress.external_id == CHATS["Juma"])).one()
        assert address.person_id == phones.hotel.people["Juma"]


def test_a_question_is_over_after_an_hour_of_silence(phones: Phones) -> None:
    phones.say("Amina", "block room 3")
    phones.advance(CHOICE_TIME)
    assert not phones.say("Amina", "tonight").text.startswith("✅")
    assert phones.count(Stay) == 0


def test_a_question_is_open_within_the_hour(phones: Phones) -> None:
    phones.say("Amina", "block room 3")
    phones.advance(CHOICE_TIME - timedelta(minutes=1))
    assert phones.say("Amina", "tonight").text.startswith("✅")


def test_a_state_of_another_version_does_not_stop_the_chat(phones: Phones) -> None:
    phones.say("Amina", "block room 3")
    with phones.store.unit_of_work() as work:
        work.session.execute(text("UPDATE conversations SET state = :state"), {"state": '{"v": 99, "state": "flying"}'})
    assert phones.say("Amina", "room 3").text.startswith("Room 3 (Dbl): nothing is held")


def test_ok_after_something_else_was_said_reads_the_question_back_first(phones: Phones) -> None:
    phones.say("Amina", "block room 3 for 20 nights from tomorrow")
    phones.say("Amina", "who is in")
    again = phones.say("Amina", "ok")
    assert (again.text.splitlines()[0], labels(again)) == ("Block Room 3 (Dbl)?", ["Yes, block", "No"])
    assert phones.count(Stay) == 0
    assert phones.say("Amina", "ok").text.startswith("✅")
