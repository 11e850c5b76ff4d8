"""Logging in with e-mail and password: counted before it is looked at, and as slow for people there are not."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Table, delete, func, select, update

from core.access import events as happenings
from core.access import rules, sessions, trail
from core.access.entering import Kind
from core.access.errors import NotLetIn, TooManyTries
from core.access.models import LoginTries
from core.access.queries import roles_of
from core.access.rules import Tries
from core.access.sessions import Origin, Tokens
from core.db.prepared import run
from core.db.upsert import insert_new
from core.db.work import Store, UnitOfWork
from core.events.service import By
from core.sealing import fingerprint
from core.staff import passwords
from core.staff.models import Person

_TRIES: Table = LoginTries.__table__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class _Try:
    """One try that may be looked at."""

    account: str
    address: str
    person_id: int | None
    password_hash: str | None


def log_in(store: Store, email: str, password: str, origin: Origin, keys: Sequence[bytes]) -> Tokens:
    """Open a session for whoever has this e-mail and password.

    Raises `TooManyTries` (nothing was looked at), and `NotLetIn` alike for a wrong password, an unknown e-mail and
    somebody who no longer works here. A right password takes the account's count back, and what it added to its
    address's.
    """
    with store.unit_of_work() as work:
        one = _count(work, email, origin)
    # Between two units of work: hashing takes long, and must not keep others from writing.
    if not passwords.matches(one.password_hash, password) or one.person_id is None:
        raise NotLetIn
    with store.unit_of_work() as work:
        if not roles_of(work.session, one.person_id):
            raise NotLetIn
        work.session.execute(delete(LoginTries).where(LoginTries.subject == one.account))
        less = update(LoginTries).where(LoginTries.subject == one.address, LoginTries.count > 0)
        work.session.execute(less.values(count=LoginTries.count - 1))
        if passwords.is_outdated(one.password_hash):
            work.session.get_one(Person, one.person_id).password_hash = passwords.hashed(password)
        opened = sessions.start(work, one.person_id, Kind.API, origin)
        return sessions.give_tokens(work, opened, keys)


def _count(work: UnitOfWork, email: str, origin: Origin) -> _Try:
    """Count a try for the account and for the address, whether or not there is such an account."""
    written = email.strip().lower()
    account, address = f"account:{fingerprint(written)}", f"address:{rules.neighbourhood(origin.address)}"[:80]
    person = work.session.scalar(select(Person).where(func.lower(Person.email) == written))
    # Always in this order, so that two of them never wait for each other.
    counted = [(_row(work, account), rules.FREE_FOR_ACCOUNT), (_row(work, address), rules.FREE_FOR_ADDRESS)]
    shut = max(rules.seconds_shut(_read(row), work.now) for row, _ in counted)
    if shut:
        raise TooManyTries(retry_after=shut)
    for row, free in counted:
        after = rules.tried(_read(row), work.now, free)
        row.count, row.tried_at, row.shut_until = after.count, after.tried_at, after.shut_until
    shut_account = rules.seconds_shut(_read(counted[0][0]), work.now)
    if shut_account and person is not None:
        trail.tell(work, happenings.LoginsShut(shut_account), person.id, By())
    return _Try(
        account, address, person.id if person is not None else None,
        person.password_hash if person is not None else None,
    )  # fmt: skip


def _row(work: UnitOfWork, subject: str) -> LoginTries:
    """The locked row of an account or address, made when there is none."""
    new = {"subject": subject, "count": 0, "tried_at": work.now}
    run(work.session, insert_new(work.session, _TRIES), new)
    query = select(LoginTries).where(LoginTries.subject == subject).with_for_update()
    return work.session.scalars(query).one()


def _read(row: LoginTries) -> Tries | None:
    return Tries(row.count, row.tried_at, row.shut_until) if row.count else None
