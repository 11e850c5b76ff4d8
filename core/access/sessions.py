"""Sessions: opened by a login, kept by rotating refresh tokens or a cookie, ended by anybody who has reason to.

The refresh tokens of a session are one family: each works once and brings the next. One that comes a second time was
copied, and since nobody can tell the thief from the owner, the whole session ends (RFC 9700, section 4.14.2).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.access import events as happenings
from core.access import tokens, trail, warning
from core.access.entering import Kind
from core.access.errors import NoSuchSession, NotLetIn
from core.access.models import AccessSession, LoginLink, RefreshToken
from core.access.queries import roles_of
from core.db.work import Store, UnitOfWork
from core.events.service import By
from core.sealing import fingerprint

LASTS = timedelta(days=30)
"""After so long the password is asked for again, or a new link, however often the session was used."""


class Why(StrEnum):
    """Why a session ended before its time."""

    LOGGED_OUT = "logged_out"
    ENDED = "ended"
    TOKEN_REUSED = "token_reused"  # noqa: S105 - a reason.
    PASSWORD = "password"  # noqa: S105 - a reason.
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Origin:
    """From where and with what somebody comes: the client's address and what its program calls itself."""

    address: str
    agent: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a program is given to call with, and to come again with when that is over."""

    access: str
    refresh: str
    expires_in: int
    """Seconds until `access` is over."""


@dataclass(frozen=True, slots=True)
class SessionView:
    """One open session, as its person sees it."""

    session_id: int
    kind: Kind
    address: str
    agent: str
    made_at: datetime
    seen_at: datetime
    expires_at: datetime


def start(work: UnitOfWork, person_id: int, kind: Kind, origin: Origin, cookie: str | None = None) -> AccessSession:
    """Open a session; `cookie` is the dashboard's secret."""
    opened = AccessSession(
        person_id=person_id, kind=kind, cookie_hash=fingerprint(cookie) if cookie else None,
        address=origin.address[:64], agent=origin.agent[:200],
        made_at=work.now, seen_at=work.now, expires_at=work.now + LASTS,
    )  # fmt: skip
    work.session.add(opened)
    work.session.flush()
    how = happenings.LoggedIn(opened.id, "password" if kind == Kind.API else "link")
    trail.tell(work, how, person_id, By(person_id, kind))
    return opened


def give_tokens(work: UnitOfWork, opened: AccessSession, keys: Sequence[bytes]) -> Tokens:
    """The next pair of tokens of a session."""
    refresh = tokens.new_secret()
    work.session.add(RefreshToken(session_id=opened.id, token_hash=fingerprint(refresh), made_at=work.now))
    access = tokens.issue(keys, tokens.Claims(opened.person_id, opened.id), work.now)
    return Tokens(access, refresh, int(tokens.LASTS.total_seconds()))


def refresh(store: Store, token: str, keys: Sequence[bytes]) -> Tokens:
    """Take a refresh token, which works once, for the next pair. Raises `NotLetIn`; reuse ends the session."""
    with store.unit_of_work() as work:
        given = _rotated(work, token, keys)
    # Raised outside: that the session was ended must be committed.
    if given is None:
        raise NotLetIn
    return given


def _rotated(work: UnitOfWork, token: str, keys: Sequence[bytes]) -> Tokens | None:
    found = work.session.scalar(
        select(RefreshToken).where(RefreshToken.token_hash == fingerprint(token)).with_for_update()
    )
    if found is None:
        return None
    opened = work.session.get_one(AccessSession, found.session_id, with_for_update=True)
    if opened.ended_at is not None or opened.expires_at <= work.now:
        return None
    if found.used_at is not None:
        _end(work, opened, Why.TOKEN_REUSED)
        trail.tell(work, happenings.TokenReused(opened.id), opened.person_id, By())
        warning.copied(work, opened.person_id)
        return None
    if not roles_of(work.session, opened.person_id):
        return None
    found.used_at = opened.seen_at = work.now
    return give_tokens(work, opened, keys)


def opened_by(session: Session, person_id: int, now: datetime) -> tuple[SessionView, ...]:
    """The open sessions of a person, the newest first."""
    query = (
        select(AccessSession)
        .where(AccessSession.person_id == person_id, AccessSession.ended_at.is_(None), AccessSession.expires_at > now)
        .order_by(AccessSession.id.desc())
    )
    return tuple(
        SessionView(one.id, Kind(one.kind), one.address, one.agent, one.made_at, one.seen_at, one.expires_at)
        for one in session.scalars(query)
    )


def end(work: UnitOfWork, session_id: int, person_id: int, why: Why, by: By) -> None:
    """End one session of a person at once. Raises `NoSuchSession`."""
    found = work.session.scalar(
        select(AccessSession).where(AccessSession.id == session_id, AccessSession.person_id == person_id)
    )
    if found is None or found.ended_at is not None:
        raise NoSuchSession(session_id=session_id)
    _end(work, found, why)
    trail.tell(work, happenings.SessionEnded(found.id, why), person_id, by)


def end_all(work: UnitOfWork, person_id: int, why: Why, by: By, *, but: int | None = None) -> int:
    """End every session of a person except `but`, and every login link; how many sessions that were."""
    links = update(LoginLink).where(LoginLink.person_id == person_id, LoginLink.used_at.is_(None))
    work.session.execute(links.values(expires_at=work.now).execution_options(synchronize_session=False))
    of_person = select(AccessSession).where(
        AccessSession.person_id == person_id, AccessSession.ended_at.is_(None), AccessSession.expires_at > work.now
    )
    found = work.session.scalars(of_person.order_by(AccessSession.id)).all()
    ended = [one for one in found if one.id != but]
    for one in ended:
        _end(work, one, why)
        trail.tell(work, happenings.SessionEnded(one.id, why), person_id, by)
    return len(ended)


def _end(work: UnitOfWork, opened: AccessSession, why: Why) -> None:
    opened.ended_at, opened.ended_why = work.now, why
