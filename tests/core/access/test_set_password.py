"""Setting one's own password: the old one is asked for, and everybody else is out."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from core.access import entering, links, logins, rules, sessions
from core.access.callers import Caller
from core.access.entering import Kind
from core.access.errors import LinkGone, NoEmail, NotLetIn, ScopeMissing, TooManyTries, WrongPassword
from core.access.permissions import Rights
from core.events.service import By
from core.staff import passwords
from core.staff.models import Person
from tests.core.access.conftest import EMAIL, KEYS, ORIGIN, PASSWORD, House

NEW = "an even longer password"


@pytest.fixture(autouse=True)
def cheap(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash for a moment only; Amina has her password."""
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    has(house, passwords.hashed(PASSWORD))


def has(house: House, password_hash: str | None, email: str | None = EMAIL) -> None:
    """Let Amina have this hash and e-mail."""
    with house.store.unit_of_work() as work:
        amina = work.session.get_one(Person, house.amina)
        amina.email, amina.password_hash = email, password_hash


def caller(house: House) -> Caller:
    """Log Amina in."""
    return house.enter(logins.log_in(house.store, EMAIL, PASSWORD, ORIGIN, KEYS).access)


def from_chat(house: House) -> Caller:
    """Let Amina in by a link from the chat."""
    by = By(house.amina, "whatsapp")
    with house.store.unit_of_work() as work:
        cookie = links.take(work, links.make(work, house.amina, by).code, ORIGIN)
    with house.store.reading() as session:
        return entering.by_cookie(session, cookie, house.clock.now())


def set_password(house: House, who: Caller, current: str | None = PASSWORD, new: str = NEW) -> None:
    """Set the password of `who`."""
    logins.set_password(house.store, who, current, new, ORIGIN)


def stands(house: House, who: Caller) -> bool:
    """Whether the session of `who` is open."""
    with house.store.reading() as session:
        opened = sessions.opened_by(session, house.amina, house.clock.now())
    return who.session_id in {one.session_id for one in opened}


def test_the_new_password_lets_in_and_the_old_one_does_not(house: House) -> None:
    set_password(house, caller(house))
    assert logins.log_in(house.store, EMAIL, NEW, ORIGIN, KEYS).access
    with pytest.raises(NotLetIn):
        logins.log_in(house.store, EMAIL, PASSWORD, ORIGIN, KEYS)


def test_every_other_session_and_link_ends_and_the_one_that_asked_stays(house: House) -> None:
    asking, phone, browser = caller(house), caller(house), from_chat(house)
    with house.store.unit_of_work() as work:
        code = links.make(work, house.amina, By(house.amina, "whatsapp")).code
        other = sessions.start(work, house.hotel.people["Juma"], Kind.API, ORIGIN).id
    set_password(house, asking)
    assert [stands(house, one) for one in (asking, phone, browser)] == [True, False, False]
    with pytest.raises(LinkGone), house.store.unit_of_work() as work:
        links.take(work, code, ORIGIN)
    ended = house.events("access.session_ended")
    assert [(one.facts["session_id"], one.facts["why"]) for one in ended] == [
        (phone.session_id, "password"),
        (browser.session_id, "password"),
    ]
    assert other not in {one.facts["session_id"] for one in ended}
    (told,) = house.events("access.password_set")
    assert (told.subject_id, told.person_id, told.facts) == (house.amina, house.amina, {"first": False})


@pytest.mark.parametrize("current", ["wrong", "", None])
def test_a_wrong_current_one_changes_and_ends_nothing(house: House, current: str | None) -> None:
    asking, phone = caller(house), caller(house)
    with pytest.raises(WrongPassword):
        set_password(house, asking, current)
    assert stands(house, phone)
    assert house.events("access.password_set") == []
    assert logins.log_in(house.store, EMAIL, PASSWORD, ORIGIN, KEYS).access


def test_wrong_ones_are_counted_with_those_of_the_login(house: House) -> None:
    asking = caller(house)
    for _ in range(rules.FREE_FOR_ACCOUNT):
        with pytest.raises(WrongPassword):
            set_password(house, asking, "wrong")
    with pytest.raises(TooManyTries):
        set_password(house, asking)
    with pytest.raises(TooManyTries):
        logins.log_in(house.store, EMAIL, PASSWORD, ORIGIN, KEYS)
    house.clock.advance(timedelta(seconds=30))
    set_password(house, asking)
    assert logins.log_in(house.store, EMAIL, NEW, ORIGIN, KEYS).access


def test_whoever_has_none_sets_the_first_one_without_a_current_one(house: House) -> None:
    has(house, None)
    asking = from_chat(house)
    set_password(house, asking, None)
    assert stands(house, asking)
    assert logins.log_in(house.store, EMAIL, NEW, ORIGIN, KEYS).access
    (told,) = house.events("access.password_set")
    assert (told.facts, told.transport) == ({"first": True}, "dashboard")


def test_a_link_from_the_chat_does_not_stand_for_the_current_one(house: House) -> None:
    with pytest.raises(WrongPassword):
        set_password(house, from_chat(house), None)


def test_who_has_no_email_is_told_so_and_gets_no_password(house: House) -> None:
    has(house, None, None)
    with pytest.raises(NoEmail):
        set_password(house, from_chat(house), None)
    assert house.events("access.password_set") == []


def test_a_key_has_no_password(house: House) -> None:
    key = Caller(Rights({}, frozenset()), By(transport="api", key_id=1), "key:1")
    with pytest.raises(ScopeMissing):
        set_password(house, key)


def test_of_two_at_once_one_is_told_that_the_password_is_another_by_now(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking, other = caller(house), caller(house)
    hashed: Callable[[str], str] = passwords.hashed

    def meanwhile(password: str) -> str:
        monkeypatch.setattr(passwords, "hashed", hashed)
        set_password(house, other, new="the quicker one")
        return hashed(password)

    monkeypatch.setattr(passwords, "hashed", meanwhile)
    with pytest.raises(WrongPassword):
        set_password(house, asking)
    assert logins.log_in(house.store, EMAIL, "the quicker one", ORIGIN, KEYS).access
