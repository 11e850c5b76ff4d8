"""People of several properties: a super admin is at home in all of them, and a choice is about its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.alerts import tell_admins
from bot.conversation.actions import Continue
from bot.conversation.drafts import Draft
from bot.conversation.says import Say, line, offer
from bot.messages import Outgoing
from bot.understanding import Intent
from core.outbox import service as outbox
from core.staff import queries as staff
from core.staff.models import ChatAddress, Membership
from core.staff.roles import Role
from core.staff.views import Who
from core.stays.models import Stay
from tests.bot.phones import CHATS, Phones, open_phones
from tests.support.hotel import Hotel, make_hotel
from workers.running import run


@dataclass(frozen=True, slots=True)
class Houses:
    """Two hotels: Juma's Baobab, and Acacia with its own rooms 1 and 3."""

    phones: Phones
    acacia: Hotel

    def who(self) -> Who:
        """Return Juma as the chat knows him."""
        with self.phones.store.reading() as session:
            found = staff.identify(session, "telegram", (CHATS["Juma"],))
        assert found is not None
        return found

    def makes(self, role: Role, hotel: Hotel | None = None) -> None:
        """Let Juma be this at a hotel, by default his own."""
        place = (hotel or self.phones.hotel).property_id
        with self.phones.store.unit_of_work() as work:
            person = self.phones.hotel.people["Juma"]
            found = work.session.scalar(select(Membership).filter_by(person_id=person, property_id=place))
            if found is None:
                found = Membership(person_id=person, property_id=place)
                work.session.add(found)
            found.role = role

    def speaks_for(self, hotel: Hotel) -> None:
        """Let Juma's address speak for a hotel."""
        with self.phones.store.unit_of_work() as work:
            address = work.session.scalars(select(ChatAddress).filter_by(external_id=CHATS["Juma"])).one()
            address.property_id = hotel.property_id

    def stays(self, hotel: Hotel) -> int:
        """Count what is held at a hotel."""
        with self.phones.store.reading() as session:
            return len(session.scalars(select(Stay).where(Stay.property_id == hotel.property_id)).all())


@pytest.fixture
def houses(database_url: str) -> Iterator[Houses]:
    """Give the two hotels, on each engine."""
    with open_phones(database_url) as phones:
        yield Houses(phones, make_hotel(phones.store, {"1": "DBL", "3": "DBL"}, code="acacia", staff={}))


def test_a_super_admin_is_one_at_every_property_his_own_first(houses: Houses) -> None:
    houses.makes(Role.SUPER_ADMIN)
    found = [(place.code, place.role) for place in houses.who().places]
    assert found == [("baobab", Role.SUPER_ADMIN), ("acacia", Role.SUPER_ADMIN)]
    assert houses.who().place.code == "baobab"


def test_a_super_admin_who_is_staff_elsewhere_is_super_admin_there_too(houses: Houses) -> None:
    houses.makes(Role.SUPER_ADMIN, houses.acacia)
    houses.makes(Role.STAFF)
    assert [place.role for place in houses.who().places] == [Role.SUPER_ADMIN, Role.SUPER_ADMIN]


@pytest.mark.parametrize("role", [Role.STAFF, Role.PROPERTY_ADMIN])
def test_anybody_else_is_at_home_only_where_he_works(houses: Houses, role: Role) -> None:
    houses.makes(role)
    assert [place.code for place in houses.who().places] == ["baobab"]
    houses.speaks_for(houses.acacia)
    houses.phones.say("Juma", "block room 3 tonight")
    assert (houses.stays(houses.phones.hotel), houses.stays(houses.acacia)) == (1, 0)


def test_a_super_admin_who_is_revoked_is_out_everywhere(houses: Houses) -> None:
    houses.makes(Role.SUPER_ADMIN)
    with houses.phones.store.unit_of_work() as work:
        for one in work.session.scalars(select(Membership).filter_by(person_id=houses.phones.hotel.people["Juma"])):
            one.revoked_at = work.now
    assert houses.phones.say("Juma", "block room 3 tonight").text.startswith("This is a hotel's staff line.")


def test_a_super_admin_acts_where_he_is_no_member(houses: Houses) -> None:
    houses.makes(Role.SUPER_ADMIN)
    houses.speaks_for(houses.acacia)
    assert houses.phones.say("Juma", "what is free").text.count("Dbl: 1, 3") == 1
    assert houses.phones.say("Juma", "block room 1 tonight").text.startswith("✅ Room 1")
    assert "/ics/" in houses.phones.say("Juma", "feed link room 3 airbnb").text
    assert houses.stays(houses.acacia) == 1


def test_a_super_admin_is_not_told_unasked_of_properties_where_he_is_no_member(houses: Houses) -> None:
    houses.makes(Role.SUPER_ADMIN)
    with houses.phones.store.unit_of_work() as work:
        assert tell_admins(work, houses.acacia.property_id, Say((line("notice.media"),))) == 0


def pushed(houses: Houses, draft: Draft) -> Outgoing:
    """Tell Juma something of Acacia that has one choice, and return it as it was sent."""
    with houses.phones.store.unit_of_work() as work:
        say = Say((line("notice.media"),), (offer("offer.tonight", Continue(draft)),))
        tell_admins(work, houses.acacia.property_id, say)
        work.session.flush()
        leases = outbox.lease(work, 1)
    for lease in leases:
        run(houses.phones.desk._context, lease)
    return houses.phones.receiver.sent[-1]


def test_a_choice_is_about_the_property_it_was_offered_for(houses: Houses) -> None:
    houses.makes(Role.PROPERTY_ADMIN, houses.acacia)
    told = houses.phones.tap("Juma", pushed(houses, Draft(Intent.STATUS, rooms=("1",))), "Tonight").text
    assert told == "🏨 acacia\nRoom 1 (Dbl): nothing is held from tonight on."


def test_a_question_about_another_property_is_answered_there_and_then_all_is_as_before(houses: Houses) -> None:
    houses.makes(Role.PROPERTY_ADMIN, houses.acacia)
    asked = houses.phones.tap("Juma", pushed(houses, Draft(Intent.BLOCK, rooms=("3",))), "Tonight").text
    assert asked == "🏨 acacia\nRoom 3: which nights?"
    assert houses.phones.say("Juma", "tonight").text.startswith("🏨 acacia\n✅ Room 3")
    assert (houses.stays(houses.phones.hotel), houses.stays(houses.acacia)) == (0, 1)
    assert houses.phones.say("Juma", "block room 3 tonight").text.startswith("✅ Room 3")
    assert houses.stays(houses.phones.hotel) == 1


def test_another_command_than_the_answer_is_for_the_house_one_speaks_for(houses: Houses) -> None:
    houses.makes(Role.PROPERTY_ADMIN, houses.acacia)
    houses.phones.tap("Juma", pushed(houses, Draft(Intent.BLOCK, rooms=("1",))), "Tonight")
    assert houses.phones.say("Juma", "block room 3 tonight").text.startswith("✅ Room 3")
    assert (houses.stays(houses.phones.hotel), houses.stays(houses.acacia)) == (1, 0)


def test_an_hour_later_the_question_about_another_property_is_over(houses: Houses) -> None:
    houses.makes(Role.PROPERTY_ADMIN, houses.acacia)
    houses.phones.tap("Juma", pushed(houses, Draft(Intent.BLOCK, rooms=("3",))), "Tonight")
    houses.phones.advance(timedelta(hours=1))
    assert houses.phones.say("Juma", "room 4").text.startswith("Room 4 (Dbl): nothing is held")


def test_the_choice_of_a_property_that_is_no_longer_ones_own_does_nothing_there(houses: Houses) -> None:
    houses.makes(Role.PROPERTY_ADMIN, houses.acacia)
    told = pushed(houses, Draft(Intent.BLOCK, rooms=("1",), nights=1))
    with houses.phones.store.unit_of_work() as work:
        one = work.session.scalars(select(Membership).filter_by(property_id=houses.acacia.property_id)).one()
        one.revoked_at = work.now
    houses.phones.tap("Juma", told, "Tonight")
    assert houses.stays(houses.acacia) == 0
