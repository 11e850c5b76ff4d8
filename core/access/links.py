"""One-time links by which a person known from chat opens the dashboard."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from core.access import events as happenings
from core.access import sessions, tokens, trail
from core.access.entering import Kind
from core.access.errors import LinkGone, NotLetIn
from core.access.models import LoginLink
from core.access.queries import roles_of
from core.access.sessions import Origin
from core.db.work import UnitOfWork
from core.events.service import By
from core.sealing import fingerprint

LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class LoginCode:
    """A code for `/login/{code}`, shown once."""

    code: str
    expires_at: datetime


def make(work: UnitOfWork, person_id: int, by: By) -> LoginCode:
    """A code that lets this person in once; one made before works no longer.

    Raises `NotLetIn` for somebody who works nowhere.
    """
    if not roles_of(work.session, person_id):
        raise NotLetIn
    earlier = update(LoginLink).where(
        LoginLink.person_id == person_id, LoginLink.used_at.is_(None), LoginLink.expires_at > work.now
    )
    work.session.execute(earlier.values(expires_at=work.now).execution_options(synchronize_session=False))
    given = LoginCode(tokens.new_secret(), work.now + LASTS)
    work.session.add(
        LoginLink(code_hash=fingerprint(given.code), person_id=person_id, made_at=work.now, expires_at=given.expires_at)
    )
    trail.tell(work, happenings.LinkMade(), person_id, by)
    return given


def take(work: UnitOfWork, code: str, origin: Origin) -> str:
    """Open a session for whoever the code was made for; the secret of its cookie. Raises `LinkGone`."""
    found = work.session.scalar(select(LoginLink).where(LoginLink.code_hash == fingerprint(code)).with_for_update())
    if found is None or found.used_at is not None or found.expires_at <= work.now:
        raise LinkGone
    if not roles_of(work.session, found.person_id):
        raise LinkGone
    found.used_at = work.now
    cookie = tokens.new_secret()
    sessions.start(work, found.person_id, Kind.DASHBOARD, origin, cookie)
    return cookie
