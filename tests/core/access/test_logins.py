"""Logging in with e-mail and password."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from core.access import logins, pruning, rules
from core.access.errors import NotLetIn, TooManyTries
from core.access.models import LoginTries
from core.access.sessions import Origin, Tokens
from core.staff import passwords
from core.staff.models import Person
from tests.core.access.conftest import EMAIL, KEYS, ORIGIN, PASSWORD, House


def log_in(house: House, email: str = EMAIL, password: str = PASSWORD, origin: Origin = ORIGIN) -> Tokens:
    """Log in."""
    return logins.log_in(house.store, email, password, origin, KEYS)


def fail(house: House, emails: Sequence[str], origin: Origin = ORIGIN) -> None:
    """Try a wrong password for each of `emails`."""
    for email in emails:
        with pytest.raises(NotLetIn):
            log_in(house, email, "wrong", origin)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """Compare passwords at once, and give the hashes that were looked at."""
    looked: list[str | None] = []

    def matches(password_hash: str | None, password: str) -> bool:
        looked.append(password_hash)
        return password_hash is not None and password == PASSWORD

    monkeypatch.setattr(passwords, "matches", matches)
    return looked


@pytest.mark.parametrize("email", [EMAIL, "amina@baobab.example", " AMINA@baobab.example "])
def test_the_right_password_opens_a_session(house: House, email: str) -> None:
    given = log_in(house, email)
    assert house.enter(given.access).by.person_id == house.amina
    assert given.expires_in == 900
    (told,) = house.events("access.logged_in")
    assert (told.subject_id, told.facts) == (house.amina, {"session_id": 1, "how": "password"})


@pytest.mark.parametrize(
    ("email", "password"),
    [(EMAIL, "wrong"), (EMAIL, ""), ("nobody@baobab.example", PASSWORD), ("", PASSWORD), ("juma@baobab.example", "")],
)
def test_a_wrong_password_and_an_unknown_account_are_told_alike(house: House, email: str, password: str) -> None:
    with house.store.unit_of_work() as work:
        work.session.get_one(Person, house.hotel.people["Juma"]).email = "juma@baobab.example"
    with pytest.raises(NotLetIn) as refused:
        log_in(house, email, password)
    assert refused.value.facts == {}


def test_an_unknown_account_costs_the_same_work_as_a_wrong_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose costs are the same takes as long: Argon2 does the same work whatever the password."""
    verified: list[str] = []

    class Counting:
        def verify(self, kept: str, password: str) -> bool:
            verified.append(kept.split("$")[3])
            return hashing.verify(kept, password)

        def hash(self, password: str) -> str:
            return hashing.hash(password)

    hashing = passwords._HASHER
    kept = hashing.hash(PASSWORD)
    monkeypatch.setattr(passwords, "_HASHER", Counting())
    assert not passwords.matches(kept, "wrong")
    assert not passwords.matches(None, "wrong")
    assert verified[0] == verified[1]
    assert verified[0].startswith("m=")


def test_nobody_gets_in_by_the_decoys_hash() -> None:
    assert not passwords.matches(None, "")


def test_somebody_who_works_nowhere_is_not_let_in(house: House) -> None:
    with house.store.unit_of_work() as work:
        work.session.add(Person(name="Otieno", email="otieno@baobab.example", made_at=work.now))
        work.session.flush()
        otieno = work.session.query(Person).filter_by(name="Otieno").one()
        otieno.password_hash = work.session.get_one(Person, house.amina).password_hash
    with pytest.raises(NotLetIn):
        log_in(house, "otieno@baobab.example")


def test_an_account_is_shut_after_a_few_wrong_ones_even_for_the_right_one(
    house: House, quick: list[str | None]
) -> None:
    fail(house, [EMAIL] * rules.FREE_FOR_ACCOUNT)
    with pytest.raises(TooManyTries) as refused:
        log_in(house)
    assert refused.value.facts == {"retry_after": 30}
    assert len(quick) == rules.FREE_FOR_ACCOUNT
    (told,) = house.events("access.logins_shut")
    assert (told.subject_id, told.facts) == (house.amina, {"seconds": 30})
    house.clock.advance(timedelta(seconds=30))
    assert log_in(house).access


def test_an_account_there_is_not_is_shut_alike(house: House, quick: list[str | None]) -> None:
    fail(house, ["nobody@baobab.example"] * rules.FREE_FOR_ACCOUNT)
    with pytest.raises(TooManyTries) as refused:
        log_in(house, "nobody@baobab.example")
    assert refused.value.facts == {"retry_after": 30}
    assert quick == [None] * rules.FREE_FOR_ACCOUNT
    assert log_in(house).access


def test_an_address_is_shut_that_tries_many_accounts(house: House, quick: list[str | None]) -> None:
    fail(house, [f"{number}@baobab.example" for number in range(rules.FREE_FOR_ADDRESS)])
    with pytest.raises(TooManyTries):
        log_in(house)
    assert log_in(house, origin=Origin("203.0.113.8", "tests")).access
    assert len(quick) == rules.FREE_FOR_ADDRESS + 1


def test_a_hotel_behind_one_address_may_log_in_as_often_as_it_likes(house: House, quick: list[str | None]) -> None:
    for _ in range(2 * rules.FREE_FOR_ADDRESS):
        log_in(house)
    assert len(quick) == 2 * rules.FREE_FOR_ADDRESS


def test_the_right_password_takes_the_accounts_count_back(house: House, quick: list[str | None]) -> None:
    for _ in range(3):
        fail(house, [EMAIL] * (rules.FREE_FOR_ACCOUNT - 1))
        assert log_in(house).access
    assert len(quick) == 3 * rules.FREE_FOR_ACCOUNT


def test_a_try_is_counted_before_the_password_is_looked_at(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(_password_hash: str | None, _password: str) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(passwords, "matches", stopped)
    with pytest.raises(KeyboardInterrupt):
        log_in(house)
    with house.store.reading() as session:
        assert {row.subject.partition(":")[0]: row.count for row in session.query(LoginTries)} == {
            "account": 1,
            "address": 1,
        }


def test_a_hash_of_other_costs_is_made_anew_with_the_right_password(house: House) -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=1024).hash(PASSWORD)
    with house.store.unit_of_work() as work:
        work.session.get_one(Person, house.amina).password_hash = cheap
    log_in(house)
    with house.store.reading() as session:
        kept = session.get_one(Person, house.amina).password_hash
    assert kept != cheap
    assert passwords.matches(kept, PASSWORD)
    assert not passwords.is_outdated(kept)


@pytest.mark.usefixtures("quick")
def test_old_counts_are_cleared_away_and_young_ones_stay(house: House) -> None:
    fail(house, ["old@baobab.example"])
    house.clock.advance(rules.QUIET + rules.SHUT_MOST)
    fail(house, ["young@baobab.example"], Origin("203.0.113.9", "tests"))
    house.clock.advance(timedelta(seconds=1))
    with house.store.unit_of_work() as work:
        pruning.prune(work)
    with house.store.reading() as session:
        assert session.query(LoginTries).count() == 2
