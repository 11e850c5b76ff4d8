"""API keys: for programs, of one property, with scopes; shown once, of which only the hash is kept."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.access import events as happenings
from core.access import permissions, tokens
from core.access.errors import NoSuchKey, NoSuchScope
from core.access.models import ApiKey
from core.db.work import UnitOfWork
from core.events import service as events
from core.events.service import By
from core.sealing import fingerprint

MARK = "dauda_"
"""Every key begins so, that people and scanners for lost secrets know one when they see it."""
_SHOWN = len(MARK) + 6


@dataclass(frozen=True, slots=True)
class NewKey:
    """What a key is to be for; `scopes` name acts (`permissions.FOR_KEYS`)."""

    property_id: int
    name: str
    scopes: tuple[str, ...]
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeyView:
    """One key, as lists show it."""

    key_id: int
    property_id: int
    name: str
    prefix: str
    scopes: tuple[str, ...]
    made_by: int | None
    made_at: datetime
    seen_at: datetime | None
    expires_at: datetime | None


def make(work: UnitOfWork, wanted: NewKey, by: By) -> tuple[str, KeyView]:
    """A new key, which is never shown again, and its view. Raises `NoSuchScope`."""
    scopes = tuple(sorted(set(wanted.scopes)))
    try:
        permissions.scopes_of(scopes)
    except KeyError as error:
        raise NoSuchScope(given=error.args[0], known=[str(act) for act in permissions.FOR_KEYS]) from None
    text = MARK + tokens.new_secret()
    made = ApiKey(
        property_id=wanted.property_id, name=wanted.name, prefix=text[:_SHOWN], key_hash=fingerprint(text),
        scopes=list(scopes), made_by=by.person_id, made_at=work.now, expires_at=wanted.expires_at,
    )  # fmt: skip
    work.session.add(made)
    work.session.flush()
    events.record(work, happenings.KeyMade(scopes), made.id, property_id=made.property_id, by=by)
    return text, _view(made)


def end(work: UnitOfWork, key_id: int, by: By) -> None:
    """Let a key work no longer, from now on. Raises `NoSuchKey`."""
    found = work.session.get(ApiKey, key_id)
    if found is None or found.ended_at is not None:
        raise NoSuchKey(key_id=key_id)
    found.ended_at = work.now
    events.record(work, happenings.KeyEnded(tuple(found.scopes)), found.id, property_id=found.property_id, by=by)


def one(session: Session, key_id: int, now: datetime) -> KeyView | None:
    """A key that works."""
    found = session.get(ApiKey, key_id)
    return _view(found) if found is not None and _works(found, now) else None


def working(
    session: Session, property_ids: Collection[int], now: datetime, after: int, limit: int
) -> tuple[KeyView, ...]:
    """Up to `limit` keys of these properties that work, whose ids come after `after`."""
    query = (
        select(ApiKey)
        .where(ApiKey.property_id.in_(property_ids), ApiKey.id > after, ApiKey.ended_at.is_(None))
        .where(or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now))
        .order_by(ApiKey.id)
        .limit(limit)
    )
    return tuple(map(_view, session.scalars(query)))


def _works(key: ApiKey, now: datetime) -> bool:
    return key.ended_at is None and (key.expires_at is None or key.expires_at > now)


def _view(key: ApiKey) -> KeyView:
    return KeyView(
        key.id, key.property_id, key.name, key.prefix, tuple(key.scopes), key.made_by, key.made_at, key.seen_at,
        key.expires_at,
    )  # fmt: skip
