"""Counting tries at a password before it is looked at, by account and by address."""

from dataclasses import dataclass

from sqlalchemy import Table, delete, func, select, update

from core.access import events as happenings
from core.access import rules, trail, warning
from core.access.errors import TooManyTries
from core.access.models import LoginTries
from core.access.rules import Tries
from core.access.sessions import Origin
from core.db.prepared import run
from core.db.upsert import insert_new
from core.db.work import Store, UnitOfWork
from core.events.service import By
from core.sealing import fingerprint
from core.staff.models import Person

_TRIES: Table = LoginTries.__table__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Try:
    """One try that may be looked at; nobody's where `person_id` is None."""

    account: str
    address: str
    person_id: int | None
    password_hash: str | None
    shuts: bool
    """Whether the account is shut with it."""


def count(work: UnitOfWork, email: str, origin: Origin) -> Try:
    """Count a try for the account and for the address, whether or not there is such an account.

    Raises `TooManyTries`, which counts nothing.
    """
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
    return Try(
        account, address, person.id if person is not None else None,
        person.password_hash if person is not None else None, bool(shut_account),
    )  # fmt: skip


def failed(store: Store, one: Try) -> None:
    """The password was wrong: where the account was shut with it, its admins are warned."""
    if one.shuts and one.person_id is not None:
        with store.unit_of_work() as work:
            warning.guessed(work, one.person_id)


def take_back(work: UnitOfWork, one: Try) -> None:
    """The password was right: the account's count is over, and its address has what this try added back."""
    work.session.execute(delete(LoginTries).where(LoginTries.subject == one.account))
    less = update(LoginTries).where(LoginTries.subject == one.address, LoginTries.count > 0)
    work.session.execute(less.values(count=LoginTries.count - 1))


def _row(work: UnitOfWork, subject: str) -> LoginTries:
    """The locked row of an account or address, made when there is none."""
    new = {"subject": subject, "count": 0, "tried_at": work.now}
    run(work.session, insert_new(work.session, _TRIES), new)
    query = select(LoginTries).where(LoginTries.subject == subject).with_for_update()
    return work.session.scalars(query).one()


def _read(row: LoginTries) -> Tries | None:
    return Tries(row.count, row.tried_at, row.shut_until) if row.count else None
