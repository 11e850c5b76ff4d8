"""The table of permissions: complete, and the same for everybody who asks."""

import pytest

from bot.conversation.actions import Command
from bot.permits import NEEDS as CHAT_NEEDS
from core.access import permissions
from core.access.errors import ScopeMissing
from core.access.permissions import FOR_KEYS, NEEDS, PEOPLE_ONLY, Act, Rights, may, must, properties
from core.errors import NotFound
from core.properties.errors import NoSuchProperty
from core.staff.roles import Role
from core.staff.rules import RoleTooLow, is_at_least

HERE, THERE = 1, 2


class NoSuchLamp(NotFound):
    """An example of something that belongs to a property."""


def test_every_act_needs_a_role() -> None:
    assert set(NEEDS) == set(Act)


def test_every_command_of_the_chat_needs_a_permission() -> None:
    assert set(CHAT_NEEDS) == set(Command.__args__)


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("role", Role)
def test_a_role_may_what_needs_it_or_less_at_its_own_property_alone(act: Act, role: Role) -> None:
    rights = Rights({HERE: role})
    assert may(rights, HERE, act) == is_at_least(role, NEEDS[act])
    assert not may(rights, THERE, act)


@pytest.mark.parametrize("act", Act)
def test_a_key_may_what_its_scopes_name_and_its_maker_may(act: Act) -> None:
    admin = {HERE: Role.PROPERTY_ADMIN}
    assert may(Rights(admin, frozenset({act})), HERE, act) == is_at_least(Role.PROPERTY_ADMIN, NEEDS[act])
    assert may(Rights({HERE: Role.STAFF}, frozenset({act})), HERE, act) == (NEEDS[act] == Role.STAFF)
    assert not may(Rights(admin, frozenset(set(Act) - {act})), HERE, act)


def test_a_foreign_property_is_as_if_it_were_not_there() -> None:
    rights = Rights({HERE: Role.PROPERTY_ADMIN})
    with pytest.raises(NoSuchProperty):
        must(rights, THERE, Act.READ_ROOMS)
    with pytest.raises(NoSuchLamp):
        must(rights, THERE, Act.READ_ROOMS, NoSuchLamp())
    with pytest.raises(NoSuchProperty):
        properties(rights, Act.READ_ROOMS, THERE)


def test_in_ones_own_property_the_missing_role_is_named() -> None:
    with pytest.raises(RoleTooLow) as refused:
        must(Rights({HERE: Role.STAFF}), HERE, Act.CHANGE_ROOMS, NoSuchLamp())
    assert refused.value.facts == {"needs": Role.PROPERTY_ADMIN}


def test_a_missing_scope_is_named_before_the_role() -> None:
    with pytest.raises(ScopeMissing) as refused:
        must(Rights({HERE: Role.STAFF}, frozenset({Act.READ_ROOMS})), HERE, Act.CHANGE_ROOMS)
    assert refused.value.facts == {"needs": Act.CHANGE_ROOMS}


def test_only_a_super_admin_may_what_concerns_the_house() -> None:
    assert may(Rights({HERE: Role.STAFF, THERE: Role.SUPER_ADMIN}), None, Act.ADD_PROPERTY)
    assert not may(Rights({HERE: Role.PROPERTY_ADMIN}), None, Act.ADD_PROPERTY)
    with pytest.raises(RoleTooLow):
        must(Rights({HERE: Role.PROPERTY_ADMIN}), None, Act.ADD_PROPERTY)


def test_lists_show_the_properties_where_the_act_is_allowed() -> None:
    rights = Rights({3: Role.STAFF, HERE: Role.PROPERTY_ADMIN, THERE: Role.PROPERTY_ADMIN})
    assert properties(rights, Act.CHANGE_ROOMS) == (HERE, THERE)
    assert properties(rights, Act.READ_ROOMS) == (HERE, THERE, 3)
    assert properties(rights, Act.READ_ROOMS, 3) == (3,)
    with pytest.raises(RoleTooLow):
        properties(rights, Act.CHANGE_ROOMS, 3)


def test_whoever_may_nowhere_is_refused_instead_of_shown_an_empty_list() -> None:
    with pytest.raises(RoleTooLow):
        properties(Rights({HERE: Role.STAFF}), Act.READ_STAFF)
    with pytest.raises(ScopeMissing):
        properties(Rights({HERE: Role.PROPERTY_ADMIN}, frozenset()), Act.READ_ROOMS)


@pytest.mark.parametrize("act", sorted(PEOPLE_ONLY))
def test_no_key_is_made_for_what_people_alone_may(act: Act) -> None:
    with pytest.raises(KeyError):
        permissions.scopes_of([act])


def test_the_scopes_of_a_key_are_the_names_of_acts() -> None:
    assert permissions.scopes_of(["rooms.read", "stays.change"]) == {Act.READ_ROOMS, Act.CHANGE_STAYS}
    assert permissions.scopes_of([str(act) for act in FOR_KEYS]) == set(FOR_KEYS)
    with pytest.raises(KeyError):
        permissions.scopes_of(["rooms.paint"])
