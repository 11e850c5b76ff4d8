"""What leaves: feed addresses only in the message itself, reports by rank, old rows let go, messages sent once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot import inbox, outgoing
from bot.choices import CHOICE_TIME
from bot.messages import Sent
from bot.models import Conversation, InboundMessage, OutgoingMessage, Tap
from bot.pruning import KEPT_FOR, prune
from bot.receive import handle_next
from bot.reports import delivered
from bot.tools import Tools
from core.outbox import service as outbox
from core.outbox.effects import Say
from core.outbox.rules import LEASE
from core.outbox.service import Lease
from tests.bot.phones import PUBLIC_URL, Phones, open_phones
from tests.support.hotel import SEALER


@pytest.fixture
def phones(database_url: str) -> Iterator[Phones]:
    """Give the phones of a new hotel, on each engine."""
    with open_phones(database_url) as opened:
        yield opened


def stored(phones: Phones) -> list[OutgoingMessage]:
    """Return every outgoing message, in order."""
    with phones.store.reading() as session:
        return list(session.scalars(select(OutgoingMessage).order_by(OutgoingMessage.id)))


def test_a_feed_link_is_for_admins_and_its_address_is_only_in_the_message_itself(phones: Phones) -> None:
    told = phones.say("Juma", "feed link room 3 airbnb")
    token = phones.hotel.tokens[phones.hotel.links["airbnb", "3"]]
    assert f"{PUBLIC_URL}/ics/{token}.ics" in told.text
    (kept,) = stored(phones)
    assert "Airbnb, Room 3" in kept.text
    assert token not in kept.text


def test_staff_get_no_feed_link(phones: Phones) -> None:
    told = phones.say("Amina", "feed link room 3 airbnb")
    assert told.text == "Calendar addresses are for admins. Ask one of them."
    assert not [token for token in phones.hotel.tokens.values() if token in told.text]


def test_a_guest_cannot_have_an_address_filled_in_by_writing_its_mark(phones: Phones) -> None:
    link_id = phones.hotel.links["airbnb", "3"]
    told = phones.say("Amina", f"room 3 walk-in 1 night note ⟦feed:{link_id}⟧")
    again = phones.say("Amina", "room 3")
    assert not [token for token in phones.hotel.tokens.values() if token in told.text + again.text]


def test_a_message_names_its_delivery_and_is_sent_once(phones: Phones) -> None:
    phones.say("Amina", "who is in")
    (message,) = stored(phones)
    assert (message.message_ids, message.last_message_id, message.sent_at is not None) == (["out-1"], "out-1", True)
    lease = Lease(1, Say.kind, 2, Say(message.id, message.conversation_id), None)
    assert outgoing.claim(phones.store, lease, SEALER, PUBLIC_URL) is None


def answered(phones: Phones, who: str, text: str, tap: str | None = None) -> Lease:
    """Handle a message or a tap, and return the lease of its answer, which nobody sends."""
    inbound = phones.inbound(who, text, tap)
    inbox.store_once(phones.store, inbound)
    handled = handle_next(phones.store, Tools(SEALER, PUBLIC_URL), inbound.transport, inbound.chat)
    assert handled is not None
    return handled.leases[0]


@pytest.mark.parametrize("text", ["block room 3 tonight", "help", "who arrives today"])
def test_an_answer_that_is_at_hand_is_the_one_that_would_be_read(phones: Phones, text: str) -> None:
    lease = answered(phones, "Amina", text)
    assert isinstance(lease.at_hand, outgoing.Ready)
    assert outgoing.claim(phones.store, lease, SEALER, PUBLIC_URL) is lease.at_hand
    read = outgoing.claim(phones.store, replace(lease, at_hand=None), SEALER, PUBLIC_URL)
    assert read == lease.at_hand


def test_what_is_at_hand_is_not_trusted_longer_than_the_lease(phones: Phones) -> None:
    lease = answered(phones, "Amina", "help")
    assert isinstance(lease.effect, Say)
    with phones.store.unit_of_work() as work:
        outgoing.as_sent(work, lease.effect.message_id, Sent(("by-somebody-else",)))
    phones.advance(LEASE)
    assert outgoing.claim(phones.store, lease, SEALER, PUBLIC_URL) is None


def test_an_answer_with_a_feeds_address_is_never_at_hand(phones: Phones) -> None:
    lease = answered(phones, "Juma", "feed link room 3 airbnb")
    assert lease.at_hand is None
    ready = outgoing.claim(phones.store, lease, SEALER, PUBLIC_URL)
    assert ready is not None
    assert PUBLIC_URL in ready.outgoing.text


def test_an_answer_that_settles_messages_of_ours_is_never_at_hand() -> None:
    written = outgoing.Written(7, 1, "Done.", [], settles=("out-1",))
    assert outgoing.at_hand(written, "telegram", "1001") is not None
    assert outgoing.at_hand(replace(written, settles=("out-1", "#3")), "telegram", "1001") is None


def unsent(phones: Phones, after: int = 0) -> Lease:
    """Return the second lease of a message, behind `after` others, of which nobody knows whether it was sent."""
    phones.say("Amina", "who is in")
    with phones.store.unit_of_work() as work:
        message = work.session.scalars(select(OutgoingMessage).where(OutgoingMessage.id > after)).one()
        message.sent_at, message.message_ids, message.last_message_id = None, [], None
        return Lease(1, Say.kind, 2, Say(message.id, message.conversation_id), None)


def test_a_second_attempt_looks_first_whether_the_first_arrived(phones: Phones) -> None:
    lease = unsent(phones)
    ready = outgoing.claim(phones.store, lease, SEALER, PUBLIC_URL)
    assert ready is not None
    assert ready.unsure


def test_a_second_attempt_need_not_look_when_the_first_certainly_sent_nothing(phones: Phones) -> None:
    lease = unsent(phones)
    assert isinstance(lease.effect, Say)
    with phones.store.unit_of_work() as work:
        outgoing.as_not_sent(work, lease.effect.message_id)
    ready = outgoing.claim(phones.store, lease, SEALER, PUBLIC_URL)
    assert ready is not None
    assert not ready.unsure


def test_a_message_settles_ours_by_the_ids_they_were_sent_under_and_forgets_those_that_never_left(
    phones: Phones,
) -> None:
    phones.say("Amina", "who is in")
    lease = unsent(phones, after=1)
    assert isinstance(lease.effect, Say)
    with phones.store.unit_of_work() as work:
        work.session.get_one(OutgoingMessage, lease.effect.message_id).settles = ["#1", "#99", "out-1", "other-7"]
    ready = outgoing.claim(phones.store, lease, SEALER, PUBLIC_URL)
    assert ready is not None
    assert ready.outgoing.settles == ("out-1", "other-7")


def report(phones: Phones, status: str, transport: str = "telegram", message_id: str = "out-1") -> bool:
    """Note a delivery report; whether it told anything new."""
    with phones.store.unit_of_work() as work:
        return delivered(work, transport, message_id, status, None)


def test_reports_count_by_rank_however_late_and_often_they_come(phones: Phones) -> None:
    phones.say("Amina", "who is in")
    assert [report(phones, status) for status in ("sent", "read", "delivered", "sent", "read")] == [
        True, True, False, False, False,
    ]  # fmt: skip
    assert stored(phones)[0].status == "read"


def test_a_report_about_another_message_changes_nothing(phones: Phones) -> None:
    phones.say("Amina", "who is in")
    assert not report(phones, "read", message_id="out-2")
    assert not report(phones, "read", transport="whatsapp")
    assert stored(phones)[0].status is None


def test_rows_that_have_served_their_time_go_and_open_buttons_stay(phones: Phones) -> None:
    phones.say("Amina", "block room 3 tonight")
    phones.say("Amina", "who is in")
    phones.advance(KEPT_FOR)
    with phones.store.unit_of_work() as work:
        prune(work)
    assert [phones.count(table) for table in (InboundMessage, OutgoingMessage)] == [2, 2]
    with phones.store.unit_of_work() as work:
        work.session.scalars(select(Tap).limit(1)).one().expires_at = work.now + 2 * CHOICE_TIME
    phones.advance(CHOICE_TIME + timedelta(seconds=1))
    phones.say("Juma", "block room 4 tonight")
    with phones.store.unit_of_work() as work:
        prune(work)
    # Of the old messages only the one with an open button is left, and the new one with its two.
    assert [phones.count(table) for table in (InboundMessage, OutgoingMessage, Tap)] == [1, 2, 3]
    assert phones.count(Conversation) == 2


def test_what_was_never_sent_is_not_let_go_of(phones: Phones) -> None:
    unsent(phones)
    phones.advance(KEPT_FOR * 2)
    with phones.store.unit_of_work() as work:
        prune(work)
        outbox.prune(work)
    assert phones.count(OutgoingMessage) == 1
