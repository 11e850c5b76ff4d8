"""One-time login links."""

from datetime import timedelta

import pytest
from sqlalchemy import delete

from core.access import entering, links
from core.access.callers import Caller
from core.access.errors import LinkGone, NotLetIn
from core.access.models import AccessSession, LoginLink
from core.access.sessions import Why, end_all
from core.events.service import By
from core.staff.models import Membership, Person
from tests.core.access.conftest import ORIGIN, House


def make(house: House) -> str:
    """Make a link for Amina."""
    with house.store.unit_of_work() as work:
        return links.make(work, house.amina, By(house.amina, "whatsapp")).code


def take(house: House, code: str) -> str:
    """Take a link; its cookie."""
    with house.store.unit_of_work() as work:
        return links.take(work, code, ORIGIN)


def enter(house: House, cookie: str) -> Caller:
    """Let the bearer of a cookie in."""
    with house.store.reading() as session:
        return entering.by_cookie(session, cookie, house.store.clock.now())


def test_a_link_opens_the_dashboard_for_its_person_once(house: House) -> None:
    code = make(house)
    caller = enter(house, take(house, code))
    assert (caller.by.person_id, caller.by.transport) == (house.amina, "dashboard")
    with pytest.raises(LinkGone):
        take(house, code)
    assert [event.facts["how"] for event in house.events("access.logged_in")] == ["link"]
    assert [event.person_id for event in house.events("access.link_made")] == [house.amina]


def test_a_link_is_over_after_ten_minutes(house: House) -> None:
    code = make(house)
    house.clock.advance(timedelta(minutes=10))
    with pytest.raises(LinkGone):
        take(house, code)


def test_a_new_link_ends_the_one_before(house: House) -> None:
    first, second = make(house), make(house)
    with pytest.raises(LinkGone):
        take(house, first)
    assert take(house, second)


@pytest.mark.parametrize("code", ["", "guessed", "x" * 500])
def test_a_guessed_code_opens_nothing(house: House, code: str) -> None:
    make(house)
    with pytest.raises(LinkGone):
        take(house, code)


def test_whoever_left_gets_no_link_and_cannot_use_an_old_one(house: House) -> None:
    code = make(house)
    with house.store.unit_of_work() as work:
        work.session.execute(delete(Membership).where(Membership.person_id == house.amina))
    with pytest.raises(LinkGone):
        take(house, code)
    with pytest.raises(NotLetIn):
        make(house)


def test_ending_every_session_ends_the_links_too(house: House) -> None:
    cookie = take(house, make(house))
    code = make(house)
    with house.store.unit_of_work() as work:
        assert end_all(work, house.amina, Why.PASSWORD, By()) == 1
    with pytest.raises(LinkGone):
        take(house, code)
    with pytest.raises(NotLetIn):
        enter(house, cookie)


def test_neither_the_code_nor_the_cookie_lies_in_the_database(house: House) -> None:
    code = make(house)
    cookie = take(house, code)
    with house.store.reading() as session:
        kept = str([vars(row) for kind in (LoginLink, AccessSession, Person) for row in session.query(kind)])
    assert code not in kept
    assert cookie not in kept
