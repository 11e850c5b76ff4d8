"""Sessions: rotated, ended, and gone at once for whoever is revoked."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.access import entering, sessions
from core.access.entering import SEEN_EVERY, Kind
from core.access.errors import NoSuchSession, NotLetIn
from core.access.models import AccessSession
from core.access.sessions import Tokens, Why
from core.events.service import By
from core.staff import service as staff
from core.staff.models import Membership
from core.staff.roles import Role
from tests.core.access.conftest import KEYS, ORIGIN, House


def opened(house: House, person_id: int | None = None) -> Tokens:
    """Open a session of Amina's."""
    with house.store.unit_of_work() as work:
        started = sessions.start(work, person_id or house.amina, Kind.API, ORIGIN)
        return sessions.give_tokens(work, started, KEYS)


def membership(house: House, name: str) -> int:
    """Return the id of somebody's membership."""
    query = select(Membership.id).where(Membership.person_id == house.hotel.people[name])
    with house.store.reading() as session:
        return session.scalars(query).one()


def test_an_access_token_lets_its_person_in_with_their_role(house: House) -> None:
    caller = house.enter(opened(house).access)
    assert caller.rights.roles == {house.hotel.property_id: Role.STAFF}
    assert (caller.by.person_id, caller.by.transport, caller.name) == (house.amina, "api", f"person:{house.amina}")


def test_a_refresh_token_brings_the_next_pair(house: House) -> None:
    first = opened(house)
    house.clock.advance(timedelta(minutes=20))
    with pytest.raises(NotLetIn):
        house.enter(first.access)
    second = sessions.refresh(house.store, first.refresh, KEYS)
    assert second.refresh != first.refresh
    assert house.enter(second.access).session_id == 1
    assert house.enter(sessions.refresh(house.store, second.refresh, KEYS).access).session_id == 1


def test_a_refresh_token_that_comes_again_ends_the_session_for_the_thief_and_the_owner(house: House) -> None:
    stolen = opened(house)
    owner = sessions.refresh(house.store, stolen.refresh, KEYS)
    other = opened(house)
    with pytest.raises(NotLetIn):
        sessions.refresh(house.store, stolen.refresh, KEYS)
    with pytest.raises(NotLetIn):
        sessions.refresh(house.store, owner.refresh, KEYS)
    with pytest.raises(NotLetIn):
        house.enter(owner.access)
    assert house.enter(other.access).session_id == 2
    (told,) = house.events("access.token_reused")
    assert (told.subject_id, told.property_id, told.facts) == (house.amina, house.hotel.property_id, {"session_id": 1})


@pytest.mark.parametrize("token", ["", "nothing of ours", "a" * 200])
def test_an_unknown_refresh_token_lets_nobody_in(house: House, token: str) -> None:
    opened(house)
    with pytest.raises(NotLetIn):
        sessions.refresh(house.store, token, KEYS)
    assert house.events("access.token_reused") == []


def test_a_session_is_over_after_a_month_however_often_it_was_used(house: House) -> None:
    pair = opened(house)
    house.clock.advance(sessions.LASTS - timedelta(minutes=1))
    pair = sessions.refresh(house.store, pair.refresh, KEYS)
    assert house.enter(pair.access).session_id == 1
    house.clock.advance(timedelta(minutes=1))
    with pytest.raises(NotLetIn):
        house.enter(pair.access)
    with pytest.raises(NotLetIn):
        sessions.refresh(house.store, pair.refresh, KEYS)


def test_an_ended_session_lets_nobody_in_from_now_on(house: House) -> None:
    pair, other = opened(house), opened(house)
    with house.store.unit_of_work() as work:
        sessions.end(work, 1, house.amina, Why.ENDED, By(house.amina, "api"))
    with pytest.raises(NotLetIn):
        house.enter(pair.access)
    with pytest.raises(NotLetIn):
        sessions.refresh(house.store, pair.refresh, KEYS)
    assert house.enter(other.access).session_id == 2
    assert [event.facts for event in house.events("access.session_ended")] == [{"session_id": 1, "why": "ended"}]


def test_nobody_ends_the_session_of_somebody_else(house: House) -> None:
    pair = opened(house)
    for person_id, session_id in ((house.hotel.people["Juma"], 1), (house.amina, 2)):
        with pytest.raises(NoSuchSession), house.store.unit_of_work() as work:
            sessions.end(work, session_id, person_id, Why.ENDED, By(person_id, "api"))
    assert house.enter(pair.access).session_id == 1


def test_somebody_revoked_is_out_at_once_and_stays_out_when_invited_again(house: House) -> None:
    pair = opened(house)
    juma = By(house.hotel.people["Juma"], "whatsapp")
    with house.store.unit_of_work() as work:
        staff.revoke(work, membership(house, "Amina"), juma)
    for again in (False, True):
        if again:
            with house.store.unit_of_work() as work:
                staff.invite(work, house.hotel.property_id, "Amina", juma)
        with pytest.raises(NotLetIn):
            house.enter(pair.access)
        with pytest.raises(NotLetIn):
            sessions.refresh(house.store, pair.refresh, KEYS)


def test_a_lower_role_holds_with_the_next_request(house: House) -> None:
    pair = opened(house, house.hotel.people["Juma"])
    assert house.enter(pair.access).rights.roles == {house.hotel.property_id: Role.PROPERTY_ADMIN}
    with house.store.unit_of_work() as work:
        work.session.get_one(Membership, membership(house, "Juma")).role = Role.STAFF
    assert house.enter(pair.access).rights.roles == {house.hotel.property_id: Role.STAFF}


def test_a_person_sees_their_own_open_sessions(house: House) -> None:
    opened(house)
    house.clock.advance(timedelta(hours=1))
    opened(house)
    opened(house, house.hotel.people["Juma"])
    with house.store.unit_of_work() as work:
        sessions.end(work, 1, house.amina, Why.ENDED, By())
    with house.store.reading() as session:
        (seen,) = sessions.opened_by(session, house.amina, house.store.clock.now())
    assert (seen.session_id, seen.kind, seen.address, seen.agent) == (2, Kind.API, ORIGIN.address, ORIGIN.agent)


def test_when_a_session_was_last_used_is_written_down_every_few_minutes(house: House) -> None:
    pair = opened(house)
    assert not house.enter(pair.access).stale
    house.clock.advance(SEEN_EVERY)
    caller = house.enter(pair.access)
    assert caller.stale
    with house.store.unit_of_work() as work:
        entering.note_seen(work, caller)
    with house.store.reading() as session:
        assert session.get_one(AccessSession, 1).seen_at == house.store.clock.now()
    assert not house.enter(pair.access).stale
