"""The link to the dashboard: for one person, in their own chat, its code readable nowhere but in the message."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.models import OutgoingMessage
from core.access import links
from core.access.models import LoginLink
from core.access.sessions import Origin
from core.events.models import Event
from tests.bot.phones import CHATS, PUBLIC_URL, Phones, open_phones
from workers.desk import Desk


@pytest.fixture
def phones(database_url: str) -> Iterator[Phones]:
    """Give the phones of a new hotel, on each engine."""
    with open_phones(database_url) as opened:
        yield opened


def code(told: str) -> str:
    """Return the code of the link in a message."""
    found = re.search(rf"{re.escape(PUBLIC_URL)}/login/([\w-]+)$", told, re.MULTILINE)
    assert found is not None, told
    return found[1]


def entered(phones: Phones, given: str) -> int | None:
    """Open the link; who it was made for."""
    with phones.store.unit_of_work() as work:
        links.take(work, given, Origin("203.0.113.7", "tests"))
        return work.session.scalar(select(LoginLink.person_id).where(LoginLink.used_at.is_not(None)))


def test_a_link_is_given_that_opens_the_dashboard_for_whoever_asked(phones: Phones) -> None:
    told = phones.say("Amina", "dashboard").text
    assert told.endswith("\nIt works once, for 10 minutes, and lets in whoever opens it: do not pass it on.")
    assert entered(phones, code(told)) == phones.hotel.people["Amina"]
    with phones.store.reading() as session:
        (made,) = session.scalars(select(Event).where(Event.kind == "access.link_made"))
    assert (made.person_id, made.transport) == (phones.hotel.people["Amina"], "telegram")


def test_its_code_lies_readable_nowhere(phones: Phones) -> None:
    given = code(phones.say("Amina", "log me in").text)
    with phones.store.reading() as session:
        (kept,) = session.scalars(select(OutgoingMessage.text))
        assert given not in str([vars(row) for row in session.scalars(select(LoginLink))])
    assert "Open the dashboard: ⟦login:" in kept
    assert given not in kept


def test_in_a_group_no_link_is_made(phones: Phones) -> None:
    group = replace(phones.inbound("Juma", "dashboard"), chat="-100200300")
    (told,) = phones.deliver(group)
    assert (told.chat, "/login/" in told.text) == ("-100200300", False)
    assert told.text == "I send that link only in the chat between you and me. Write “dashboard” to me there."
    assert phones.count(LoginLink) == 0


def test_a_private_chat_of_whatsapp_is_known_by_its_scheme(phones: Phones) -> None:
    given = replace(
        phones.inbound("Juma", "dashboard"), sender="254700000002", chat="254700000002", also=(CHATS["Juma"],)
    )
    assert not phones.deliver(replace(given, chat="somebody else's"))[0].text.count("/login/")
    other = replace(given, external_id="again", chat=CHATS["Juma"])
    assert phones.deliver(other)[0].text.count("/login/") == 1


def test_without_a_public_address_it_is_said_what_is_missing(phones: Phones) -> None:
    context = replace(phones.desk._context, is_public=False)
    told = replace(phones, desk=Desk(context)).say("Amina", "dashboard").text
    assert "the setting DAUDA_PUBLIC_URL is missing" in told
    assert phones.count(LoginLink) == 0


def test_asking_for_it_does_not_lose_an_open_question(phones: Phones) -> None:
    assert phones.say("Amina", "block room 4").text == "Room 4: which nights?"
    assert code(phones.say("Amina", "open the dashboard").text)
    assert phones.say("Amina", "tonight").text.startswith("✅ Room 4")


def test_strangers_get_none(phones: Phones) -> None:
    assert "/login/" not in phones.say("Zuri", "dashboard").text
    assert phones.count(LoginLink) == 0


def test_nobody_has_a_link_filled_in_by_writing_its_mark(phones: Phones) -> None:
    assert code(phones.say("Amina", "dashboard").text)
    with phones.store.reading() as session:
        (kept,) = session.scalars(select(OutgoingMessage.text))
    mark = re.search("⟦login:.*⟧", kept)
    assert mark is not None
    told = phones.say("Juma", f"room 3 walk-in 1 night note {mark[0]}")
    again = phones.say("Juma", "room 3")
    assert "/login/" not in told.text + again.text
