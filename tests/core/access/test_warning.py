"""Who guards a property hears of copied logins and guessed passwords, and not of clerks who mistype."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from core.access import logins, rules, sessions
from core.access.entering import Kind
from core.access.errors import NotLetIn, WrongPassword
from core.outbox.effects import WarnOfLogin
from core.outbox.models import Due
from core.staff import passwords
from core.staff.models import Person
from tests.core.access.conftest import EMAIL, KEYS, ORIGIN, PASSWORD, House


@pytest.fixture(autouse=True)
def cheap(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash for a moment only."""
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    with house.store.unit_of_work() as work:
        work.session.get_one(Person, house.amina).password_hash = passwords.hashed(PASSWORD)


def warnings(house: House) -> list[dict[str, object]]:
    """Return what admins will be told."""
    with house.store.reading() as session:
        return [one.facts for one in session.query(Due).filter_by(kind=WarnOfLogin.kind).order_by(Due.id)]


def fail(house: House, times: int, email: str = EMAIL) -> None:
    """Try wrong passwords, each as soon as it is looked at."""
    for _ in range(times):
        with pytest.raises(NotLetIn):
            logins.log_in(house.store, email, "wrong", ORIGIN, KEYS)


def test_a_password_that_is_being_guessed_is_told_once_a_day(house: House) -> None:
    fail(house, rules.FREE_FOR_ACCOUNT - 1)
    assert warnings(house) == []
    fail(house, 1)
    assert warnings(house) == [{"person_id": house.amina, "fear": "guessed"}]
    house.clock.advance(timedelta(seconds=30))
    fail(house, 1)
    assert len(warnings(house)) == 1
    assert len(house.events("access.logins_shut")) == 2
    house.clock.advance(timedelta(days=1))
    fail(house, rules.FREE_FOR_ACCOUNT)
    assert len(warnings(house)) == 2


def test_who_finds_the_right_one_in_the_end_worries_nobody(house: House) -> None:
    fail(house, rules.FREE_FOR_ACCOUNT - 1)
    assert logins.log_in(house.store, EMAIL, PASSWORD, ORIGIN, KEYS).access
    assert len(house.events("access.logins_shut")) == 1
    assert warnings(house) == []


def test_an_account_there_is_not_is_nobodys_worry(house: House) -> None:
    fail(house, rules.FREE_FOR_ACCOUNT, "nobody@baobab.example")
    assert warnings(house) == []


def test_guessing_the_current_password_is_told_as_well(house: House) -> None:
    caller = house.enter(logins.log_in(house.store, EMAIL, PASSWORD, ORIGIN, KEYS).access)
    for _ in range(rules.FREE_FOR_ACCOUNT):
        with pytest.raises(WrongPassword):
            logins.set_password(house.store, caller, "wrong", "a longer password", ORIGIN)
    assert warnings(house) == [{"person_id": house.amina, "fear": "guessed"}]


def test_a_copied_login_is_told_once_however_often_the_copy_comes(house: House) -> None:
    with house.store.unit_of_work() as work:
        opened = sessions.start(work, house.amina, Kind.API, ORIGIN)
        given = sessions.give_tokens(work, opened, KEYS)
    sessions.refresh(house.store, given.refresh, KEYS)
    assert warnings(house) == []
    for _ in range(3):
        with pytest.raises(NotLetIn):
            sessions.refresh(house.store, given.refresh, KEYS)
    assert warnings(house) == [{"person_id": house.amina, "fear": "copied"}]
