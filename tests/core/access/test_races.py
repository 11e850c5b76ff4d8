"""Two at the same moment: what may be used once is used once, and every try is counted. With their negative twins."""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import Select

from core.access import links, logins, rules, sessions
from core.access.entering import Kind
from core.access.errors import LinkGone, NotLetIn
from core.access.models import AccessSession, LoginTries
from core.events.service import By
from core.staff import passwords
from tests.core.access.conftest import EMAIL, KEYS, ORIGIN, House
from tests.support.databases import migrated
from tests.support.hotel import make_hotel, open_store

pytestmark = pytest.mark.race
MEET = 1.0
"""Seconds that the first waits for the second to come as far: with the guard it never does."""


@pytest.fixture
def house(tmp_path: Any) -> Iterator[House]:  # noqa: ANN401 - pytest's own type.
    """Give a hotel on PostgreSQL: on SQLite writers wait in one queue."""
    with migrated("postgresql", tmp_path) as url, open_store(url) as store:
        yield House(store, make_hotel(store))


@pytest.fixture(params=[True, False], ids=["guarded", "twin"])
def guarded(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Say whether rows are locked; in the twin nobody locks any."""
    if not request.param:
        monkeypatch.setattr(Select, "with_for_update", lambda self, **_: self)
    return bool(request.param)


def meeting(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return `function` at which two wait for each other."""
    gate = threading.Barrier(2)

    def met(*given: object, **named: object) -> object:
        with suppress(threading.BrokenBarrierError):
            gate.wait(MEET)
        return function(*given, **named)

    return met


def both(act: Callable[[], object], *expected: type[Exception]) -> int:
    """Let two do `act` at once; how many were not refused."""
    done: list[object] = []

    def one() -> None:
        with suppress(*expected):
            done.append(act())

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(done)


def test_of_two_who_take_one_link_one_is_let_in(
    house: House, monkeypatch: pytest.MonkeyPatch, *, guarded: bool
) -> None:
    with house.store.unit_of_work() as work:
        code = links.make(work, house.amina, By()).code
    monkeypatch.setattr(sessions, "start", meeting(sessions.start))

    def take() -> str:
        with house.store.unit_of_work() as work:
            return links.take(work, code, ORIGIN)

    assert both(take, LinkGone) == (1 if guarded else 2)


def test_of_two_who_bring_one_refresh_token_one_gets_the_next_and_the_session_ends(
    house: House, monkeypatch: pytest.MonkeyPatch, *, guarded: bool
) -> None:
    with house.store.unit_of_work() as work:
        opened = sessions.start(work, house.amina, Kind.API, ORIGIN)
        token = sessions.give_tokens(work, opened, KEYS).refresh
    monkeypatch.setattr(sessions, "give_tokens", meeting(sessions.give_tokens))
    if not guarded:
        # The session's own row is locked by `get`, which the twin does not do either.
        monkeypatch.setattr("sqlalchemy.orm.Session.get_one", unlocked)
    assert both(lambda: sessions.refresh(house.store, token, KEYS), NotLetIn) == (1 if guarded else 2)
    with house.store.reading() as session:
        assert (session.get_one(AccessSession, opened.id).ended_why == "token_reused") == guarded


def unlocked(self: Any, entity: Any, ident: Any, **_: object) -> Any:  # noqa: ANN401 - as SQLAlchemy's.
    """Get a row without a lock."""
    return self.get(entity, ident)


def test_two_tries_at_once_count_as_two(house: House, monkeypatch: pytest.MonkeyPatch, *, guarded: bool) -> None:
    monkeypatch.setattr(passwords, "matches", lambda *_: False)
    with pytest.raises(NotLetIn):
        logins.log_in(house.store, EMAIL, "", ORIGIN, KEYS)
    monkeypatch.setattr(rules, "tried", meeting(rules.tried))
    assert both(lambda: logins.log_in(house.store, EMAIL, "", ORIGIN, KEYS), NotLetIn) == 0
    with house.store.reading() as session:
        counts = {row.count for row in session.query(LoginTries)}
    assert counts == ({3} if guarded else {2})
