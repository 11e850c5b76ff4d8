"""Inviting people, redeeming their codes, and ending their rights."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.events.models import Event
from core.events.service import By
from core.staff import errors, queries, service
from core.staff.members import member, members
from core.staff.models import Invite, Membership, Person
from core.staff.roles import Role
from tests.core.setup.house import BAOBAB, House

PHONE = "+254700000007"


def invite(
    house: House, name: str = "Brian", role: Role | None = None, by: By | None = None, code: str = "baobab"
) -> str:
    """Invite somebody; the code."""
    with house.store.unit_of_work() as work:
        return service.invite(work, house.place(code).id, name, by or By(), role).code


def redeem(house: House, code: str, phone: str = PHONE, also: tuple[str, ...] = ()) -> Person:
    """Send a code from a phone."""
    with house.store.unit_of_work() as work:
        return service.redeem(work, code, "whatsapp", phone, also)


def revoke(house: House, name: str, by: By | None = None, code: str = "baobab") -> None:
    """End somebody's rights."""
    with house.store.unit_of_work() as work:
        found = member(work.session, house.place(code).id, name)
        service.revoke(work, found.membership_id, by or By())


def known(house: House, phone: str = PHONE) -> str | None:
    """Whom the bot sees behind a phone."""
    with house.store.reading() as session:
        who = queries.identify(session, "whatsapp", (phone,))
        return None if who is None else f"{who.name} {who.place.role} {who.place.code}"


def by(house: House, name: str) -> By:
    """Somebody who acts by chat."""
    with house.store.reading() as session:
        return By(member(session, house.place().id, name).person_id, "whatsapp")


def test_a_code_links_the_phone_that_sends_it(house: House) -> None:
    house.setup()
    code = invite(house)
    assert known(house) is None
    assert redeem(house, code).name == "Brian"
    assert known(house) == "Brian staff baobab"


def test_a_code_has_eight_letters_that_nobody_mistakes(house: House) -> None:
    house.setup()
    codes = {invite(house, f"Guest {number}") for number in range(20)}
    assert len(codes) == 20
    assert all(re.fullmatch(r"[A-HJ-KM-NP-TV-Z]{8}", code) for code in codes)


def test_only_the_hash_of_a_code_is_kept(house: House) -> None:
    house.setup()
    code = invite(house)
    with house.store.reading() as session:
        row = session.scalars(select(Invite)).one()
    assert len(row.code_hash) == 64
    assert code not in str(vars(row))


@pytest.mark.parametrize("written", ["{}", " {} ", "{}\n"])
def test_the_letter_case_and_spaces_of_a_code_do_not_matter(house: House, written: str) -> None:
    house.setup()
    code = invite(house)
    redeem(house, written.format(f"{code[:4].lower()}-{code[4:]}"))
    assert known(house) == "Brian staff baobab"


def test_a_code_works_once(house: House) -> None:
    house.setup()
    code = invite(house)
    redeem(house, code)
    with pytest.raises(errors.CodeUsed):
        redeem(house, code, "+254700000008")
    assert known(house, "+254700000008") is None


def test_a_code_sent_twice_by_the_same_phone_is_no_mistake(house: House) -> None:
    house.setup()
    code = invite(house)
    redeem(house, code)
    rows = house.rows()
    assert redeem(house, code).name == "Brian"
    assert house.rows() == rows


def test_a_code_expires(house: House) -> None:
    house.setup()
    code = invite(house)
    house.clock.advance(timedelta(hours=24))
    with pytest.raises(errors.CodeExpired):
        redeem(house, code)
    assert known(house) is None


def test_a_code_works_until_it_expires(house: House) -> None:
    house.setup()
    code = invite(house)
    house.clock.advance(timedelta(hours=24) - timedelta(seconds=1))
    redeem(house, code)
    assert known(house) == "Brian staff baobab"


def test_an_invented_code_is_unknown(house: House) -> None:
    house.setup()
    with pytest.raises(errors.CodeUnknown):
        redeem(house, "ABCDEFGH")


def test_all_ids_of_one_phone_are_linked(house: House) -> None:
    house.setup()
    redeem(house, invite(house), also=("KE.1234",))
    assert known(house, "KE.1234") == "Brian staff baobab"


def test_a_colleague_does_not_become_two_people(house: House) -> None:
    house.setup()
    code = invite(house)
    with pytest.raises(errors.AddressTaken):
        redeem(house, code, "+254700000001")
    assert known(house, "+254700000001") == "Amina property_admin baobab"


def test_somebody_from_another_property_works_here_as_themselves(house: House) -> None:
    house.setup()
    house.setup(BAOBAB.replace('"baobab"', '"acacia"').partition("[[staff]]")[0])
    redeem(house, invite(house, "Amina W.", Role.STAFF, code="acacia"), "+254700000001")
    with house.store.reading() as session:
        (there,) = members(session, house.place("acacia").id)
        (here,) = members(session, house.place().id)
    assert (there.person_id, there.role) == (here.person_id, Role.STAFF)
    assert known(house, "+254700000001") == "Amina staff acacia"


def test_an_invitation_to_a_colleague_adds_an_address(house: House) -> None:
    house.setup()
    redeem(house, invite(house, "amina"))
    assert known(house) == "Amina property_admin baobab"
    assert known(house, "+254700000001") == "Amina property_admin baobab"


def test_a_revoked_person_is_a_stranger_at_once(house: House) -> None:
    house.setup()
    redeem(house, invite(house))
    revoke(house, PHONE)
    assert known(house) is None
    with house.store.reading() as session:
        assert [one.name for one in members(session, house.place().id)] == ["Amina"]
        assert [one.name for one in members(session, house.place().id, revoked=True)] == ["Amina", "Brian"]


def test_open_invitations_end_with_the_rights(house: House) -> None:
    house.setup()
    code = invite(house)
    revoke(house, "Brian")
    with pytest.raises(errors.CodeUnknown):
        redeem(house, code)
    assert known(house) is None


def test_a_lost_phone_stays_out_when_its_owner_is_invited_again(house: House) -> None:
    house.setup()
    redeem(house, invite(house))
    revoke(house, "Brian")
    redeem(house, invite(house), "+254700000008")
    assert known(house, "+254700000008") == "Brian staff baobab"
    assert known(house) is None


def test_who_works_elsewhere_too_keeps_their_address(house: House) -> None:
    house.setup()
    house.setup(BAOBAB.replace('"baobab"', '"acacia"').partition("[[channel]]")[0])
    house.setup(BAOBAB.partition("[[channel]]")[0] + '[[staff]]\nname = "Brian"\nrole = "super_admin"\n')
    revoke(house, "Amina")
    assert known(house, "+254700000001") == "Amina property_admin acacia"


def test_the_last_admin_is_not_revoked(house: House) -> None:
    house.setup()
    with pytest.raises(errors.LastAdmin):
        revoke(house, "Amina")
    assert known(house, "+254700000001") == "Amina property_admin baobab"


def test_an_admin_with_another_beside_them_is_revoked(house: House) -> None:
    house.setup()
    redeem(house, invite(house, "Brian", Role.PROPERTY_ADMIN))
    revoke(house, "Amina")
    assert known(house, "+254700000001") is None


def test_the_last_admin_is_not_made_staff_by_an_invitation(house: House) -> None:
    house.setup()
    with pytest.raises(errors.LastAdmin):
        invite(house, "Amina", Role.STAFF)
    assert known(house, "+254700000001") == "Amina property_admin baobab"


def test_nobody_gives_more_than_they_have(house: House) -> None:
    house.setup()
    redeem(house, invite(house))
    with pytest.raises(errors.MayNotGrant):
        invite(house, "Chebet", Role.STAFF, by(house, "Brian"))
    with pytest.raises(errors.MayNotGrant):
        invite(house, "Chebet", Role.SUPER_ADMIN, by(house, "Amina"))
    assert invite(house, "Chebet", Role.PROPERTY_ADMIN, by(house, "Amina"))


def test_nobody_takes_more_than_they_have(house: House) -> None:
    house.setup()
    invite(house, "Chebet", Role.SUPER_ADMIN)
    with pytest.raises(errors.MayNotGrant):
        revoke(house, "Chebet", by(house, "Amina"))
    revoke(house, "Amina", by(house, "Chebet"))


def test_people_are_found_by_name_email_or_address(house: House) -> None:
    house.setup()
    with house.store.reading() as session:
        place = house.place().id
        found = {
            member(session, place, asked).name
            for asked in ("amina", "AMINA@baobab.example", "+254700000001", "whatsapp:+254700000001", "telegram:1001")
        }
        with pytest.raises(errors.NoSuchMember):
            member(session, place, "+254700000002")
    assert found == {"Amina"}


def test_two_of_one_name_are_told_apart_by_address(house: House) -> None:
    house.setup()
    with house.store.unit_of_work() as work:
        other = Person(name="Amina", made_at=work.now)
        work.session.add(other)
        work.session.flush()
        work.session.add(Membership(person_id=other.id, property_id=house.place().id, role=Role.STAFF))
    with pytest.raises(errors.SeveralMembers), house.store.reading() as session:
        member(session, house.place().id, "Amina")
    with pytest.raises(errors.SeveralMembers):
        invite(house, "Amina")


def test_events_about_staff_name_nobody(house: House) -> None:
    house.setup()
    redeem(house, invite(house))
    revoke(house, "Brian")
    with house.store.reading() as session:
        events = session.scalars(select(Event).where(Event.subject == "person").order_by(Event.id)).all()
    assert [event.kind for event in events] == ["staff.added", "staff.invited", "staff.linked", "staff.revoked"]
    assert events[2].facts == {"role": "staff", "transport": "whatsapp"}
    assert "Brian" not in str([event.facts for event in events])
