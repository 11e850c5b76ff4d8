"""People nobody has introduced, people who left, and people of two houses."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from core.events.models import Event
from core.events.service import By
from core.staff import service as staff
from core.staff.models import ChatAddress, Membership, Person
from core.staff.roles import Role
from core.stays.models import Stay
from tests.bot.phones import CHATS, ENGINES, Phones, open_phones
from tests.support import databases
from tests.support.hotel import Hotel, make_hotel

LINE = "This is a hotel's staff line. If you work here, ask your manager for an invitation."


@pytest.fixture(params=ENGINES)
def phones(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Phones]:
    """Give the phones of a new hotel."""
    with databases.migrated(request.param, tmp_path) as url, open_phones(url) as opened:
        yield opened


def invited(phones: Phones, name: str = "Zuri", lasts: timedelta = staff.COMMAND_INVITE) -> str:
    """Return a new code for `name`."""
    with phones.store.unit_of_work() as work:
        return staff.invite(work, phones.hotel.property_id, name, By(), lasts=lasts).code


def revoke(phones: Phones, name: str) -> None:
    """End somebody's rights."""
    with phones.store.unit_of_work() as work:
        query = select(Membership.id).where(Membership.person_id == phones.hotel.people[name])
        staff.revoke(work, work.session.scalars(query).one(), By())


def test_a_stranger_gets_one_polite_line_a_day_and_nothing_else(phones: Phones) -> None:
    (answer,) = phones.send("Zuri", "block room 3 tonight")
    assert (answer.text, answer.choices) == (LINE, ())
    assert phones.send("Zuri", "hello?") == []
    phones.advance(timedelta(hours=23))
    assert phones.send("Zuri", "who is in") == []
    phones.advance(timedelta(hours=1))
    assert [again.text for again in phones.send("Zuri", "help")] == [LINE]
    assert (phones.count(Stay), phones.count(Event)) == (0, 0)


def test_a_stranger_s_button_and_block_tell_nothing(phones: Phones) -> None:
    done = phones.say("Amina", "block room 3 tonight")
    assert phones.tap("Zuri", done, "Undo").text == LINE
    assert phones.count(Stay) == 1
    assert phones.media("Juma-unknown", "blocked") == []


@pytest.mark.parametrize("written", ["join {}", "JOIN {} ", "/start {}"])
def test_a_code_links_its_person(phones: Phones, written: str) -> None:
    (answer,) = phones.send("Zuri", written.format(invited(phones)))
    assert answer.text.startswith("Welcome, Zuri. You are linked to Baobab Guest House.")
    assert phones.say("Zuri", "block room 3 tonight").text.startswith("✅")


def test_a_code_is_read_without_regard_to_case(phones: Phones) -> None:
    assert phones.say("Zuri", f"join {invited(phones).lower()}").text.startswith("Welcome")


def test_wrong_used_and_expired_codes_are_answered_alike(phones: Phones) -> None:
    used, expired = invited(phones), invited(phones, "Otieno", timedelta(minutes=15))
    phones.say("Zuri", f"join {used}")
    phones.advance(timedelta(minutes=15))
    for stranger, code in (("a", "WRONGWRO"), ("b", used), ("c", expired)):
        assert [answer.text for answer in phones.send(stranger, f"join {code}")] == [LINE]
    with phones.store.reading() as session:
        linked = set(session.scalars(select(ChatAddress.external_id)))
    assert linked == {CHATS["Amina"], CHATS["Juma"], CHATS["Zuri"]}


def test_a_code_within_its_time_links(phones: Phones) -> None:
    code = invited(phones, "Otieno", timedelta(minutes=15))
    phones.advance(timedelta(minutes=14))
    assert phones.say("c", f"join {code}").text.startswith("Welcome, Otieno")


def test_a_person_who_left_is_cut_off_at_once_buttons_included(phones: Phones) -> None:
    asked = phones.say("Amina", "block room 3 for 20 nights from tomorrow")
    revoke(phones, "Amina")
    assert phones.tap("Amina", asked, "Yes, block").text == LINE
    assert phones.send("Amina", "yes") == []
    assert phones.count(Stay) == 0


def test_the_colleagues_of_a_person_who_left_go_on(phones: Phones) -> None:
    revoke(phones, "Amina")
    assert phones.say("Juma", "block room 3 tonight").text.startswith("✅")


def second_house(phones: Phones, role: Role) -> Hotel:
    """Let Amina work for another house as well."""
    other = make_hotel(phones.store, {"21": "DBL"}, code="acacia", staff={})
    with phones.store.unit_of_work() as work:
        work.session.add(Membership(person_id=phones.hotel.people["Amina"], property_id=other.property_id, role=role))
    return other


def speak_for(phones: Phones, property_id: int) -> None:
    """Let Amina's phone speak for one of her houses."""
    with phones.store.unit_of_work() as work:
        query = select(ChatAddress).where(ChatAddress.external_id == CHATS["Amina"])
        work.session.scalars(query).one().property_id = property_id


def test_a_person_of_two_houses_speaks_for_the_chosen_one(phones: Phones) -> None:
    other = second_house(phones, Role.PROPERTY_ADMIN)
    assert phones.say("Amina", "block room 21 tonight").text.startswith("There is no room 21. You have: 3, 4, 7")
    speak_for(phones, other.property_id)
    assert phones.say("Amina", "block room 21 tonight").text.startswith("✅ Room 21")
    assert phones.say("Amina", "block room 3 tonight").text.startswith("There is no room 3.")


def test_the_rights_of_a_person_of_two_houses_are_those_of_the_chosen_one(phones: Phones) -> None:
    other = second_house(phones, Role.PROPERTY_ADMIN)
    assert phones.say("Amina", "feed link").text.startswith("Calendar addresses are for admins.")
    speak_for(phones, other.property_id)
    assert phones.say("Amina", "feed link").text.startswith("No calendar is connected")


def test_an_old_button_of_the_other_house_is_about_that_house_and_says_so(phones: Phones) -> None:
    other = second_house(phones, Role.STAFF)
    done = phones.say("Amina", "block room 3 tonight")
    speak_for(phones, other.property_id)
    told = phones.tap("Amina", done, "+1 night")
    assert told.text.startswith("🏨 Baobab Guest House\n✅ Room 3 (Dbl) extended")
    with phones.store.reading() as session:
        (stay,) = session.scalars(select(Stay))
    assert (stay.departure - stay.arrival).days == 2
    assert phones.say("Amina", "what is free").text.endswith("Dbl: 21")


def test_a_person_whose_chosen_house_let_them_go_speaks_for_the_other(phones: Phones) -> None:
    other = second_house(phones, Role.PROPERTY_ADMIN)
    speak_for(phones, phones.hotel.property_id)
    revoke_here = select(Membership).where(
        Membership.person_id == phones.hotel.people["Amina"], Membership.property_id == phones.hotel.property_id
    )
    with phones.store.unit_of_work() as work:
        staff.revoke(work, work.session.scalars(revoke_here).one().id, By())
    assert phones.say("Amina", "block room 21 tonight").text.startswith("✅ Room 21")
    assert other.rooms.keys() == {"21"}


def test_the_language_of_a_person_is_kept(phones: Phones) -> None:
    assert phones.say("Amina", "language english").text == "I will speak English."
    with phones.store.reading() as session:
        assert session.get_one(Person, phones.hotel.people["Amina"]).language == "en"
