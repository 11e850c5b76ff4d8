"""Cards of cases that widen or become one, wherever they lie, and cases asked for by their number."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import cards
from bot.messages import Outgoing
from bot.models import OutgoingMessage
from core.staff.models import ChatAddress, Membership
from core.staff.roles import Role
from tests.bot.clashes import clash, states, work_off
from tests.bot.phones import CHATS, ENGINES, Phones, labels, open_phones
from tests.support import databases


@pytest.fixture(params=ENGINES)
def phones(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Phones]:
    """Give the phones of a new hotel: Amina is staff, Juma an admin."""
    with databases.migrated(request.param, tmp_path) as url, open_phones(url) as opened:
        yield opened


def elsewhere(phones: Phones, chat: str = "1003") -> None:
    """Let Amina write from another phone from now on."""
    with phones.store.unit_of_work() as work:
        made = ChatAddress(person_id=phones.hotel.people["Amina"], transport="telegram", external_id=chat)
        work.session.add(made)
    phones.advance(timedelta(seconds=1))
    phones.send(chat, "who is in")


def widened(phones: Phones) -> list[Outgoing]:
    """Let Juma give the room to a third guest; return what was sent because of it."""
    refused = phones.say("Juma", "room 3 walk-in tonight Peter")
    phones.tap("Juma", refused, "Block anyway")
    return work_off(phones)


def test_a_case_that_widens_is_shown_anew_wherever_an_old_card_lies(phones: Phones) -> None:
    shown = clash(phones)
    elsewhere(phones)
    sent = {message.chat: message for message in widened(phones)}
    assert set(sent) == {CHATS["Amina"], CHATS["Juma"], "1003"}
    assert all("C  walk-in · Peter" in message.text for message in sent.values())
    assert sent[CHATS["Amina"]].settles, "the old card loses its buttons"
    late = phones.tap("Amina", shown["Amina"], "Keep B")
    assert late.text.startswith("This has changed meanwhile. It is like this now:\n")
    assert "Keep C" in labels(late)
    again = {message.chat for message in by_number(phones, 1)}
    assert again == set(), "and once is enough"


def by_number(phones: Phones, number: int) -> list[Outgoing]:
    """Tell of a case again; return what was sent."""
    with phones.store.unit_of_work() as work:
        cards.tell(work, number)
    return work_off(phones)


def test_an_old_card_of_somebody_who_left_is_over_when_the_case_widens(phones: Phones) -> None:
    shown = clash(phones)
    with phones.store.unit_of_work() as work:
        member = work.session.scalars(select(Membership).where(Membership.role == Role.STAFF)).one()
        member.revoked_at = work.now
    assert {message.chat for message in widened(phones)} == {CHATS["Juma"]}
    with phones.store.reading() as session:
        open_cards = session.scalars(select(OutgoingMessage).where(OutgoingMessage.subject.is_not(None))).all()
        assert len(open_cards) == 1
    assert shown["Amina"].choices, "it had buttons"


def two_cases(phones: Phones) -> None:
    """Make a case of tonight and one of the night after tomorrow, both about room 3."""
    clash(phones)
    phones.say("Amina", "room 3 walk-in from 22 november for 1 night Peter")
    refused = phones.say("Juma", "room 3 walk-in from 22 november for 1 night Paul")
    phones.tap("Juma", refused, "Block anyway")
    work_off(phones)


def test_a_case_that_becomes_part_of_another_is_answered_with_that_one(phones: Phones) -> None:
    two_cases(phones)
    second = phones.say("Amina", "conflict 2")
    assert "Peter" in second.text
    refused = phones.say("Juma", "room 3 walk-in from 20 november for 3 nights Ann")
    phones.tap("Juma", refused, "Block anyway")
    sent = [message for message in work_off(phones) if message.chat == CHATS["Amina"]]
    merged = next(message for message in sent if message.text.startswith("➡️ Part of a bigger case now"))
    assert merged.settles
    assert any("Mary" in message.text and "Peter" in message.text for message in sent)
    late = phones.tap("Amina", second, "Keep A")
    assert late.text.startswith("This has changed meanwhile. It is like this now:\n")
    assert "Mary" in late.text
    assert "Mary" in phones.say("Amina", "conflict 2").text
    assert set(states(phones).values()) == {"holding", "contested"}, "an old button decides nothing"


def test_a_case_is_shown_by_its_number_whatever_became_of_it(phones: Phones) -> None:
    two_cases(phones)
    both = phones.say("Amina", "conflicts").text
    assert "#1 🚨 URGENT double booking: Room 3" in both
    assert "#2 " in both
    first, second = phones.say("Amina", "show conflict 1"), phones.say("Amina", "conflict 2")
    assert ("Mary" in first.text, "Peter" in first.text) == (True, False)
    assert ("Mary" in second.text, "Peter" in second.text) == (False, True)
    phones.tap("Amina", second, "Keep A")
    assert phones.say("Juma", "conflict 2").text.startswith("✔ Decided by Amina, 21:40: Room 3")
    none = phones.say("Juma", "conflict 99").text.splitlines()
    assert none[0] == "There is no conflict 99."
    assert "URGENT" in none[1]


def test_a_number_that_no_case_has_may_be_a_room_or_a_place_in_the_list(phones: Phones) -> None:
    clash(phones)
    assert phones.say("Amina", "conflict 3").text.startswith("🚨 URGENT double booking: Room 3")
    assert phones.say("Amina", "conflict 4").text.startswith("There is no conflict 4.\n🚨")
    phones.tap("Amina", phones.say("Amina", "conflicts"), "Keep A")
    assert phones.say("Amina", "conflict 8").text.startswith("There is no conflict 8.\nStill to do: 1")
