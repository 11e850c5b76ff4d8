"""API keys: one property, certain acts, and never more than their maker may."""

from datetime import timedelta

import pytest

from core.access import entering, keys
from core.access.callers import Caller
from core.access.errors import NoSuchKey, NoSuchScope, NotLetIn
from core.access.keys import NewKey
from core.access.models import ApiKey
from core.access.permissions import PEOPLE_ONLY, Act
from core.events.service import By
from core.staff.models import Membership
from core.staff.roles import Role
from tests.core.access.conftest import House
from tests.support.hotel import make_hotel


def make(house: House, *scopes: str, lasts: timedelta | None = None, maker: str | None = "Juma") -> str:
    """Make a key; its text."""
    expires_at = house.store.clock.now() + lasts if lasts else None
    wanted = NewKey(house.hotel.property_id, "Accounting", scopes or ("rooms.read",), expires_at)
    by = By(house.hotel.people[maker], "api") if maker else By()
    with house.store.unit_of_work() as work:
        text, _ = keys.make(work, wanted, by)
    return text


def enter(house: House, key: str) -> Caller:
    """Let the bearer of a key in."""
    with house.store.reading() as session:
        return entering.by_key(session, key, house.store.clock.now())


def set_role(house: House, name: str, role: Role | None) -> None:
    """Give somebody another role, or none."""
    with house.store.unit_of_work() as work:
        one = work.session.query(Membership).filter_by(person_id=house.hotel.people[name]).one()
        one.role, one.revoked_at = role or one.role, None if role else work.now


def test_a_key_may_what_its_scopes_name_at_its_property(house: House) -> None:
    other = make_hotel(house.store, {"1": "DBL"}, code="acacia", staff={})
    caller = enter(house, make(house, "rooms.read", "stays.change"))
    here = house.hotel.property_id
    assert [act for act in Act if caller.may(here, act)] == [Act.READ_ROOMS, Act.CHANGE_STAYS]
    assert not any(caller.may(other.property_id, act) for act in Act)
    assert (caller.by.person_id, caller.by.key_id, caller.name) == (None, 1, "key:1")


def test_a_key_of_a_super_admin_is_of_one_property_all_the_same(house: House) -> None:
    other = make_hotel(house.store, {"1": "DBL"}, code="acacia", staff={})
    caller = enter(house, make(house, maker="Zawadi"))
    assert caller.properties(Act.READ_ROOMS) == (house.hotel.property_id,)
    assert not caller.may(other.property_id, Act.READ_ROOMS)


def test_a_key_may_never_more_than_its_maker_today(house: House) -> None:
    key = make(house, "rooms.read", "rooms.change")
    assert enter(house, key).may(house.hotel.property_id, Act.CHANGE_ROOMS)
    set_role(house, "Juma", Role.STAFF)
    assert not enter(house, key).may(house.hotel.property_id, Act.CHANGE_ROOMS)
    assert enter(house, key).may(house.hotel.property_id, Act.READ_ROOMS)
    set_role(house, "Juma", None)
    with pytest.raises(NotLetIn):
        enter(house, key)


def test_a_key_made_on_the_machine_outlives_everybody(house: House) -> None:
    key = make(house, "rooms.change", maker=None)
    set_role(house, "Juma", None)
    assert enter(house, key).may(house.hotel.property_id, Act.CHANGE_ROOMS)


def test_a_key_works_until_it_is_ended_or_over(house: House) -> None:
    ended, short = make(house), make(house, lasts=timedelta(days=1))
    with house.store.unit_of_work() as work:
        keys.end(work, 1, By(house.hotel.people["Juma"], "api"))
    with pytest.raises(NotLetIn):
        enter(house, ended)
    assert enter(house, short).by.key_id == 2
    house.clock.advance(timedelta(days=1))
    with pytest.raises(NotLetIn):
        enter(house, short)
    with pytest.raises(NoSuchKey), house.store.unit_of_work() as work:
        keys.end(work, 1, By())
    assert [event.facts for event in house.events("access.key_ended")] == [{"scopes": ["rooms.read"]}]


@pytest.mark.parametrize("scope", ["rooms.paint", "", *sorted(PEOPLE_ONLY)])
def test_a_key_is_made_for_nothing_but_what_keys_may(house: House, scope: str) -> None:
    with pytest.raises(NoSuchScope):
        make(house, "rooms.read", scope)
    assert house.events("access.key_made") == []


def test_a_scope_that_is_no_more_allows_nothing(house: House) -> None:
    key = make(house)
    with house.store.unit_of_work() as work:
        work.session.get_one(ApiKey, 1).scopes = ["rooms.read", "lamps.read", str(Act.CHANGE_STAFF)]
    caller = enter(house, key)
    assert [act for act in Act if caller.may(house.hotel.property_id, act)] == [Act.READ_ROOMS]


def test_a_key_is_told_by_its_beginning_and_kept_as_a_hash(house: House) -> None:
    key = make(house)
    with house.store.reading() as session:
        (seen,) = keys.working(session, [house.hotel.property_id], house.store.clock.now(), 0, 10)
        kept = session.get_one(ApiKey, 1)
    assert key.startswith(seen.prefix)
    assert len(seen.prefix) <= 12
    assert key not in str(vars(kept))


@pytest.mark.parametrize("key", ["", "dauda_", "dauda_guessed", "x" * 500])
def test_a_guessed_key_lets_nobody_in(house: House, key: str) -> None:
    make(house)
    with pytest.raises(NotLetIn):
        enter(house, key)
