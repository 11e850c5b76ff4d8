"""People of a file: known by their addresses, else by name; nobody is ever removed by a file."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from core.events.service import By
from core.setup.errors import Why
from core.staff import passwords, service
from core.staff.members import Member, member, members
from core.staff.models import Person
from core.staff.roles import Role
from tests.core.setup.house import BAOBAB, WITH_PASSWORD, House, whats, whys

BRIAN = '[[staff]]\nname = "Brian"\nrole = "staff"\nwhatsapp = "+254700000002"\n'


def people(house: House, code: str = "baobab") -> Sequence[Member]:
    """The people of a property."""
    with house.store.reading() as session:
        return members(session, house.place(code).id)


def person(house: House, name: str) -> Person:
    """Somebody's row."""
    with house.store.reading() as session:
        return session.scalars(select(Person).where(Person.name == name)).one()


def test_a_person_has_what_the_file_says(house: House) -> None:
    house.setup()
    (amina,) = people(house)
    assert (amina.name, amina.role, amina.language) == ("Amina", Role.PROPERTY_ADMIN, "sw")
    assert amina.addresses == ("whatsapp:+254700000001", "telegram:1001")


def test_a_person_is_known_by_an_address_under_a_new_name(house: House) -> None:
    house.setup()
    told = house.setup(BAOBAB.replace('"Amina"', '"Amina W."'))
    assert [dict(one.facts) for one in told.changes] == [{"name": "Amina W.", "fields": ["name"]}]
    assert len(people(house)) == 1


def test_a_person_is_known_by_name_with_a_new_address(house: House) -> None:
    house.setup()
    text = BAOBAB.replace("+254700000001", "+254700000009").replace("telegram = 1001\n", "").replace("amina@", "a@")
    told = house.setup(text)
    assert told.changes[0].facts["fields"] == ["email", "whatsapp"]
    (amina,) = people(house)
    assert amina.addresses == ("whatsapp:+254700000001", "telegram:1001", "whatsapp:+254700000009")


def test_an_address_of_somebody_else_is_refused(house: House) -> None:
    house.setup(BAOBAB + BRIAN)
    rows = house.rows()
    faults = house.refused(BAOBAB.replace("+254700000001", "+254700000002"))
    assert whys(faults) == [("staff", Why.ANOTHER_PERSON)]
    assert house.rows() == rows


def test_a_number_that_its_owner_gave_up_does_not_turn_them_into_somebody_else(house: House) -> None:
    house.setup(BAOBAB + BRIAN)
    chebet = BRIAN.replace("Brian", "Chebet")
    faults = house.refused(BAOBAB + BRIAN.replace("+254700000002", "+254700000003") + chebet)
    assert whys(faults) == [("staff", Why.ANOTHER_PERSON)]
    assert [one.name for one in people(house)] == ["Amina", "Brian"]


def test_a_new_name_for_somebody_elses_address_renames_only_when_nobody_has_that_name(house: House) -> None:
    house.setup(BAOBAB + BRIAN)
    faults = house.refused(
        BAOBAB.partition("[[staff]]")[0] + '[[staff]]\nname = "Amina"\nrole = "staff"\nwhatsapp = "+254700000002"\n'
    )
    assert (("staff", Why.ANOTHER_PERSON)) in whys(faults)


def test_one_person_works_for_two_properties(house: House) -> None:
    house.setup()
    house.setup(BAOBAB.replace('"baobab"', '"acacia"').partition("[[channel]]")[0])
    assert house.rows()["people"] == 1
    assert people(house)[0].person_id == people(house, "acacia")[0].person_id


def test_a_password_is_kept_as_its_hash_and_hashed_once(house: House) -> None:
    house.setup(WITH_PASSWORD)
    first = person(house, "Amina").password_hash
    assert first is not None
    assert first.startswith("$argon2id$")
    assert passwords.matches(first, "a long enough password")
    assert not passwords.matches(first, "another password")
    assert house.setup(WITH_PASSWORD).changes == ()
    assert person(house, "Amina").password_hash == first
    told = house.setup(WITH_PASSWORD.replace("a long enough password", "another long password"))
    assert told.changes[0].facts["fields"] == ["password"]
    assert person(house, "Amina").password_hash != first


def test_a_short_password_is_taken_and_remarked_upon(house: House) -> None:
    assert "short_password" in whats(house.setup(WITH_PASSWORD.replace("a long enough password", "1234567")).notes)
    assert "short_password" not in whats(house.setup(WITH_PASSWORD.replace("a long enough password", "12345678")).notes)


def test_the_last_admin_is_not_made_staff_by_a_file(house: House) -> None:
    house.setup()
    faults = house.refused(BAOBAB.replace('role = "property_admin"', 'role = "staff"'))
    assert whys(faults) == [("staff.role", Why.LAST_ADMIN)]


def test_an_admin_is_made_staff_when_another_one_is_named(house: House) -> None:
    house.setup()
    text = BAOBAB.replace('role = "property_admin"', 'role = "staff"') + BRIAN.replace('"staff"', '"super_admin"')
    house.setup(text)
    assert [one.role for one in people(house)] == [Role.STAFF, Role.SUPER_ADMIN]


def test_a_property_without_an_admin_is_remarked_upon(house: House) -> None:
    assert "no_admin" in whats(house.setup(BAOBAB.replace('"property_admin"', '"staff"')).notes)
    assert "no_admin" not in whats(house.setup().notes)


@pytest.mark.parametrize("text", [BAOBAB + BRIAN, BAOBAB + BRIAN.replace("Brian", "Brian O.")])
def test_a_file_does_not_bring_back_whom_somebody_revoked(house: House, text: str) -> None:
    house.setup(BAOBAB + BRIAN + 'email = "brian@baobab.example"\n')
    with house.store.unit_of_work() as work:
        brian = member(work.session, house.place().id, "Brian")
        service.revoke(work, brian.membership_id, By())
    told = house.setup(text + 'email = "brian@baobab.example"\n')
    assert "person_is_revoked" in whats(told.notes)
    assert [one.name for one in people(house)] == ["Amina"]


def test_two_people_of_one_name_are_told_apart_by_an_address_only(house: House) -> None:
    house.setup(BAOBAB + BRIAN)
    house.setup(BAOBAB + BRIAN.replace('"Brian"', '"Other"').replace("0002", "0003"))
    with house.store.unit_of_work() as work:
        other = work.session.scalars(select(Person).where(Person.name == "Other")).one()
        other.name = "Brian"
    faults = house.refused(BAOBAB + '[[staff]]\nname = "Brian"\nrole = "staff"\n')
    assert whys(faults) == [("staff.name", Why.SEVERAL_PEOPLE)]
    assert house.setup(BAOBAB + BRIAN).changes == ()
