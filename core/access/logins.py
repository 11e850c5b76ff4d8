"""Logging in with e-mail and password, and setting one's own: counted before a password is looked at.

It takes as long for people there are not, and hashing keeps nobody else from writing.
"""

from collections.abc import Sequence

from core.access import events as happenings
from core.access import sessions, trail, tries
from core.access.callers import Caller
from core.access.entering import Kind
from core.access.errors import NoEmail, NotLetIn, WrongPassword
from core.access.queries import roles_of
from core.access.sessions import Origin, Tokens, Why
from core.db.work import Store
from core.staff import passwords
from core.staff.models import Person


def log_in(store: Store, email: str, password: str, origin: Origin, keys: Sequence[bytes]) -> Tokens:
    """Open a session for whoever has this e-mail and password.

    Raises `TooManyTries` (nothing was looked at), and `NotLetIn` alike for a wrong password, an unknown e-mail and
    somebody who no longer works here. A right password takes the account's count back, and what it added to its
    address's.
    """
    with store.unit_of_work() as work:
        one = tries.count(work, email, origin)
    # Between two units of work: hashing takes long, and must not keep others from writing.
    if not passwords.matches(one.password_hash, password) or one.person_id is None:
        tries.failed(store, one)
        raise NotLetIn
    with store.unit_of_work() as work:
        if not roles_of(work.session, one.person_id):
            raise NotLetIn
        tries.take_back(work, one)
        if passwords.is_outdated(one.password_hash):
            work.session.get_one(Person, one.person_id).password_hash = passwords.hashed(password)
        opened = sessions.start(work, one.person_id, Kind.API, origin)
        return sessions.give_tokens(work, opened, keys)


def set_password(store: Store, caller: Caller, current: str | None, new: str, origin: Origin) -> None:
    """Give the caller the password `new`, and end every other session and login link of theirs.

    `current` is the one they have; whoever has none, and came by a link from the chat, needs none. Raises
    `WrongPassword`, `TooManyTries` (nothing was looked at), `NoEmail` and, for a key, `ScopeMissing`.
    """
    person_id = caller.must_be_a_person()
    with store.unit_of_work() as work:
        person = work.session.get_one(Person, person_id)
        if person.email is None:
            raise NoEmail
        kept = person.password_hash
        if kept is not None and current is None:
            raise WrongPassword
        one = tries.count(work, person.email, origin) if kept is not None else None
    if one is not None and not passwords.matches(kept, current or ""):
        tries.failed(store, one)
        raise WrongPassword
    made = passwords.hashed(new)
    with store.unit_of_work() as work:
        person = work.session.get_one(Person, person_id, with_for_update=True)
        if person.password_hash != kept:
            # It was set elsewhere while this one was compared.
            raise WrongPassword
        person.password_hash = made
        if one is not None:
            tries.take_back(work, one)
        trail.tell(work, happenings.PasswordSet(first=kept is None), person_id, caller.by)
        sessions.end_all(work, person_id, Why.PASSWORD, caller.by, but=caller.session_id)
