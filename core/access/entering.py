"""Letting somebody in by what they show: an access token, an API key, or the dashboard's cookie."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.orm import Session

from core.access import tokens
from core.access.callers import Caller
from core.access.errors import NotLetIn
from core.access.models import AccessSession, ApiKey
from core.access.permissions import FOR_KEYS, Rights
from core.access.queries import roles_of
from core.db.prepared import run
from core.db.work import UnitOfWork
from core.events.service import By
from core.sealing import fingerprint
from core.staff.roles import Role

SEEN_EVERY = timedelta(minutes=5)
"""How exactly we keep when a session or a key was last used: writing it down with each request would cost too much."""


class Kind(StrEnum):
    """By what a session was opened."""

    API = "api"
    DASHBOARD = "dashboard"


_OPEN = AccessSession.ended_at.is_(None) & (AccessSession.expires_at > bindparam("now"))
_BY_TOKEN = select(AccessSession.id, AccessSession.person_id, AccessSession.seen_at).where(
    AccessSession.id == bindparam("session_id"), AccessSession.kind == Kind.API, _OPEN
)
_BY_COOKIE = select(AccessSession.id, AccessSession.person_id, AccessSession.seen_at).where(
    AccessSession.cookie_hash == bindparam("cookie_hash"), _OPEN
)
_BY_KEY = select(ApiKey.id, ApiKey.property_id, ApiKey.scopes, ApiKey.made_by, ApiKey.seen_at).where(
    ApiKey.key_hash == bindparam("key_hash"),
    ApiKey.ended_at.is_(None),
    or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > bindparam("now")),
)


def by_token(session: Session, keys: Sequence[bytes], token: str, now: datetime) -> Caller:
    """The person behind an access token whose session stands. Raises `NotLetIn`."""
    claims = tokens.read(keys, token, now)
    row = run(session, _BY_TOKEN, {"session_id": claims.session_id, "now": now}).one_or_none()
    if row is None or row.person_id != claims.person_id:
        raise NotLetIn
    return _person(session, row.person_id, row.id, "api", stale=_is_stale(row.seen_at, now))


def by_cookie(session: Session, cookie: str, now: datetime) -> Caller:
    """The person behind the dashboard's cookie. Raises `NotLetIn`."""
    row = run(session, _BY_COOKIE, {"cookie_hash": fingerprint(cookie), "now": now}).one_or_none()
    if row is None:
        raise NotLetIn
    return _person(session, row.person_id, row.id, "dashboard", stale=_is_stale(row.seen_at, now))


def by_key(session: Session, key: str, now: datetime) -> Caller:
    """The program behind an API key: it may what its scopes name and, today, its maker. Raises `NotLetIn`."""
    row = run(session, _BY_KEY, {"key_hash": fingerprint(key), "now": now}).one_or_none()
    if row is None:
        raise NotLetIn
    role = Role.PROPERTY_ADMIN if row.made_by is None else roles_of(session, row.made_by).get(row.property_id)
    if role is None:
        raise NotLetIn
    # A scope that this version gives to no key, or no longer knows, allows nothing.
    scopes = frozenset(act for act in FOR_KEYS if act in row.scopes)
    rights = Rights({row.property_id: role}, scopes)
    return Caller(rights, By(transport="api", key_id=row.id), f"key:{row.id}", stale=_is_stale(row.seen_at, now))


def note_seen(work: UnitOfWork, caller: Caller) -> None:
    """Write down that the caller's session or key was used now."""
    if caller.by.key_id is not None:
        work.session.execute(update(ApiKey).where(ApiKey.id == caller.by.key_id).values(seen_at=work.now))
    else:
        of_session = AccessSession.id == caller.session_id
        work.session.execute(update(AccessSession).where(of_session).values(seen_at=work.now))


def _person(session: Session, person_id: int, session_id: int, transport: str, *, stale: bool) -> Caller:
    roles = roles_of(session, person_id)
    if not roles:
        raise NotLetIn
    return Caller(Rights(roles), By(person_id, transport), f"person:{person_id}", session_id, stale=stale)


def _is_stale(seen_at: datetime | None, now: datetime) -> bool:
    return seen_at is None or now - seen_at >= SEEN_EVERY
